import { StackStatus } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Aws } from '../../../src/aws/aws.ts';
import type { AwsCall } from '../../../src/aws/intercept.ts';
import { stackCondition } from '../../../src/canary/stack-status.ts';
import { fakeResource } from '../../../src/reliability/arranging/anomalies.ts';
import { runUntilKilled } from '../../../src/reliability/step-runs/in-process-kill.ts';
import type { AwsWrapper, StepOrder, StepOutcome } from '../../../src/reliability/step-runs/step-order.ts';
import { type FaultWorld, openFaultWorld } from '../../../src/reliability/world/world.ts';
import { type CallPoint, canaryWritesIn, killAt, recordCalls } from '../../support/kill-points.ts';
import { arrangeCanary, stackIn, statusOf } from './stacks.ts';

const done = { kind: 'done' };

let world: FaultWorld;
let canary: FaultWorld;
beforeAll(async () => {
  world = await openFaultWorld();
  canary = stackIn(world, 'canary', 8000);
  for (const version of ['1', '2']) expect((await deploy(canary, version)).outcome).toMatchObject(done);
});
afterAll(() => world.close());

/** CloudFormation returns that status for this many reads. */
const showing =
  (status: string, looks = Number.POSITIVE_INFINITY): AwsWrapper =>
  (aws) => {
    let left = looks;
    const describeStack: Aws['cloudFormation']['describeStack'] = async (name) => {
      const stack = await aws.cloudFormation.describeStack(name);
      left -= 1;
      return stack && left >= 0 ? { ...stack, status } : stack;
    };
    return { ...aws, cloudFormation: { ...aws.cloudFormation, describeStack } };
  };

const statuses = Object.values(StackStatus).filter((status) => status !== 'DELETE_COMPLETE');
const withKind = (kind: string) => statuses.filter((status) => stackCondition(status).kind === kind);

const commands: Readonly<Record<string, string>> = {
  UPDATE_ROLLBACK_FAILED: 'aws cloudformation continue-update-rollback --stack-name canary --region us-east-1',
  UPDATE_FAILED: 'aws cloudformation rollback-stack --stack-name canary --region us-east-1',
  DELETE_FAILED: 'aws cloudformation delete-stack --stack-name canary --region us-east-1',
  IMPORT_ROLLBACK_FAILED: 'CloudFormation console',
};

describe('a stack', () => {
  it.each(withKind('settled'))('in %s is continued with', async (status) => {
    await arrangeCanary(canary, [100, 0], 'Blue');
    expect((await prepare(showing(status))).outcome).toMatchObject(done);
    expect((await deploy(canary, '2', showing(status, 1))).outcome).toMatchObject(done);
    expect((await shift('1', showing(status))).outcome).toMatchObject(done);
  });

  it.each(withKind('busy'))('in %s is waited for, and meanwhile green gets no more traffic', async (status) => {
    await arrangeCanary(canary, [100, 0], 'Blue');
    for (const run of [await prepare(showing(status, 2)), await deploy(canary, '2', showing(status, 2))]) {
      expect(run.outcome).toMatchObject(done);
      expect(run.log.find((line) => line.startsWith('Waiting'))).toContain(status);
    }
    await refuseToRaise(status);
  });

  it.each(withKind('stuck'))('in %s needs a person, with the command', async (status) => {
    await arrangeCanary(canary, [100, 0], 'Blue');
    for (const { outcome } of [await prepare(showing(status)), await deploy(canary, '2', showing(status))])
      expect(outcome).toMatchObject({
        code: 'stack-stuck',
        hint: expect.stringContaining(commands[status] ?? '?'),
        message: expect.stringContaining(status),
      });
    await refuseToRaise(status);
  });

  it.each(withKind('never-completed'))('in %s never served', async (status) => {
    await arrangeCanary(canary, [100, 0], 'Blue');
    expect((await prepare(showing(status))).outcome).toMatchObject({ outputs: { FirstDeployment: 'True' } });
    expect((await deploy(canary, '2', showing(status))).outcome).toMatchObject({ code: 'stack-never-completed' });
    await refuseToRaise(status);
  });
});

describe('a stack that was never created completely', () => {
  it.each<[string, string, number]>([
    ['ROLLBACK_COMPLETE', 'failed-young', 8001],
    ['REVIEW_IN_PROGRESS', 'reviewed', 8002],
  ])('in %s is deleted only when the operator says so', async (status, name, port) => {
    await (status === 'REVIEW_IN_PROGRESS' ? review(name) : failCreation(name));
    const stack = stackIn(world, name, port);
    await expect.poll(() => statusOf(stack)).toBe(status);
    const refused = await deploy(stack, '1');
    expect(refused.outcome).toMatchObject({ code: 'stack-never-completed' });
    expect(refused.writes).toEqual([]);
    const replaced = await deploy(stack, '1', undefined, { 'EcsCanary.DeleteFailedStack': 'True' });
    expect(replaced.outcome).toMatchObject(done);
    expect(replaced.writes).toEqual(['deleteStack', 'createStack']);
  });
});

describe('a failed change of the stack', () => {
  it('is explained by its first failure, not by its consequences', async () => {
    // Its rollback removes the shared listener, which the other tests' canary needs.
    await deploy(stackIn(world, 'shared', 8006), '1');
    expect((await deploy(stackIn(world, 'clash', 8006), '1')).outcome).toMatchObject({
      code: 'stack-failed',
      message: expect.stringMatching(/ended in ROLLBACK_COMPLETE\. First failure: ListenerRule .*PriorityInUse/),
    });
  });

  it('caused by an image is explained by its tasks, and the next version may succeed', async () => {
    const retried = stackIn(world, 'retried', 8003);
    await deploy(retried, '1');
    expect((await deploy(retried, '2--failed-pull')).outcome).toMatchObject({
      code: 'tasks-failing',
      message: expect.stringContaining('CannotPullContainerError'),
    });
    expect(retried.actualState()).toMatchObject({
      stack: 'UPDATE_ROLLBACK_COMPLETE',
      canary: {
        blue: { version: '1' },
        green: { version: '1' },
        entryPoints: [{ weights: { blue: 100, green: 0 } }],
      },
    });
    expect((await deploy(retried, '3')).outcome).toMatchObject(done);
    expect(retried.actualState()).toMatchObject({
      stack: 'UPDATE_COMPLETE',
      canary: { blue: { version: '1' }, green: { version: '3' } },
    });
  });

  it('that a killed run started is adopted: its crash loop is cancelled and reported, and the next version can be deployed', async () => {
    const adopted = stackIn(world, 'adopted', 8004);
    await deploy(adopted, '1');
    await killAfterUpdate(adopted, '2--failed-pull');
    expect(statusOf(adopted)).toBe('UPDATE_IN_PROGRESS');
    const again = await deploy(adopted, '2--failed-pull');
    expect(again.outcome).toMatchObject({ code: 'tasks-failing' });
    expect(again.writes).toEqual(['cancelUpdate']);
    expect((await deploy(adopted, '3')).outcome).toMatchObject(done);
  });

  it('that a killed run started does not block another version', async () => {
    const overtaken = stackIn(world, 'overtaken', 8005);
    await deploy(overtaken, '1');
    await killAfterUpdate(overtaken, '2');
    expect((await deploy(overtaken, '3')).outcome).toMatchObject(done);
    expect(overtaken.actualState()).toMatchObject({
      canary: { blue: { version: '1' }, green: { version: '3' }, pinnedBlue: '1' },
    });
  });
});

interface Ran {
  readonly outcome: StepOutcome;
  readonly writes: readonly string[];
  /** Lines of the task log. */
  readonly log: readonly string[];
}

async function run(order: StepOrder, wrap: AwsWrapper = (aws) => aws): Promise<Ran> {
  const calls: AwsCall[] = [];
  const log: string[] = [];
  const record = recordCalls(calls);
  const outcome = await world.run(
    order,
    (aws) => wrap(record(aws)),
    (line) => log.push(line),
  );
  return { outcome, writes: canaryWritesIn(calls), log };
}

function prepare(wrap: AwsWrapper): Promise<Ran> {
  return run(canary.order('prepare-blue'), wrap);
}

function shift(percent: string, wrap: AwsWrapper): Promise<Ran> {
  return run(canary.order('shift-traffic', { parameters: { 'EcsCanary.GreenPercent': percent } }), wrap);
}

function deploy(
  stack: FaultWorld,
  version: string,
  wrap?: AwsWrapper,
  more: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  return run(stack.order('deploy-stack', { parameters: { ...stack.builtIn(version), ...more } }), wrap);
}

async function refuseToRaise(status: string): Promise<void> {
  const { outcome, writes } = await shift('50', showing(status));
  expect(outcome).toMatchObject({ code: 'stack-busy', message: expect.stringContaining(status) });
  expect(writes).toEqual([]);
}

const afterUpdate: CallPoint = { writes: 1, method: 'describeStack', occurrence: 1, when: 'before' };

async function killAfterUpdate(stack: FaultWorld, version: string): Promise<void> {
  const killed = await runUntilKilled((wrap) => deploy(stack, version, wrap), killAt(afterUpdate));
  expect(killed).toEqual({ kind: 'killed' });
}

const brokenTemplate = JSON.stringify({ Resources: { Bad: fakeResource({ Fail: true }) } });

async function failCreation(StackName: string): Promise<void> {
  await world.emulator.world.invoke('cloudformation', 'CreateStack', { StackName, TemplateBody: brokenTemplate });
}

async function review(StackName: string): Promise<void> {
  await world.emulator.world.invoke('cloudformation', 'CreateChangeSet', {
    StackName,
    ChangeSetName: 'first',
    ChangeSetType: 'CREATE',
    TemplateBody: brokenTemplate,
  });
}
