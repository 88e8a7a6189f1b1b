import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { writesOf } from '../support/call-log.ts';
import { type CanaryConsole, eventually, openCanaryConsole } from '../support/canary-console.ts';
import { type CanaryWorld, openCanaryWorld, type StepRun } from '../support/canary-world.ts';

const floor = { 'EcsCanary.GreenScalePercent': '20' };
const size = { ...floor, 'EcsCanary.DesiredCount': '5' };

let world: CanaryWorld;
let awsConsole: CanaryConsole;

beforeEach(async () => {
  world = await openCanaryWorld({ timeScale: 400, taskStartSeconds: 4 });
  awsConsole = openCanaryConsole(world.emulator);
  expect((await world.run(deployStack, world.builtIn('1', size))).error).toBeUndefined();
});

afterEach(async () => {
  awsConsole.close();
  await world.close();
});

describe('a small canary of five tasks', () => {
  it('scales green before it gets more, and after it has lost some', async () => {
    await startCanary('2');
    expect(await tasksOf('Green')).toEqual({ scale: 20, tasks: 1 });
    expect(await tasksOf('Blue')).toEqual({ scale: 100, tasks: 5 });

    // The first write proves the way back.
    expect(writesOf(await shift('10'))).toEqual(['ModifyRule', 'ModifyRule']);
    expect(await tasksOf('Green')).toEqual({ scale: 20, tasks: 1 });

    const healthyAtWrite: number[] = [];
    const up = await shift('50', (aws) => notingHealth(aws, 'GreenTargetGroup', healthyAtWrite));
    expect(writesOf(up)).toEqual(['UpdateTaskSet', 'ModifyRule']);
    expect(healthyAtWrite).toEqual([3]);
    expect(await tasksOf('Green')).toEqual({ scale: 50, tasks: 3 });

    const down = await shift('10');
    expect(down.outputs).toMatchObject({ BlueWeight: '90', GreenWeight: '10' });
    expect(writesOf(down)).toEqual(['ModifyRule', 'UpdateTaskSet']);
    expect((await tasksOf('Green')).scale).toBe(20);
  });

  it('is promoted by scaling, weights, tag, and last the idle blue; a rollback to its one task shifts first', async () => {
    await startCanary('3');
    const healthyAtWrite: number[] = [];
    const between = (aws: Aws) => notingHealth(aws, 'GreenTargetGroup', healthyAtWrite);
    const promoted = await world.run(promote, { 'EcsCanary.IdleScalePercent': '10' }, { between });
    expect(promoted.error).toBeUndefined();
    expect(writesOf(promoted)).toEqual(['UpdateTaskSet', 'ModifyRule', 'TagResource', 'UpdateTaskSet']);
    expect(healthyAtWrite).toEqual([5]);
    expect(await tasksOf('Green')).toEqual({ scale: 100, tasks: 5 });
    expect((await tasksOf('Blue')).scale).toBe(10);

    await eventually(
      'blue has shrunk',
      async () => (await awsConsole.taskSet('Blue')).stabilityStatus === 'STEADY_STATE',
    );
    const back = await world.run(rollback);
    expect(back.outputs).toMatchObject({ StableStack: 'Blue', BlueWeight: '100', GreenWeight: '0' });
    expect(writesOf(back)).toEqual(['ModifyRule', 'TagResource', 'UpdateTaskSet']);
    expect((await tasksOf('Blue')).scale).toBe(100);
    expect(await awsConsole.ask()).toEqual({ status: 200, version: '1' });
  });

  it('rolls back to a blue without tasks by scaling it first and waiting for it', async () => {
    await startCanary('4');
    expect((await world.run(promote, { 'EcsCanary.IdleScalePercent': '0' })).error).toBeUndefined();
    await eventually('blue is empty', async () => (await awsConsole.taskSet('Blue')).runningCount === 0);
    const healthyAtWrite: number[] = [];
    const between = (aws: Aws) => notingHealth(aws, 'BlueTargetGroup', healthyAtWrite);
    const back = await world.run(rollback, {}, { between });
    expect(back.outputs).toMatchObject({ StableStack: 'Blue', BlueWeight: '100', GreenWeight: '0' });
    expect(writesOf(back)).toEqual(['UpdateTaskSet', 'ModifyRule', 'TagResource']);
    expect(healthyAtWrite[0]).toBeGreaterThan(0);
    expect(await awsConsole.ask()).toEqual({ status: 200, version: '1' });
  });
});

describe('the next canary restores an idle colour', () => {
  it('green by Deploy Stack, even when the version is the same', async () => {
    await startCanary('5');
    const idle = await world.run(rollback, { 'EcsCanary.IdleScalePercent': '0' });
    expect(writesOf(idle)).toEqual(['TagResource', 'UpdateTaskSet']);
    expect((await tasksOf('Green')).scale).toBe(0);
    // CloudFormation sees nothing to update, so only the step can restore it.
    const again = await world.run(deployStack, world.builtIn('5', size));
    expect(again.error).toBeUndefined();
    expect(await tasksOf('Green')).toEqual({ scale: 20, tasks: 1 });

    await world.run(rollback, { 'EcsCanary.IdleScalePercent': '0' });
    expect((await world.run(deployStack, world.builtIn('6', size))).error).toBeUndefined();
    expect(await tasksOf('Green')).toEqual({ scale: 20, tasks: 1 });
  });

  it('blue by Prepare Blue, whichever colour was stable', async () => {
    await startCanary('7');
    await shrinkBlue();
    expect(writesOf(await world.run(prepareBlue))).toEqual(['UpdateTaskSet', 'TagResource']);
    expect(await tasksOf('Blue')).toEqual({ scale: 100, tasks: 5 });

    expect((await world.run(deployStack, world.builtIn('7', size))).error).toBeUndefined();
    expect((await world.run(promote, { 'EcsCanary.IdleScalePercent': '10' })).error).toBeUndefined();
    expect((await tasksOf('Blue')).scale).toBe(10);
    expect((await world.run(prepareBlue)).error).toBeUndefined();
    expect(await tasksOf('Blue')).toEqual({ scale: 100, tasks: 5 });
    expect(await awsConsole.ask()).toEqual({ status: 200, version: '7' });
  });
});

/** From any state: blue runs version 1 in full and serves, green runs the given version at a fifth. */
async function startCanary(version: string): Promise<void> {
  await world.run(rollback);
  expect((await world.run(deployStack, world.builtIn(version, size))).error).toBeUndefined();
}

async function shift(percent: string, between?: (aws: Aws) => Aws): Promise<StepRun> {
  const run = await world.run(
    shiftTraffic,
    { ...floor, 'EcsCanary.GreenPercent': percent },
    between ? { between } : {},
  );
  expect(run.error).toBeUndefined();
  return run;
}

async function tasksOf(colour: 'Blue' | 'Green') {
  const taskSet = await awsConsole.taskSet(colour);
  return { scale: taskSet.scale?.value, tasks: taskSet.runningCount };
}

async function shrinkBlue(): Promise<void> {
  const service = await awsConsole.service();
  const { id } = await awsConsole.taskSet('Blue');
  await awsConsole.ecs.updateTaskSet({
    cluster: service.clusterArn,
    service: service.serviceArn,
    taskSet: id,
    scale: { unit: 'PERCENT', value: 20 },
  });
}

/** Counts a group's healthy targets at the moment of each weight write. */
function notingHealth(aws: Aws, group: 'BlueTargetGroup' | 'GreenTargetGroup', counts: number[]): Aws {
  const modifyActions: Aws['loadBalancing']['modifyActions'] = async (arn, actions) => {
    const targets = await aws.loadBalancing.targetHealth((await awsConsole.outputs())[group] ?? '');
    counts.push(targets.filter(({ state }) => state === 'healthy').length);
    await aws.loadBalancing.modifyActions(arn, actions);
  };
  return { ...aws, loadBalancing: { ...aws.loadBalancing, modifyActions } };
}
