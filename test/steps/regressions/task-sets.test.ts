import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallRecord } from '../../../src/emulator/calls.ts';
import { deployStack } from '../../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../../src/steps/promote.ts';
import { rollback } from '../../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../../src/steps/shift-traffic.ts';
import { writesOf } from '../../support/call-log.ts';
import { type CanaryConsole, eventually } from '../../support/canary-console.ts';
import type { CanaryWorld, StepRun } from '../../support/canary-world.ts';
import { openDeployedCanary } from '../../support/deployed-canary.ts';

let world: CanaryWorld;
let awsConsole: CanaryConsole;

beforeAll(async () => {
  ({ world, awsConsole } = await openDeployedCanary({ pageSize: 100 }));
});
afterAll(async () => {
  awsConsole.close();
  await world.close();
});

describe('a canary that is shifted, rolled back, promoted and prepared again', () => {
  it('creates and deletes task sets only through the stack, and deregisters no task definition', async () => {
    const before = (await awsConsole.service()).taskSets?.map(({ id }) => id);
    const shifted = await ended(world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '50' }));
    const back = await ended(world.run(rollback));
    expect([...writesOf(shifted), ...writesOf(back)]).toEqual([
      // The first one proves the way back.
      'ModifyRule',
      'ModifyRule',
      'ModifyRule',
      'TagResource',
    ]);

    const promoted = await ended(world.run(promote));
    expect(writesOf(promoted)).toEqual(['ModifyRule', 'TagResource']);
    expect((await awsConsole.service()).taskSets?.map(({ id }) => id)).toEqual(before);

    const prepared = await ended(world.run(prepareBlue));
    expect(writesOf(prepared)).toEqual(['UpdateStack', 'ModifyRule', 'TagResource']);
    const { taskDefinitionArns } = await awsConsole.ecs.listTaskDefinitions({ status: 'INACTIVE' });
    expect(taskDefinitionArns).toEqual([]);
    expect((await awsConsole.ecs.listTaskDefinitions({ status: 'ACTIVE' })).taskDefinitionArns).toHaveLength(2);
  });
});

describe('a service that is full of forgotten task sets', () => {
  it('is refused before the stack is touched, with each name and the command that removes it', async () => {
    await ended(world.run(deployStack, world.builtIn('3')));
    const orphans = [await createOrphan(), await createOrphan(), await createOrphan()];
    const deploy = await world.run(deployStack, world.builtIn('4'));
    await ended(world.run(promote));
    const prepare = await world.run(prepareBlue);
    for (const refused of [deploy, prepare]) {
      expect(refused.error).toMatchObject({ code: 'stray-task-set' });
      for (const orphan of orphans) {
        expect(refused.error?.message).toContain(orphan);
        expect(refused.error?.hint).toContain(`--task-set ${orphan} --force`);
      }
      expect(writesOf(refused)).toEqual([]);
    }
    for (const orphan of orphans) await removeTaskSet(orphan);
    await ended(world.run(prepareBlue));
    await ended(world.run(deployStack, world.builtIn('4')));
  });

  it('does not stop approved shifts', async () => {
    const orphans = [await createOrphan(), await createOrphan(), await createOrphan()];
    await ended(world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '10' }));
    await ended(world.run(rollback));
    for (const orphan of orphans) await removeTaskSet(orphan);
  });
});

async function ended(running: Promise<StepRun>): Promise<{ calls: readonly string[]; records: readonly CallRecord[] }> {
  const run = await running;
  expect(run.error).toBeUndefined();
  return run;
}

/** A task set outside both target groups: it serves nobody, and takes one of the service's five places. */
async function createOrphan(): Promise<string> {
  const service = await awsConsole.service();
  const { taskDefinition, networkConfiguration } = await awsConsole.taskSet('Green');
  const { taskSet } = await awsConsole.ecs.createTaskSet({
    ...{ taskDefinition, networkConfiguration },
    cluster: service.clusterArn,
    service: service.serviceArn,
    launchType: 'FARGATE',
    scale: { unit: 'PERCENT', value: 0 },
  });
  return taskSet?.id ?? '';
}

async function removeTaskSet(taskSet: string): Promise<void> {
  const service = await awsConsole.service();
  await awsConsole.ecs.deleteTaskSet({
    cluster: service.clusterArn,
    service: service.serviceArn,
    taskSet,
    force: true,
  });
  await eventually('the orphan is gone', async () => {
    return !(await awsConsole.service()).taskSets?.some(({ id }) => id === taskSet);
  });
}
