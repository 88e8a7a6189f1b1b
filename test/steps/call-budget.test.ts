import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { openByteRelay } from '../../src/benchmark/worker/byte-relay.ts';
import { rehearsalCredentials } from '../../src/rehearsal/scene.ts';
import { connectToEmulator } from '../../src/reliability/step-runs/connection.ts';
import type { Clock } from '../../src/runtime/clock.ts';
import { addTestRule } from '../../src/steps/add-test-rule/add-test-rule.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { watch } from '../../src/steps/watch/watch.ts';
import { countWaves, type PortCall, wrapAws, writesAmong } from '../support/call-log.ts';
import type { CanaryConsole } from '../support/canary-console.ts';
import { type CanaryWorld, createTestClock, type RunOptions, type StepRun } from '../support/canary-world.ts';
import { openDeployedCanary } from '../support/deployed-canary.ts';

let world: CanaryWorld;
let awsConsole: CanaryConsole;

beforeAll(async () => {
  // AWS's own page size: the budgets count pages.
  ({ world, awsConsole } = await openDeployedCanary({ pageSize: 100 }));
});

beforeEach(async () => {
  await world.run(rollback);
});

afterAll(async () => {
  awsConsole.close();
  await world.close();
});

describe('Shift Traffic', () => {
  it('makes at most fifteen calls: the proof of the way back after two round trips, its write after a third, then the record', async () => {
    const waves: PortCall[][] = [];
    const shift = await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '10' }, { between: countWaves(waves) });
    expect(shift.outputs).toMatchObject({ BlueWeight: '90', GreenWeight: '10' });
    expect(shift.calls.length).toBeLessThanOrEqual(15);
    expect(waves.map((wave) => wave.map(nameOf).sort())).toEqual([
      ['cloudFormation.describeStack', 'cloudFormation.listResources'],
      ['ecs.describeService', 'loadBalancing.listRules', 'loadBalancing.targetHealth', 'loadBalancing.targetHealth'],
      ['loadBalancing.modifyActions'],
      // Somebody may have changed the rule, so the write of weights starts from a fresh read.
      ['ecs.describeService', 'loadBalancing.listRules'],
      ['loadBalancing.modifyActions'],
      // The tags show whether the canary was rolled back in the meantime.
      ['ecs.describeService', 'loadBalancing.listRules'],
      ['ecs.record'],
      ['ecs.describeService', 'loadBalancing.listRules'],
    ]);
  });
});

describe('Rollback makes at most three calls before its first write', () => {
  const callsBeforeWrite = async (): Promise<number> => {
    const back = await world.run(rollback);
    expect(back.outputs).toMatchObject({ StableStack: 'Blue', BlueWeight: '100', GreenWeight: '0' });
    expect(back.calls.find((operation) => !/^(Describe|List|Get)/.test(operation))).toBe('ModifyRule');
    expect(back.calls.indexOf('ModifyRule')).toBeGreaterThan(0);
    return back.calls.indexOf('ModifyRule');
  };

  it('in the middle of a canary', async () => {
    await awsConsole.setWeights(90, 10);
    expect(await callsBeforeWrite()).toBeLessThanOrEqual(3);
  });

  it('with everything on green and the tag still on blue', async () => {
    await awsConsole.setWeights(0, 100);
    expect(await callsBeforeWrite()).toBeLessThanOrEqual(3);
  });

  it('after a promotion', async () => {
    await awsConsole.setWeights(0, 100);
    await awsConsole.tag('Green');
    expect(await callsBeforeWrite()).toBeLessThanOrEqual(3);
  });
});

describe('AWS calls and bytes', () => {
  type Runner = (options: RunOptions) => Promise<StepRun>;
  const ten = { 'EcsCanary.GreenPercent': '10' };
  const budgets: readonly (readonly [name: string, run: Runner, mostCalls: number, mostBytes: number])[] = [
    ['Prepare Blue, nothing to do', (options) => world.run(prepareBlue, {}, options), 15, 75_000],
    ['Deploy Stack, no change', (options) => world.run(deployStack, world.builtIn('2'), options), 28, 170_000],
    ['Add Test Rule', (options) => world.run(addTestRule, {}, options), 12, 55_000],
    ['Shift Traffic', (options) => world.run(shiftTraffic, ten, options), 15, 80_000],
    ['Watch Canary, one look', (options) => world.run(watch, { 'EcsCanary.WatchMinutes': '0' }, options), 26, 110_000],
    ['Promote', (options) => world.run(promote, {}, options), 17, 92_000],
    ['Rollback, with traffic to move', (options) => world.run(rollback, {}, options), 17, 92_000],
  ];

  it.each(budgets)('%s', async (name, run, mostCalls, mostBytes) => {
    const relay = await openByteRelay(world.emulator.url);
    const { region } = world.emulator.options;
    const limits = { requestTimeoutMs: 30_000, maxAttempts: 5, clockSpeed: 20 };
    const aws = connectToEmulator({ endpoint: relay.url, region, credentials: rehearsalCredentials, ...limits });
    if (name.startsWith('Rollback')) await awsConsole.setWeights(50, 50);
    const { error, calls } = await run({ between: () => aws }).finally(relay.close);
    expect(error).toBeUndefined();
    expect(calls.length).toBeLessThanOrEqual(mostCalls);
    // A budget far above the need would not notice growth.
    expect(relay.bytes() / mostBytes).toBeGreaterThan(0.6);
    expect(relay.bytes()).toBeLessThanOrEqual(mostBytes);
  });
});

describe('while a step waits', () => {
  it('it reads each thing at most once per observation', async () => {
    const looks: PortCall[][] = [[]];
    const { now, sleep } = createTestClock();
    const clock: Clock = {
      now,
      sleep: async (milliseconds) => {
        await sleep(milliseconds);
        looks.push([]);
      },
    };
    const between = (aws: Aws) =>
      wrapAws(busyOnce(aws), (call, carryOut) => {
        looks.at(-1)?.push(call);
        // Reads after a write belong to a new observation.
        return isWrite(call) ? carryOut().finally(() => looks.push([])) : carryOut();
      });
    const deployed = await world.run(deployStack, world.builtIn('3'), { between, clock });
    expect(deployed.error).toBeUndefined();
    looks.push([]);
    await awsConsole.setWeights(0, 100);
    await awsConsole.tag('Green');
    expect((await world.run(prepareBlue, {}, { between, clock })).error).toBeUndefined();

    const asked = looks.filter((look) => look.length > 0);
    expect(asked.length).toBeGreaterThan(6);
    for (const look of asked) expect(look).toEqual([...new Set(look)]);
    expect(asked.some((look) => look.some((call) => call.startsWith('cloudFormation.listEvents')))).toBe(true);
  });
});

describe('while a stack reports progress', () => {
  it('only its status and its events are read', async () => {
    const looks: { busy: boolean; news: boolean; readonly calls: string[] }[] = [];
    const between = (aws: Aws) =>
      wrapAws(busyOnce(aws), async (call, carryOut) => {
        if (call.startsWith('cloudFormation.describeStack')) looks.push({ busy: false, news: false, calls: [] });
        const look = looks.at(-1);
        look?.calls.push(nameOf(call));
        const answer = await carryOut();
        const { status = '' } = (answer ?? {}) as { readonly status?: string };
        if (look && nameOf(call) === 'cloudFormation.describeStack') look.busy = status.endsWith('IN_PROGRESS');
        if (look && nameOf(call) === 'cloudFormation.listEvents') look.news = (answer as unknown[]).length > 0;
        return answer;
      });
    expect((await world.run(deployStack, world.builtIn('3.1'), { between })).error).toBeUndefined();
    const telling = looks.filter(({ busy, news }) => busy && news);
    expect(telling).not.toHaveLength(0);
    for (const { calls } of telling)
      expect(calls).toEqual(['cloudFormation.describeStack', 'cloudFormation.listEvents']);
  });
});

describe('running a step again writes nothing', () => {
  const again = async (run: () => Promise<{ readonly error: unknown }>): Promise<readonly string[]> => {
    expect((await run()).error).toBeUndefined();
    const before = world.emulator.calls().length;
    expect((await run()).error).toBeUndefined();
    return writesAmong(world.emulator.calls().slice(before));
  };

  it('from Prepare Blue to Promote, and back', async () => {
    expect(await again(() => world.run(prepareBlue))).toEqual([]);
    expect(await again(() => world.run(deployStack, world.builtIn('4')))).toEqual([]);
    expect(await again(() => world.run(addTestRule))).toEqual([]);
    expect(await again(() => world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '2.5' }))).toEqual([]);
    expect(await again(() => world.run(promote))).toEqual([]);
    expect(await again(() => world.run(rollback))).toEqual([]);
  });

  it('even where it scaled an idle colour down', async () => {
    const idle = { 'EcsCanary.IdleScalePercent': '50' };
    expect(await again(() => world.run(promote, idle))).toEqual([]);
    expect(await again(() => world.run(rollback, idle))).toEqual([]);
  });
});

/** However quickly an update ends, the step sees its stack in progress once. */
function busyOnce(aws: Aws): Aws {
  let begun = false;
  const updateStack: Aws['cloudFormation']['updateStack'] = async (...request) => {
    const answer = await aws.cloudFormation.updateStack(...request);
    begun = answer === 'started';
    return answer;
  };
  const describeStack: Aws['cloudFormation']['describeStack'] = async (name) => {
    const stack = await aws.cloudFormation.describeStack(name);
    if (!stack || !begun) return stack;
    begun = false;
    return { ...stack, status: 'UPDATE_IN_PROGRESS' };
  };
  return { ...aws, cloudFormation: { ...aws.cloudFormation, updateStack, describeStack } };
}

function isWrite(call: PortCall): boolean {
  return !/\.(describe|list|read|latest|target)/.test(nameOf(call)) && !/\.listenerAddress/.test(call);
}

function nameOf(call: PortCall): string {
  return call.split(' ')[0] ?? '';
}
