import { describe, expect, it } from 'vitest';
import {
  calendarBindings,
  deploymentBindings,
  isMissed,
  preparationBindings,
  projectVariables,
  sharedBindings,
  shiftBindings,
  watchBindings,
} from '../../../src/octopus/process/project-variables.ts';
import type { Parameter } from '../../../src/parameters/parameters.ts';
import { createVariables } from '../../../src/rehearsal/substitution.ts';
import { deployOwnTemplate } from '../../../src/steps/deploy-stack/deploy-own-template.ts';
import { deployStack } from '../../../src/steps/deploy-stack/deploy-stack.ts';
import { steps } from '../../../src/steps/index.ts';
import { promote } from '../../../src/steps/promote.ts';
import { shiftTraffic } from '../../../src/steps/shift-traffic.ts';
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
  expect(added).toEqual(['Canary.WatchMinutes', 'Canary.WhenWorse', 'Canary.Alarms', 'Canary.LeaseMinutes']);
  expect(Object.keys(watchBindings)).toEqual(added.slice(0, 3).map((name) => name.replace('Canary.', 'EcsCanary.')));
});

it('the calendar is bound where green gets more traffic, and the lease where a Watch can end it', () => {
  const calendar = ['EcsCanary.AllowedHours', 'EcsCanary.Freezes', 'EcsCanary.TimeZone'];
  expect(Object.keys(shiftBindings(true))).toEqual([...calendar, 'EcsCanary.LeaseMinutes']);
  expect(Object.keys(shiftBindings(false))).toEqual(calendar);
  expect(Object.keys(calendarBindings)).toEqual(calendar);
  const known = (step: { readonly parameters: object }) =>
    Object.values<{ readonly name: string }>(step.parameters as never).map(({ name }) => name);
  expect(known(shiftTraffic)).toEqual(expect.arrayContaining(Object.keys(shiftBindings(true))));
  expect(known(promote)).toEqual(expect.arrayContaining(calendar));
});

describe('a variable that may stay empty', () => {
  const bindings = {
    ...sharedBindings,
    ...deploymentBindings(false),
    ...deploymentBindings(true),
    ...preparationBindings(true),
    ...shiftBindings(true),
    ...watchBindings,
  };
  const bound = (values: Readonly<Record<string, string>>) =>
    Object.entries(bindings).map(([name, value]) => [
      name,
      createVariables(Object.entries(values)).evaluate(value) ?? '',
    ]);
  const declared = new Map(
    steps.flatMap(({ parameters }) => Object.values<Parameter>(parameters)).map((each) => [each.name, each]),
  );
  const needed = ['AWS.Region', 'StackName', 'Image', 'Cluster', 'VpcId', 'Subnets', 'SecurityGroups', 'Template'];

  it('leaves its parameter at the default where the project has no such variable; of others Octopus keeps the expression', () => {
    for (const [name = '', value = ''] of bound({}))
      if (needed.includes(name.replace('EcsCanary.', ''))) expect(value).toBe(`#{${name.replace('Ecs', '')}}`);
      else if (name !== 'EcsCanary.AWS.Account') expect([name, value]).toEqual([name, '']);
  });

  it('reaches the step with any value, also one that Octopus takes for false', () => {
    for (const value of ['0', 'no', 'False', 'x\ny', '#{Other}']) {
      const names = Object.keys(bindings).map((name) => name.replace('EcsCanary.', 'Canary.'));
      const values = Object.fromEntries(names.map((name) => [name, value]));
      for (const [name, got] of bound({ ...values, Other: 'a' }))
        if (name !== 'EcsCanary.AWS.Account') expect([name, got]).toEqual([name, value === '#{Other}' ? 'a' : value]);
    }
  });

  it('has the default of its parameter, and its description says so', () => {
    const all = [...projectVariables(whole), ...projectVariables({ ownTemplate: true, watch: true })];
    const optional = all.filter(({ description }) => / (Empty means `.*`|May stay empty)\.$/.test(description));
    expect(optional.length).toBeGreaterThan(20);
    for (const { name, value, description } of optional) {
      const parameter = declared.get(name.replace('Canary.', 'EcsCanary.'));
      expect([name, value]).toEqual([name, parameter?.defaultValue]);
      expect(description.endsWith(value === '' ? 'May stay empty.' : `Empty means \`${value}\`.`)).toBe(true);
      expect(() => parameter?.parse(value)).not.toThrow();
    }
  });

  it('holds nothing of the sample application', () => {
    expect(projectVariables(whole).map(({ value }) => value)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/4000|APPVERSION/)]),
    );
  });
});
