import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ParameterSet } from '../../src/parameters/parameters.ts';
import { runUntilKilled } from '../../src/reliability/step-runs/in-process-kill.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import type { Step } from '../../src/steps/step.ts';
import { wrapAws, writesOf } from '../support/call-log.ts';
import type { CanaryConsole } from '../support/canary-console.ts';
import { type CanaryWorld, createTestClock } from '../support/canary-world.ts';
import { openDeployedCanary } from '../support/deployed-canary.ts';
import { type CallPoint, killAt } from '../support/kill-points.ts';

const lockTag = 'EcsCanaryTakenBy';
const idleKey = 'EcsCanaryGreenIdleSince';
const person = { deployment: 'RunbookRuns-1' };

let world: CanaryWorld;
let awsConsole: CanaryConsole;
let version = 2;

beforeAll(async () => {
  ({ world, awsConsole } = await openDeployedCanary({ pageSize: 100 }));
});
beforeEach(async () => {
  await awsConsole.tag('Blue');
  expect((await world.run(rollback, {}, person)).error).toBeUndefined();
  await untag(lockTag, idleKey);
});
afterAll(async () => {
  awsConsole.close();
  await world.close();
});

describe('a Promote that died between the weights and the tag', () => {
  const beforeTag: CallPoint = { writes: 1, method: 'tagStable', occurrence: 1, when: 'before' };

  beforeEach(async () => {
    await startCanary();
    await dies(promote, beforeTag);
    expect([await awsConsole.weights(), await awsConsole.readTag()]).toEqual([{ blue: 0, green: 100 }, 'Blue']);
  });

  it('records green when it runs again', async () => {
    const again = await world.run(promote);
    expect(again.error).toBeUndefined();
    expect(writesOf(again)).toEqual(['TagResource']);
    expect(await awsConsole.readTag()).toBe('Green');
  });

  it('records nothing if somebody has replaced green since', async () => {
    const { [lockTag]: lock = '' } = await tags();
    await setTag(lockTag, lock.replace(/ecs-svc\/\d+$/, 'ecs-svc/1'));
    for (const again of [await world.run(promote), await shiftTo('100')]) {
      expect(again.error).toMatchObject({ code: 'green-changed', message: expect.stringContaining('ecs-svc/1') });
      expect(writesOf(again)).toEqual([]);
    }
    // Rollback is still possible.
    expect((await shiftTo('0')).error).toBeUndefined();
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
    expect((await world.run(rollback, {}, { deploymentFailed: true })).error).toBeUndefined();
    expect([await awsConsole.weights(), await awsConsole.readTag()]).toEqual([{ blue: 100, green: 0 }, 'Blue']);
  });

  it('is reverted by Rollback, which records when green lost its traffic', async () => {
    await dies(rollback, beforeTag);
    expect(await tags()).not.toHaveProperty(idleKey);
    const back = await world.run(rollback, {}, { deploymentFailed: true });
    expect(back.error).toBeUndefined();
    expect(writesOf(back)).toEqual(['TagResource']);
    expect(await idleSince()).toBeGreaterThan(0);
  });
});

describe('a Prepare Blue that died between the weights and the tag', () => {
  it('records when it runs again that green had traffic, so that Deploy Stack waits before it replaces green', async () => {
    await awsConsole.setWeights(50, 50);
    await dies(prepareBlue, { writes: 2, method: 'tagStable', occurrence: 1, when: 'before' });
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
    expect(await tags()).not.toHaveProperty(idleKey);

    const before = Date.now();
    const again = await world.run(prepareBlue);
    expect(again.error).toBeUndefined();
    expect(writesOf(again)).toEqual(['TagResource']);
    expect(await idleSince()).toBeGreaterThanOrEqual(before - 1000);
    expect(writesOf(await world.run(prepareBlue))).toEqual([]);

    const hour = { 'EcsCanary.SettleSeconds': '3600', 'EcsCanary.TimeoutMinutes': '180' };
    let waited = 0;
    const waitedAtUpdate: number[] = [];
    const run = await world.run(deployStack, world.builtIn('2', hour), {
      between: (aws) =>
        wrapAws(aws, (call, carryOut) => {
          if (call.startsWith('cloudFormation.updateStack')) waitedAtUpdate.push(waited);
          return carryOut();
        }),
      clock: {
        now: () => Date.now() + waited,
        // The hour passes at once, but tasks take their real time.
        sleep: async (milliseconds) => {
          if (milliseconds > 3000 && milliseconds % 1000 === 0) waited += milliseconds;
          else await createTestClock().sleep(milliseconds);
        },
      },
    });
    expect(run.error).toBeUndefined();
    expect(run.log.join('\n')).toContain('Green had traffic until ');
    expect(waitedAtUpdate).toEqual([expect.closeTo(3_600_000, -6)]);
  });
});

describe("a promotion that is recorded under another deployment's lock", () => {
  beforeEach(async () => {
    await awsConsole.setWeights(0, 100);
    await awsConsole.tag('Green');
    await setTag(lockTag, 'Deployments-9 release 1.0.0 of Shop since 2026-03-01T03:04:05Z');
  });

  it('is left to a person', async () => {
    for (const run of [await world.run(prepareBlue), await world.run(promote), await shiftTo('50')]) {
      expect(run.error).toMatchObject({ code: 'canary-taken', message: expect.stringContaining('Deployments-9') });
      expect(run.calls.filter((call) => !/^(Describe|List|Get)/.test(call))).toEqual([]);
    }
    const failed = await world.run(rollback, {}, { deploymentFailed: true });
    expect(failed.error).toBeUndefined();
    expect(failed.calls.filter((call) => !/^(Describe|List|Get)/.test(call))).toEqual([]);
    expect((await tags())[lockTag]).toMatch(/^Deployments-9 /);
    expect(writesOf(await world.run(rollback, {}, person))).toEqual(['ModifyRule', 'TagResource']);
    expect(await tags()).not.toHaveProperty(lockTag);
  });
});

async function startCanary(): Promise<void> {
  version += 1;
  expect((await world.run(prepareBlue)).error).toBeUndefined();
  expect((await world.run(deployStack, world.builtIn(String(version)))).error).toBeUndefined();
}

/** Runs the step until that moment, and kills it there. */
async function dies<P extends ParameterSet, S>(step: Step<P, S>, point: CallPoint): Promise<void> {
  const killed = await runUntilKilled((between) => world.run(step, {}, { between }), killAt(point));
  expect(killed).toEqual({ kind: 'killed' });
}

const shiftTo = (percent: string) => world.run(shiftTraffic, { 'EcsCanary.GreenPercent': percent });

async function tags(): Promise<Readonly<Record<string, string>>> {
  const { tags: all = [] } = await awsConsole.service();
  return Object.fromEntries(all.map(({ key = '', value = '' }) => [key, value]));
}

async function idleSince(): Promise<number> {
  return Date.parse((await tags())[idleKey] ?? '');
}

async function setTag(key: string, value: string): Promise<void> {
  await awsConsole.ecs.tagResource({ resourceArn: (await awsConsole.service()).serviceArn, tags: [{ key, value }] });
}

async function untag(...tagKeys: string[]): Promise<void> {
  await awsConsole.ecs.untagResource({ resourceArn: (await awsConsole.service()).serviceArn, tagKeys });
}
