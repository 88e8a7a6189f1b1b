import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { writesOf } from '../support/call-log.ts';
import { type CanaryConsole, openCanaryConsole } from '../support/canary-console.ts';
import { type CanaryWorld, openCanaryWorld } from '../support/canary-world.ts';

let world: CanaryWorld;
let awsConsole: CanaryConsole;
let version = 1;

beforeAll(async () => {
  world = await openCanaryWorld({ timeScale: 400, taskStartSeconds: 4 });
  awsConsole = openCanaryConsole(world.emulator);
  expect((await world.run(deployStack, world.builtIn('1'))).error).toBeUndefined();
});
beforeEach(async () => {
  await world.run(rollback, {}, { deployment: 'RunbookRuns-1' });
});
afterAll(async () => {
  awsConsole.close();
  await world.close();
});

const half = { 'EcsCanary.GreenPercent': '50' };

describe('an approval is for the green that this deployment deployed', () => {
  it('so a green that somebody replaced afterwards gets nothing more', async () => {
    await canary();
    expect((await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '10' })).error).toBeUndefined();
    await awsConsole.setWeights(100, 0);
    // Somebody else's deployment that ignores locks, as from the console.
    expect(
      (await world.run(deployStack, world.builtIn('evil'), { deployment: 'Deployments-1' })).error,
    ).toBeUndefined();
    const lock = (await awsConsole.service()).tags?.find(({ key }) => key === 'EcsCanaryTakenBy')?.value ?? '';
    await awsConsole.ecs.tagResource({
      resourceArn: (await awsConsole.service()).serviceArn,
      tags: [{ key: 'EcsCanaryTakenBy', value: lock.replace(/ecs-svc.*$/, 'ecs-svc/1') }],
    });
    for (const refused of [await world.run(shiftTraffic, half), await world.run(promote)]) {
      expect(refused.error).toMatchObject({ code: 'green-changed' });
      expect(writesOf(refused)).toEqual([]);
    }
  });

  it('so a deployment whose Deploy Stack was skipped moves nothing', async () => {
    await canary();
    await world.run(rollback);
    expect((await world.run(prepareBlue, {}, { deployment: 'Deployments-3' })).error).toBeUndefined();
    for (const refused of [
      await world.run(shiftTraffic, half, { deployment: 'Deployments-3' }),
      await world.run(promote, {}, { deployment: 'Deployments-3' }),
    ]) {
      expect(refused.error).toMatchObject({ code: 'green-changed' });
      expect(writesOf(refused)).toEqual([]);
    }
    await world.run(rollback, {}, { deployment: 'Deployments-3', deploymentFailed: true });
  });
});

describe('a rollback of a failed deployment', () => {
  it('decides nothing while green is recorded as stable and serves a part', async () => {
    await awsConsole.tag('Green');
    await awsConsole.setWeights(1, 99);
    const undecided = await world.run(rollback, {}, { deploymentFailed: true });
    expect(undecided.error).toMatchObject({ code: 'tag-disagrees' });
    expect(writesOf(undecided)).toEqual([]);
    expect(await awsConsole.weights()).toEqual({ blue: 1, green: 99 });
  });

  it.each(['missing', 'Purple'])(
    'keeps a promoted green whose tag is %s, because nothing says that blue is better',
    async (tag) => {
      await awsConsole.setWeights(0, 100);
      await awsConsole.tag(tag === 'missing' ? undefined : tag);
      expect((await world.run(prepareBlue, {}, { deployment: 'Deployments-3' })).error).toMatchObject({
        code: 'tag-unclear',
      });
      const undecided = await world.run(rollback, {}, { deployment: 'Deployments-3', deploymentFailed: true });
      expect(undecided.error).toMatchObject({ code: 'tag-unclear' });
      expect(await awsConsole.weights()).toEqual({ blue: 0, green: 100 });
    },
  );

  it('takes its own green back although the tag is missing', async () => {
    await canary();
    await awsConsole.setWeights(0, 100);
    await awsConsole.tag(undefined);
    expect((await world.run(rollback, {}, { deploymentFailed: true })).error).toBeUndefined();
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
  });

  it('keeps a green that has everything while ECS cannot say whether it is the stable version', async () => {
    await awsConsole.setWeights(0, 100);
    await awsConsole.tag('Green');
    world.emulator.faults.add({ kind: 'access-denied', operation: 'DescribeServices' });
    const blind = await world.run(rollback, {}, { deploymentFailed: true });
    world.emulator.faults.clear();
    expect(blind.error).toMatchObject({ code: 'aws-access-denied' });
    expect(await awsConsole.weights()).toEqual({ blue: 0, green: 100 });
  });

  it('moves the weights although ECS cannot be read', async () => {
    await awsConsole.tag('Blue');
    await awsConsole.setWeights(50, 50);
    const { OperatorError } = await import('../../src/canary/operator-error.ts');
    const down = async (): Promise<never> => {
      throw new OperatorError('aws-unreachable', 'ECS is down', 'Wait.');
    };
    await world.run(
      rollback,
      { 'EcsCanary.TimeoutMinutes': '1' },
      {
        between: (aws) => ({ ...aws, ecs: { ...aws.ecs, describeService: down } }),
        clock: impatientClock,
      },
    );
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
  });
});

/** Every observation is a minute later than the one before. */
const impatientClock = {
  now: () => {
    ticks += 61_000;
    return ticks;
  },
  sleep: async () => undefined,
};
let ticks = 0;

async function canary(): Promise<void> {
  version += 1;
  expect((await world.run(prepareBlue)).error).toBeUndefined();
  expect((await world.run(deployStack, world.builtIn(String(version)))).error).toBeUndefined();
}
