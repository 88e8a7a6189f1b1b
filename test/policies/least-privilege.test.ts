import { paginateListTasks, type Task } from '@aws-sdk/client-ecs';
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/canary/error-catalogue.ts';
import { OperatorError } from '../../src/canary/operator-error.ts';
import type { ParameterSet } from '../../src/parameters/parameters.ts';
import { policyFiles } from '../../src/policies/policy-files.ts';
import { asOwnTemplate } from '../../src/rehearsal/sample-deployment.ts';
import { addTestRule } from '../../src/steps/add-test-rule/add-test-rule.ts';
import { deployOwnTemplate } from '../../src/steps/deploy-stack/deploy-own-template.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { steps } from '../../src/steps/index.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import type { Step, StepId } from '../../src/steps/step.ts';
import { watch } from '../../src/steps/watch/watch.ts';
import { sampleTraffic } from '../canary/sample-traffic.ts';
import { eventually } from '../support/canary-console.ts';
import type { RunOptions } from '../support/canary-world.ts';
import { type GuardedWorld, openGuardedWorld, scope } from './guarded-world.ts';
import { isAllowed } from './iam-evaluator.ts';

let guarded: GuardedWorld;
/** Actions without which a run of the step has failed. */
const proven = new Map<StepId, Set<string>>();

const role = { 'EcsCanary.StackRoleArn': 'arn:aws:iam::123456789012:role/canary-stack' };
const inBucket = { 'EcsCanary.TemplateBucket': 'templates/canary' };
const half = { 'EcsCanary.GreenScalePercent': '50' };
const idle = { 'EcsCanary.IdleScalePercent': '50' };
const stackSettings = {
  ...role,
  'EcsCanary.DesiredCount': '2',
  'EcsCanary.ExecutionRoleArn': 'arn:aws:iam::123456789012:role/execution',
  'EcsCanary.TaskRoleArn': 'arn:aws:iam::123456789012:role/task',
  'EcsCanary.LogGroup': '/ecs/canary',
  'EcsCanary.CreateLogGroup': '30',
  'EcsCanary.Tags': 'team=shop',
};

beforeAll(async () => {
  guarded = await openGuardedWorld();
});
afterAll(() => guarded.close());

it('stacks of own templates do the same', ownTemplates);

it('whole canaries run with the policies of their steps; without any one action a step fails and names it', async () => {
  await neverCompletedStack();
  await play(prepareBlue, role);
  await play(deployStack, { ...built('1'), 'EcsCanary.DryRun': 'True', 'EcsCanary.DeleteFailedStack': 'True' });
  await play(deployStack, { ...built('1'), 'EcsCanary.DeleteFailedStack': 'True' });

  await release('2', 'Deployments-2');
  await play(addTestRule, { 'EcsCanary.TestHeader': 'X-Canary: green' }, { deployment: 'Deployments-2' });
  const productionRule = await openDefaultAction();
  await stopTask('Green');
  await play(
    shiftTraffic,
    { 'EcsCanary.GreenPercent': '100', ...half, ...productionRule },
    { deployment: 'Deployments-2' },
  );
  await play(
    shiftTraffic,
    { 'EcsCanary.GreenPercent': '10', ...half, ...productionRule },
    { deployment: 'Deployments-2' },
  );
  await play(promote, { ...idle, ...productionRule }, { deployment: 'Deployments-2' });
  await play(rollback, { ...idle, ...productionRule }, { deployment: 'RunbookRuns-1' });
  await play(promote, { ...idle, ...productionRule }, { deployment: 'RunbookRuns-1' });

  await release('3', 'Deployments-3', productionRule);
  await play(
    shiftTraffic,
    { 'EcsCanary.GreenPercent': '10', ...half, ...productionRule },
    { deployment: 'Deployments-3' },
  );
  await play(
    shiftTraffic,
    { 'EcsCanary.GreenPercent': '0', ...half, ...productionRule },
    { deployment: 'Deployments-3' },
  );
  await play(
    shiftTraffic,
    { 'EcsCanary.GreenPercent': '10', ...half, ...productionRule },
    { deployment: 'Deployments-3' },
  );
  await play(watch, { 'EcsCanary.WatchMinutes': '0', 'EcsCanary.Alarms': 'shop-5xx', ...productionRule });
  // A green without healthy targets is worse.
  await scale('Green', 0);
  const retreat = { 'EcsCanary.WatchMinutes': '0', 'EcsCanary.WhenWorse': 'Retreat' };
  await play(watch, { ...retreat, ...productionRule }, { deployment: 'Deployments-3' });
  await scale('Green', 50);
  await scale('Blue', 50);
  const taken = { deployment: 'Deployments-4' };
  await play(prepareBlue, { ...role, ...productionRule, 'EcsCanary.TakeOver': 'True' }, taken);
  await play(addTestRule, { 'EcsCanary.TestQueryString': 'test=true', ...productionRule }, taken);
  await guarded.awsConsole.setWeights(50, 50);
  await splitDefaultAction(productionRule);
  await play(rollback, { ...idle, ...productionRule }, { ...taken, deploymentFailed: true });
  // Rollback moves this rule even though it may not write the other one.
  await splitDefaultAction(productionRule);
  await play(rollback, { ...idle, ...productionRule }, { ...taken, deploymentFailed: true });
  await scale('Green', 20);
  await play(deployStack, { ...built('3'), ...half, ...productionRule }, taken);
  await play(deployOwnTemplate, { ...(await own()), ...productionRule }, taken);
  await play(deployStack, { ...built('4--crash-loop'), ...productionRule }, taken, 'tasks-failing');

  for (const step of steps) await play(await failingStep(step), {}, {}, 'tasks-failing');
  for (const { id, actions } of steps)
    expect([id, [...(proven.get(id) ?? [])].sort()]).toEqual([id, [...actions].sort()]);
});

it('the combined policy allows every call that the steps made', async () => {
  const combined = policyFiles(scope).find(({ name }) => name === 'all-steps')?.document as never;
  const own = guarded.asked.filter(({ by }) => by !== 'cloudformation');
  expect(own.length).toBeGreaterThan(500);
  for (const request of own)
    expect([request, await isAllowed([combined], request, scope.account)]).toEqual([request, true]);
});

/** Runs a step repeatedly, each time without the next action that no run has lacked yet, and finally with all of them. */
async function play<P extends ParameterSet, S>(
  step: Step<P, S>,
  parameters: Readonly<Record<string, string>>,
  options: RunOptions = {},
  outcome?: ErrorCode,
): Promise<void> {
  const known = proven.get(step.id) ?? new Set();
  proven.set(step.id, known);
  for (;;) {
    const run = await guarded.run(step, parameters, { ...options, trap: (action) => !known.has(action) });
    if (run.trapped === undefined) {
      expect([step.id, run.error?.message, run.error?.code]).toEqual([step.id, outcome && expect.any(String), outcome]);
      return;
    }
    known.add(run.trapped);
    if (run.error === undefined && dispensable[step.id]?.includes(run.trapped)) {
      const said = [...run.log, run.outputs['Evidence']].join('\n');
      expect(said).toContain(`not authorized to perform: ${run.trapped} on`);
      continue;
    }
    const isS3Read = run.trapped.startsWith('s3:GetObject');
    // What only explains a failure must not hide it.
    const explains = outcome !== undefined && run.error?.code === outcome;
    expect(run.error, `${step.id} without ${run.trapped}`).toMatchObject({
      // CloudFormation does not repeat what S3 says.
      message: expect.stringContaining(
        isS3Read ? 'S3 error: Access Denied' : `not authorized to perform: ${run.trapped} on`,
      ),
      ...(!explains && {
        code: provesWayBack(step.id, run.trapped) ? 'no-way-back' : 'aws-access-denied',
        hint: expect.stringMatching(
          new RegExp(
            `Allow ${isS3Read ? 's3:GetObject and s3:GetObjectVersion' : run.trapped} in .* policies/${step.id}\\.json has`,
          ),
        ),
      }),
    });
  }
}

/** A shift first makes the write that Rollback would make. */
function provesWayBack(step: StepId, action: string): boolean {
  return step === 'shift-traffic' && action.startsWith('elasticloadbalancing:Modify');
}

/** Without these, the step says so and goes on: a record is not worth a failed shift, and a summary can do with less. */
const dispensable: Readonly<Partial<Record<StepId, readonly string[]>>> = {
  'shift-traffic': ['ecs:TagResource'],
  watch: ['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData', 'ecs:DescribeTaskDefinition', 'ecs:TagResource'],
};

/** The step as it ends where the tasks of the last crash loop are to blame. */
async function failingStep(step: (typeof steps)[number]): Promise<Step<ParameterSet, undefined>> {
  const { awsConsole, world } = guarded;
  const { cluster } = world.scene;
  const stopped: Task[] = [];
  for await (const { taskArns: tasks } of paginateListTasks(
    { client: awsConsole.ecs },
    { cluster, desiredStatus: 'STOPPED' },
  ))
    stopped.push(...((await awsConsole.ecs.describeTasks({ cluster, tasks })).tasks ?? []));
  const crashed = stopped.findLast(({ stopCode }) => stopCode === 'EssentialContainerExited');
  const { startedBy: id = '', taskDefinitionArn: taskDefinition = '' } = crashed ?? {};
  const { taskSet } = sampleTraffic().green;
  const decide = () => {
    throw new OperatorError('tasks-failing', 'Green fails.', '', { taskSet: { ...taskSet, id, taskDefinition } });
  };
  return {
    ...step,
    parameters: {},
    checks: [],
    shown: () => [],
    observe: async () => undefined,
    seen: () => ({}),
    decide,
  };
}

/** Runs a release up to its test rule. */
async function release(version: string, deployment: string, more = {}): Promise<void> {
  await play(prepareBlue, { ...role, ...more }, { deployment });
  await play(deployStack, { ...built(version), ...half, ...more }, { deployment });
  await play(addTestRule, { 'EcsCanary.TestQueryString': 'test=true', ...more }, { deployment });
}

/** A listener outside the stack whose default action splits users too. */
async function openDefaultAction(): Promise<Readonly<Record<string, string>>> {
  const { Listeners } = await guarded.awsConsole.elb.createListener({
    LoadBalancerArn: guarded.world.scene.loadBalancerArn,
    Port: 8080,
    Protocol: 'HTTP',
    DefaultActions: await forwardBoth(100, 0),
  });
  return { 'EcsCanary.Parts': `ListenerRule=${Listeners?.[0]?.ListenerArn}` };
}

async function splitDefaultAction(productionRule: Readonly<Record<string, string>>): Promise<void> {
  const ListenerArn = productionRule['EcsCanary.Parts']?.replace('ListenerRule=', '');
  await guarded.awsConsole.elb.modifyListener({ ListenerArn, DefaultActions: await forwardBoth(50, 50) });
}

async function forwardBoth(blue: number, green: number): Promise<Action[]> {
  const { BlueTargetGroup, GreenTargetGroup } = await guarded.awsConsole.outputs();
  const TargetGroups = [
    { TargetGroupArn: BlueTargetGroup, Weight: blue },
    { TargetGroupArn: GreenTargetGroup, Weight: green },
  ];
  return [{ Type: 'forward', ForwardConfig: { TargetGroups } }];
}

function built(version: string): Readonly<Record<string, string>> {
  return guarded.world.builtIn(version, stackSettings);
}

/** The current stack. */
async function own(): Promise<Readonly<Record<string, string>>> {
  const { TemplateBody = '' } = await guarded.awsConsole.cloudFormation.getTemplate({ StackName: 'canary' });
  const { Stacks } = await guarded.awsConsole.cloudFormation.describeStacks({ StackName: 'canary' });
  const values = (Stacks?.[0]?.Parameters ?? []).map((each) => `${each.ParameterKey}=${each.ParameterValue}`);
  return {
    ...role,
    'EcsCanary.Template': TemplateBody,
    'EcsCanary.TemplateParameters': values.join('\n'),
  };
}

/** The other step that deploys, from a failed creation to a crash loop, with target groups of another stack; its stack is deleted afterwards. */
async function ownTemplates(): Promise<void> {
  const groups = { BlueTargetGroup: await createGroup('blue'), GreenTargetGroup: await createGroup('green') };
  const ownTemplate = (version: string) => {
    const values = withGroups(asOwnTemplate(built(version)), groups);
    return { ...role, ...inBucket, ...values, 'EcsCanary.Template': values['EcsCanary.Template'] + ' '.repeat(52_000) };
  };
  await guarded.world.emulator.world.invoke('s3', 'CreateBucket', { Bucket: 'templates' });
  const first = { ...ownTemplate('1'), 'EcsCanary.DeleteFailedStack': 'True' };
  await neverCompletedStack();
  await play(deployOwnTemplate, { ...first, 'EcsCanary.DryRun': 'True' });
  await play(deployOwnTemplate, first);
  await scale('Blue', 50);
  await play(deployOwnTemplate, ownTemplate('2'));
  await play(deployOwnTemplate, ownTemplate('3--crash-loop'), {}, 'tasks-failing');
  await guarded.awsConsole.settle();
  await play(deployStack, built('2'), {}, 'disruptive-update');
  await play(addTestRule, { 'EcsCanary.TestQueryString': 'test=true' });
  await play(shiftTraffic, { 'EcsCanary.GreenPercent': '10' });
  await play(watch, { 'EcsCanary.WatchMinutes': '0' });
  await play(promote, {});
  await play(prepareBlue, { ...role, ...inBucket });
  await guarded.world.emulator.world.invoke('s3', 'PutBucketVersioning', {
    ...{ Bucket: 'templates', VersioningConfiguration: { Status: 'Enabled' } },
  });
  await play(deployOwnTemplate, ownTemplate('4'));
  await play(promote, {});
  await play(prepareBlue, { ...role, ...inBucket });
  await play(rollback, {});
  await guarded.awsConsole.settle();
  await guarded.awsConsole.cloudFormation.deleteStack({ StackName: 'canary' });
  await eventually('the stack is gone', async () => {
    const { Stacks } = await guarded.awsConsole.cloudFormation.describeStacks({}).catch(() => ({ Stacks: [] }));
    return (Stacks ?? []).every(({ StackName }) => StackName !== 'canary');
  });
}

async function createGroup(Name: string): Promise<string> {
  const { TargetGroups } = await guarded.awsConsole.elb.createTargetGroup({
    ...{ Name, Port: 80, Protocol: 'HTTP', TargetType: 'ip', VpcId: guarded.world.scene.vpcId },
  });
  return TargetGroups?.[0]?.TargetGroupArn ?? '';
}

/** The template with target groups that are not its own. */
function withGroups(
  parameters: Readonly<Record<string, string>>,
  groups: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const body = JSON.parse(parameters['EcsCanary.Template'] ?? '', (_key, value) => groups[value?.Ref] ?? value);
  for (const id of Object.keys(groups)) delete body.Resources[id];
  return { ...parameters, 'EcsCanary.Template': JSON.stringify(body) };
}

async function neverCompletedStack(): Promise<void> {
  const template = { Resources: { Broken: { Type: 'Test::Fake::Resource', Properties: { Fail: 'create' } } } };
  await guarded.awsConsole.cloudFormation.createStack({ StackName: 'canary', TemplateBody: JSON.stringify(template) });
  expect(await guarded.awsConsole.settle()).toBe('ROLLBACK_COMPLETE');
}

async function scale(colour: 'Blue' | 'Green', value: number): Promise<void> {
  const { awsConsole, world } = guarded;
  const service = (await awsConsole.service()).serviceArn ?? '';
  const { id } = await awsConsole.taskSet(colour);
  const { cluster } = world.scene;
  await awsConsole.ecs.updateTaskSet({ cluster, service, taskSet: id, scale: { unit: 'PERCENT', value } });
  await eventually(`${colour} has its tasks`, async () => {
    const set = await awsConsole.taskSet(colour);
    return set.stabilityStatus === 'STEADY_STATE' && set.runningCount === set.computedDesiredCount;
  });
}

/** ECS starts another task; the stopped one stays visible, with its reason. */
async function stopTask(colour: 'Blue' | 'Green'): Promise<void> {
  const { awsConsole, world } = guarded;
  const { cluster } = world.scene;
  const startedBy = (await awsConsole.taskSet(colour)).id;
  const { taskArns = [] } = await awsConsole.ecs.listTasks({ cluster, startedBy });
  await awsConsole.ecs.stopTask({ cluster, task: taskArns[0] });
}
