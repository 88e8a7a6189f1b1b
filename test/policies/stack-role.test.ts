import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { policyOf } from '../../src/policies/policy-files.ts';
import { buildPolicy } from '../../src/policies/policy-statement.ts';
import { callerGrants, stackGrants } from '../../src/policies/stack-grants.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { steps } from '../../src/steps/index.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { eventually } from '../support/canary-console.ts';
import { type GuardedWorld, openGuardedWorld, scope } from './guarded-world.ts';
import { isAllowed } from './iam-evaluator.ts';

let guarded: GuardedWorld;

beforeEach(async () => {
  guarded = await openGuardedWorld();
});
afterEach(() => guarded.close());

const arn = 'arn:aws:iam::123456789012:role/canary-stack';
const role = { 'EcsCanary.StackRoleArn': arn };

it('CloudFormation creates, changes and deletes every resource of the built-in stack with its service role, which the stack keeps', async () => {
  expect(await deploy('1', { ...role, ...settings })).toBeUndefined();
  expect(passedRoles()).toEqual([[arn, { 'iam:PassedToService': 'cloudformation.amazonaws.com' }]]);
  expect(await deploy('2', { ...settings, ...changed })).toBeUndefined();
  expect(await deploy('2', { ...settings, ...changed, 'EcsCanary.GreenScalePercent': '100' })).toBeUndefined();
  expect(passedRoles()).toHaveLength(1);
  expect(await stackRole()).toBe(arn);
  await guarded.awsConsole.cloudFormation.deleteStack({ StackName: 'canary' });
  await eventually('the stack is gone', () =>
    stackRole().then(
      () => false,
      () => true,
    ),
  );
  const done = new Set(guarded.asked.filter(({ by }) => by === 'cloudformation').map(({ action }) => action));
  const allowed = new Set(stackGrants.flatMap(({ actions }) => actions));
  expect([...allowed].filter((action) => !done.has(action)).sort()).toEqual(notPlayed);
  const page = readFileSync(new URL('../../docs/iam.md', import.meta.url), 'utf8');
  expect(page).toContain(`${done.size} of its ${allowed.size} actions`);
  expect(page).toContain(`Each of the ${steps.flatMap(({ actions }) => actions).length} actions in the eight policies`);
});

it('without a role CloudFormation uses permissions of its callers, which they cannot use directly', async () => {
  expect(await deploy('1', {})).toBeUndefined();
  expect(await deploy('2', {})).toBeUndefined();
  expect((await guarded.run(promote, {})).error).toBeUndefined();
  expect((await guarded.run(prepareBlue, {})).error).toBeUndefined();
  expect(await stackRole()).toBeUndefined();
  const made = guarded.asked.filter(({ by }) => by === 'cloudformation');
  expect(made.map(({ action }) => action)).toContain('ecs:CreateTaskSet');
  const policies = [policyOf('deploy-stack', scope), buildPolicy(callerGrants, scope)];
  const byThemselves = made.filter(({ action }) => !action.startsWith('ecs:TagResource'));
  for (const request of byThemselves)
    expect([request.action, await isAllowed(policies, request, scope.account)]).toEqual([
      request.action,
      mayDoDirectly(request.action),
    ]);
});

it('Deploy Stack names the permission that CloudFormation lacks, and the policies that have it', async () => {
  expect(await deploy('1', role)).toBeUndefined();
  guarded.takeFromStack('ecs:CreateTaskSet');
  expect(await deploy('2', role)).toMatchObject({
    code: 'stack-failed',
    message: expect.stringMatching(
      /not authorized to perform: ecs:CreateTaskSet on .*\(CloudFormation needs policies\/cloudformation-\*\.json\)/,
    ),
  });
  expect(await guarded.awsConsole.stackStatus()).toBe('UPDATE_ROLLBACK_COMPLETE');
});

it('a role that the step may not pass ends the step before anything is changed', async () => {
  const other = { 'EcsCanary.StackRoleArn': `${arn}-of-others` };
  expect(await deploy('1', other)).toMatchObject({
    code: 'aws-access-denied',
    message: expect.stringContaining(`perform: iam:PassRole on resource: ${arn}-of-others`),
    hint: expect.stringMatching(
      /^Check EcsCanary\.StackRoleArn\. Allow iam:PassRole in .* policies\/deploy-stack\.json/,
    ),
  });
  expect(
    await guarded.run(deployStack, { ...guarded.world.builtIn('1'), 'EcsCanary.StackRoleArn': 'canary-stack' }),
  ).toMatchObject({
    error: { code: 'invalid-parameters', message: expect.stringContaining('EcsCanary.StackRoleArn') },
  });
});

const settings = {
  'EcsCanary.ExecutionRoleArn': 'arn:aws:iam::123456789012:role/execution',
  'EcsCanary.LogGroup': '/ecs/canary',
  'EcsCanary.CreateLogGroup': '30',
  'EcsCanary.Tags': 'team=shop\nold=yes',
  'EcsCanary.ListenerPort': '443',
  'EcsCanary.CertificateArn': 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d',
  'EcsCanary.HttpRedirect': 'True',
};

const changed = {
  'EcsCanary.Tags': 'team=sale',
  'EcsCanary.DesiredCount': '3',
  'EcsCanary.HealthCheckIntervalSeconds': '20',
  'EcsCanary.ListenerPort': '8443',
  'EcsCanary.RulePriority': '20',
  'EcsCanary.GreenScalePercent': '50',
};

/** Permissions that only the schemas of the resource types require: mostly reads, and log groups, which the emulator only records. */
const notPlayed = [
  'ec2:DescribeVpcs',
  ...['DescribeServiceDeployments', 'DescribeTaskDefinition', 'ListServiceDeployments', 'ListTagsForResource'].map(ecs),
  'ecs:StopServiceDeployment',
  ...['DescribeListenerAttributes', 'DescribeListeners', 'DescribeRules', 'DescribeTags'].map(elb),
  ...['DescribeTargetGroupAttributes', 'DescribeTargetGroups', 'DescribeTargetHealth', 'ModifyListenerAttributes'].map(
    elb,
  ),
  'iam:GetRole',
  ...['CreateLogGroup', 'DeleteLogGroup', 'DeleteRetentionPolicy', 'DescribeIndexPolicies', 'DescribeLogGroups'].map(
    logs,
  ),
  ...['GetDataProtectionPolicy', 'ListTagsForResource', 'PutRetentionPolicy', 'TagResource', 'UntagResource'].map(logs),
];

async function deploy(version: string, more: Readonly<Record<string, string>>) {
  return (await guarded.run(deployStack, { ...guarded.world.builtIn(version), ...more })).error;
}

/** What Deploy Stack passed to CloudFormation. */
function passedRoles() {
  const asked = guarded.asked.filter(({ action, by }) => action === 'iam:PassRole' && by === 'deploy-stack');
  return asked.map(({ resource, context }) => [resource, context]);
}

async function stackRole(): Promise<string | undefined> {
  const { Stacks } = await guarded.awsConsole.cloudFormation.describeStacks({ StackName: 'canary' });
  return Stacks?.[0]?.RoleARN;
}

function ecs(name: string): string {
  return `ecs:${name}`;
}

function elb(name: string): string {
  return `elasticloadbalancing:${name}`;
}

function logs(name: string): string {
  return `logs:${name}`;
}

/** The few actions that the step itself needs as well; it passes no role to tasks. */
function mayDoDirectly(action: string): boolean {
  return (
    action !== 'iam:PassRole' &&
    policyOf('deploy-stack', scope).Statement.some((statement) => statement.Action.includes(action))
  );
}
