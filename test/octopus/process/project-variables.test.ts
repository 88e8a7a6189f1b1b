import { expect, it } from 'vitest';
import {
  deploymentBindings,
  isMissed,
  projectVariables,
  watchBindings,
} from '../../../src/octopus/process/project-variables.ts';
import { deployOwnTemplate } from '../../../src/steps/deploy-stack/deploy-own-template.ts';
import { deployStack } from '../../../src/steps/deploy-stack/deploy-stack.ts';
import { watch } from '../../../src/steps/watch/watch.ts';

const whole = { ownTemplate: false, watch: true };

it.each([
  [false, deployStack],
  [true, deployOwnTemplate],
] as const)('with an own template: %s, what is bound are parameters of the step that deploys', (ownTemplate, step) => {
  const known = Object.values<{ readonly name: string }>(step.parameters).map(({ name }) => name);
  expect(Object.keys(deploymentBindings(ownTemplate)).filter((name) => !known.includes(name))).toEqual([]);
});

it('what a normal company sets is bound, role, logs, health check, size, listener and certificate among it', () => {
  expect(Object.keys(deploymentBindings(false))).toEqual(
    expect.arrayContaining(
      ['ExecutionRoleArn', 'LogGroup', 'HealthCheckPath', 'DesiredCount', 'Cpu', 'Memory', 'ListenerArn']
        .concat(['CertificateArn', 'StackRoleArn'])
        .map((name) => `EcsCanary.${name}`),
    ),
  );
  expect(Object.keys(deploymentBindings(true)).sort()).toEqual([
    'EcsCanary.Capabilities',
    'EcsCanary.StackRoleArn',
    'EcsCanary.Template',
    'EcsCanary.TemplateBucket',
    'EcsCanary.TemplateParameters',
  ]);
});

it('a variable that may stay empty says so, and is not missed; of load balancer and listener one is', () => {
  const empty = projectVariables(whole)
    .filter(({ value }) => value === '')
    .map(({ name }) => name);
  for (const { name, description } of projectVariables(whole))
    if (description.endsWith('May stay empty.')) expect(isMissed(name, empty)).toBe(false);
  expect(isMissed('Canary.Image', empty)).toBe(true);
  expect(isMissed('Canary.LoadBalancerArn', empty)).toBe(true);
  const withListener = empty.filter((name) => name !== 'Canary.ListenerArn');
  expect(isMissed('Canary.LoadBalancerArn', withListener)).toBe(false);
});

it('without watches the project has no variables for them; with them each is a parameter of Watch Canary', () => {
  const known = Object.values(watch.parameters).map(({ name }) => name as string);
  expect(Object.keys(watchBindings).filter((name) => !known.includes(name))).toEqual([]);
  const names = (watching: boolean) =>
    projectVariables({ ownTemplate: false, watch: watching }).map(({ name }) => name);
  const added = names(true).filter((name) => !names(false).includes(name));
  expect(added).toEqual(['Canary.WatchMinutes', 'Canary.WhenWorse', 'Canary.Alarms']);
  expect(Object.values(watchBindings)).toEqual(added.map((name) => `#{${name}}`));
});

it('the values of the watch variables are the defaults of their parameters', () => {
  const defaults = new Map<string, string>(
    Object.values(watch.parameters).map(({ name, defaultValue }) => [name, defaultValue]),
  );
  const values = new Map(projectVariables(whole).map(({ name, value }) => [name, value]));
  for (const name of Object.keys(watchBindings))
    expect(values.get(name.replace('EcsCanary.', 'Canary.'))).toBe(defaults.get(name));
});
