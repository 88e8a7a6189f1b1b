import { StackStatus } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Aws } from '../../../src/aws/aws.ts';
import { stackCondition } from '../../../src/canary/stack-status.ts';
import { deployStack } from '../../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../../src/steps/prepare-blue/prepare-blue.ts';
import { shiftTraffic } from '../../../src/steps/shift-traffic.ts';
import { type CanaryWorld, openCanaryWorld } from '../../support/canary-world.ts';
import { Killed, type MadeCall, watch, writesOf } from './killing.ts';
import { arrange, patientHealthChecks, takePicture } from './picture.ts';

let world: CanaryWorld;
beforeAll(async () => {
  world = await openCanaryWorld({ pageSize: 100 });
  expect((await deploy('canary', '1', 80)).error).toBeUndefined();
  expect((await deploy('canary', '2', 80)).error).toBeUndefined();
});
afterAll(() => world.close());

/** CloudFormation gives that status for so many looks. */
const showing =
  (status: string, looks = Number.POSITIVE_INFINITY) =>
  (aws: Aws): Aws => {
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
  it.each(withKind('settled'))('in %s is gone on with', async (status) => {
    await arrange(world, 'canary', { weights: [100, 0], tag: 'Blue' });
    expect((await world.run(prepareBlue, {}, { between: showing(status) })).error).toBeUndefined();
    expect((await deploy('canary', '2', 80, showing(status, 1))).error).toBeUndefined();
    const raise = { 'EcsCanary.GreenPercent': '1' };
    expect((await world.run(shiftTraffic, raise, { between: showing(status) })).error).toBeUndefined();
  });

  it.each(withKind('busy'))('in %s is waited for, and gets green no more traffic meanwhile', async (status) => {
    await arrange(world, 'canary', { weights: [100, 0], tag: 'Blue' });
    const prepared = await world.run(prepareBlue, {}, { between: showing(status, 2) });
    expect(prepared.error).toBeUndefined();
    expect(prepared.log.find((line) => line.startsWith('Waiting'))).toContain(status);
    const deployed = await deploy('canary', '2', 80, showing(status, 2));
    expect(deployed.error).toBeUndefined();
    expect(deployed.log.find((line) => line.startsWith('Waiting'))).toContain(status);
    await refuseToRaise(status);
  });

  it.each(withKind('stuck'))('in %s is a case for a person, with the command', async (status) => {
    await arrange(world, 'canary', { weights: [100, 0], tag: 'Blue' });
    for (const run of [
      await world.run(prepareBlue, {}, { between: showing(status) }),
      await deploy('canary', '2', 80, showing(status)),
    ]) {
      expect(run.error).toMatchObject({ code: 'stack-stuck', hint: expect.stringContaining(commands[status] ?? '?') });
      expect(run.error?.message).toContain(status);
    }
    await refuseToRaise(status);
  });

  it.each(withKind('never-completed'))('in %s never served', async (status) => {
    await arrange(world, 'canary', { weights: [100, 0], tag: 'Blue' });
    const prepared = await world.run(prepareBlue, {}, { between: showing(status) });
    expect(prepared.outputs).toMatchObject({ FirstDeployment: 'True' });
    const deployed = await deploy('canary', '2', 80, showing(status));
    expect(deployed.error).toMatchObject({ code: 'stack-never-completed' });
    await refuseToRaise(status);
  });
});

describe('a stack that was never created completely', () => {
  it.each<[string, string, number]>([
    ['ROLLBACK_COMPLETE', 'failed-young', 81],
    ['REVIEW_IN_PROGRESS', 'reviewed', 82],
  ])('in %s is deleted only when the operator says so', async (status, name, port) => {
    await (status === 'REVIEW_IN_PROGRESS' ? review(name) : failCreation(name));
    await expect.poll(() => statusOf(name)).toBe(status);
    const made: MadeCall[] = [];
    const refused = await deploy(name, '1', port, watch(made).between);
    expect(refused.error).toMatchObject({ code: 'stack-never-completed' });
    expect(writesOf(made)).toEqual([]);
    const replaced = await deploy(name, '1', port, watch(made).between, { 'EcsCanary.DeleteFailedStack': 'True' });
    expect(replaced.error).toBeUndefined();
    expect(writesOf(made)).toEqual(['deleteStack', 'createStack']);
  });
});

describe('a failed change of the stack', () => {
  it('is told by its first failure, not by what failed because of it', async () => {
    const clash = await deploy('clash', '1', 80);
    expect(clash.error).toMatchObject({ code: 'stack-failed' });
    expect(clash.error?.message).toMatch(/ended in ROLLBACK_COMPLETE\. First failure: ListenerRule .*PriorityInUse/);
  });

  it('that an image causes is told by its tasks, and the next version may succeed', async () => {
    await deploy('retried', '1', 83);
    const failed = await deploy('retried', '2--failed-pull', 83);
    expect(failed.error).toMatchObject({ code: 'tasks-failing' });
    expect(failed.error?.message).toContain('CannotPullContainerError');
    expect(await takePicture(world, 'retried')).toMatchObject({
      stack: 'UPDATE_ROLLBACK_COMPLETE',
      blue: '1',
      green: '1',
      weights: { blue: 100, green: 0 },
    });
    expect((await deploy('retried', '3', 83)).error).toBeUndefined();
    expect(await takePicture(world, 'retried')).toMatchObject({ stack: 'UPDATE_COMPLETE', blue: '1', green: '3' });
  });

  it('that a killed run began is adopted: its crash loop is cancelled and told, and the next version goes in', async () => {
    await deploy('adopted', '1', 84);
    const killed = watch([], { writes: 1, method: 'describeStack', occurrence: 1, when: 'before' });
    await expect(deploy('adopted', '2--failed-pull', 84, killed.between)).rejects.toBeInstanceOf(Killed);
    expect(await statusOf('adopted')).toBe('UPDATE_IN_PROGRESS');
    const made: MadeCall[] = [];
    const again = await deploy('adopted', '2--failed-pull', 84, watch(made).between);
    expect(again.error).toMatchObject({ code: 'tasks-failing' });
    expect(writesOf(made)).toEqual(['cancelUpdate']);
    expect((await deploy('adopted', '3', 84)).error).toBeUndefined();
  });

  it('that a killed run began does not stand in the way of another version', async () => {
    await deploy('overtaken', '1', 85);
    const killed = watch([], { writes: 1, method: 'describeStack', occurrence: 1, when: 'before' });
    await expect(deploy('overtaken', '2', 85, killed.between)).rejects.toBeInstanceOf(Killed);
    expect((await deploy('overtaken', '3', 85)).error).toBeUndefined();
    expect(await takePicture(world, 'overtaken')).toMatchObject({ blue: '1', green: '3', pinnedBlue: '1' });
  });
});

async function refuseToRaise(status: string): Promise<void> {
  const made: MadeCall[] = [];
  const { between } = watch(made);
  const run = await world.run(
    shiftTraffic,
    { 'EcsCanary.GreenPercent': '50' },
    { between: (aws) => showing(status)(between(aws)) },
  );
  expect(run.error).toMatchObject({ code: 'stack-busy', message: expect.stringContaining(status) });
  expect(writesOf(made)).toEqual([]);
}

function deploy(
  name: string,
  version: string,
  port: number,
  between: (aws: Aws) => Aws = (aws) => aws,
  more: Readonly<Record<string, string>> = {},
) {
  const parameters = {
    'EcsCanary.StackName': name,
    'EcsCanary.ListenerPort': String(port),
    'EcsCanary.DesiredCount': '1',
    ...patientHealthChecks,
    ...more,
  };
  return world.run(deployStack, world.builtIn(version, parameters), { between });
}

async function statusOf(name: string): Promise<string> {
  return (await world.aws.cloudFormation.describeStack(name))?.status ?? '';
}

const brokenTemplate = JSON.stringify({
  Resources: { Bad: { Type: 'Test::Fake::Resource', Properties: { Fail: true } } },
});

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
