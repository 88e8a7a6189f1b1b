import { expect, it } from 'vitest';
import { deploymentBindings, isMissed, projectVariables } from '../../../src/octopus/process/project-variables.ts';
import { deployOwnTemplate } from '../../../src/steps/deploy-stack/deploy-own-template.ts';
import { deployStack } from '../../../src/steps/deploy-stack/deploy-stack.ts';

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
  const empty = projectVariables(false)
    .filter(({ value }) => value === '')
    .map(({ name }) => name);
  for (const { name, description } of projectVariables(false))
    if (description.endsWith('May stay empty.')) expect(isMissed(name, empty)).toBe(false);
  expect(isMissed('Canary.Image', empty)).toBe(true);
  expect(isMissed('Canary.LoadBalancerArn', empty)).toBe(true);
  const withListener = empty.filter((name) => name !== 'Canary.ListenerArn');
  expect(isMissed('Canary.LoadBalancerArn', withListener)).toBe(false);
});
