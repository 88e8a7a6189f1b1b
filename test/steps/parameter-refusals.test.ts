import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addTestRule } from '../../src/steps/add-test-rule/add-test-rule.ts';
import { deployOwnTemplate } from '../../src/steps/deploy-stack/deploy-own-template.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { writesOf } from '../support/call-log.ts';
import { type CanaryWorld, openCanaryWorld, type StepRun } from '../support/canary-world.ts';

const share = (percent: string) => ({ 'EcsCanary.GreenPercent': percent });

let world: CanaryWorld;

beforeAll(async () => {
  world = await openCanaryWorld();
});

afterAll(() => world.close());

function expectRefusal(run: StepRun, code: string, ...told: readonly string[]): void {
  expect(run.error?.code).toBe(code);
  for (const part of told) expect(`${run.error?.message}\n${run.error?.hint}`).toContain(part);
  expect(writesOf(run)).toEqual([]);
}

describe('parameters', () => {
  it('are refused together, each by its name, without a single call', async () => {
    const run = await world.run(deployStack, {
      ...world.builtIn('3'),
      'EcsCanary.StackName': '1bad',
      'EcsCanary.TimeoutMinutes': 'soon',
      'EcsCanary.DryRun': 'maybe',
      'EcsCanary.GreenScalePercent': '0',
      'EcsCanary.ContainerPort': '99999',
      'EcsCanary.Subnets': 'subnet-1, vpc-2',
      'EcsCanary.LoadBalancerArn':
        'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/shop/0a1b2c3d4e5f6071',
    });
    expect(run.error?.code).toBe('invalid-parameters');
    for (const name of [
      'StackName',
      'TimeoutMinutes',
      'DryRun',
      'GreenScalePercent',
      'ContainerPort',
      'Subnets',
      'LoadBalancerArn',
    ])
      expect(run.error?.message).toContain(`EcsCanary.${name} `);
    expect(run.error?.message).toContain('Network Load Balancer');
    expect(run.calls).toEqual([]);
  });

  it('that contradict each other are reported together with invalid ones', async () => {
    const run = await world.run(deployStack, {
      ...world.builtIn('3'),
      'EcsCanary.TimeoutMinutes': 'soon',
      'EcsCanary.Image': 'not an image',
      'EcsCanary.VpcId': '',
      'EcsCanary.HealthCheckTimeoutSeconds': '60',
      'EcsCanary.Tags': 'StableStack=Green',
      'EcsCanary.CapacityProviders': 'FARGATE=0',
    });
    expectRefusal(run, 'invalid-parameters', 'EcsCanary.TimeoutMinutes (', 'EcsCanary.Image (', 'EcsCanary.VpcId (');
    expectRefusal(
      run,
      'invalid-parameters',
      'EcsCanary.HealthCheckTimeoutSeconds: 60 s',
      'EcsCanary.Tags: StableStack',
    );
    expectRefusal(run, 'invalid-parameters', 'EcsCanary.CapacityProviders: at least one weight', '6 parameters need');
    expect(run.calls).toEqual([]);
  });

  it('must not name a rule of a Network Load Balancer', async () => {
    const arn = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/net/shop/0a1b2c3d/1/2';
    const run = await world.run(shiftTraffic, { ...share('10'), 'EcsCanary.Parts': `ListenerRule=${arn}` });
    expectRefusal(run, 'invalid-parameters', 'EcsCanary.Parts', 'line 1 (ListenerRule)', 'Application Load Balancer');
    expect(run.calls).toEqual([]);
  });

  it.each([
    ['Shift Traffic', () => world.run(shiftTraffic, { 'EcsCanary.StackName': 'absent', ...share('10') })],
    ['Add Test Rule', () => world.run(addTestRule, { 'EcsCanary.StackName': 'absent' })],
    ['Promote', () => world.run(promote, { 'EcsCanary.StackName': 'absent' })],
    [
      'Rollback in a runbook',
      () => world.run(rollback, { 'EcsCanary.StackName': 'absent' }, { deployment: 'RunbookRuns-1' }),
    ],
  ])('%s says which stack is missing where', async (_name, run) => {
    expectRefusal(await run(), 'stack-missing', 'absent', 'us-east-1');
  });

  it('Prepare Blue and the Rollback of a failed deployment take a missing stack for a first deployment', async () => {
    const absent = { 'EcsCanary.StackName': 'absent' };
    for (const run of [
      await world.run(prepareBlue, absent),
      await world.run(rollback, absent, { deploymentFailed: true }),
    ]) {
      expect(run.error).toBeUndefined();
      expect(run.outputs).toMatchObject({ FirstDeployment: 'True' });
    }
  });
});

describe('an own template', () => {
  const own = (template: string, more = {}) =>
    world.run(deployOwnTemplate, { 'EcsCanary.Template': template, ...more });

  it.each([
    ['nothing', '', 'invalid-parameters', 'EcsCanary.Template'],
    ['no JSON or YAML', '{ "Resources": ', 'invalid-template', ''],
    ['another shape', 'Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n', 'invalid-template', 'AWS::ECS::TaskSet'],
    [
      'too large',
      `Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n# ${'x'.repeat(52_000)}`,
      'template-too-large',
      '51,200',
    ],
  ])('that is %s is refused before a single call', async (_what, template, code, told) => {
    const run = await own(template);
    expectRefusal(run, code, told);
    expect(run.calls).toEqual([]);
  });

  it('is refused together with invalid parameters, including its own values', async () => {
    const article = readFileSync(new URL('../fixtures/article/first-deployment.yaml', import.meta.url), 'utf8');
    const template = article.replace('EXTERNAL', 'ECS');
    const run = await own(template, { 'EcsCanary.TimeoutMinutes': 'soon', 'EcsCanary.TemplateParameters': 'Extra=1' });
    expectRefusal(run, 'invalid-parameters', 'EXTERNAL', 'EcsCanary.TimeoutMinutes (', 'no parameter Extra');
    const broken = await own('{', { 'EcsCanary.TimeoutMinutes': 'soon', 'EcsCanary.TemplateParameters': 'Extra=1' });
    expectRefusal(broken, 'invalid-parameters', 'read as JSON', 'EcsCanary.TimeoutMinutes (');
    expect(broken.error?.message.match(/read as JSON/g)).toHaveLength(1);
    expect([run.calls, broken.calls]).toEqual([[], []]);
  });

  it.each([
    ['a directory', '/', 'not a regular file'],
    ['an endless device', '/dev/zero', 'not a regular file'],
    ['far too large', process.execPath, 'more than the 1,000,000 that CloudFormation accepts'],
    ['not there', '/nowhere/stack.yaml', 'ENOENT'],
    ['no path', '/etc\0/passwd', 'U+0000'],
    ['no text', '/proc/self/environ', 'not UTF-8 text'],
  ])('in a file that is %s is refused before a single call', async (_what, file, told) => {
    const run = await own('', { 'EcsCanary.TemplateFile': file });
    expect(run.error?.message).toContain(told);
    expect(run.calls).toEqual([]);
  });

  it('in a file whose path has 200,000 characters is refused without repeating them', async () => {
    const run = await own('', { 'EcsCanary.TemplateFile': `/${'x'.repeat(200_000)}` });
    expect(run.error?.message).toContain('ENAMETOOLONG');
    expect(run.error?.message.length).toBeLessThan(1000);
  });

  it('with a service that is not EXTERNAL is refused before a single call', async () => {
    const article = readFileSync(new URL('../fixtures/article/first-deployment.yaml', import.meta.url), 'utf8');
    const run = await own(article.replace('EXTERNAL', 'ECS'));
    expectRefusal(run, 'invalid-template', 'EXTERNAL');
    expect(run.calls).toEqual([]);
  });

  it('is refused together with a file, as is a missing file', async () => {
    const both = await own('Resources: {}', { 'EcsCanary.TemplateFile': import.meta.filename });
    expectRefusal(both, 'invalid-parameters', 'only one of the two');
    expectRefusal(
      await own('', { 'EcsCanary.TemplateFile': '/nowhere/stack.yaml' }),
      'invalid-parameters',
      'cannot be read',
    );
  });
});
