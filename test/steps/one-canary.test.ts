import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { lockTagKey } from '../../src/canary/lock.ts';
import { OperatorError } from '../../src/canary/operator-error.ts';
import { greenIdleTagKey } from '../../src/canary/settling.ts';
import type { Clock } from '../../src/runtime/clock.ts';
import { addTestRule } from '../../src/steps/add-test-rule/add-test-rule.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { wrapAws } from '../support/call-log.ts';
import type { CanaryConsole } from '../support/canary-console.ts';
import { type CanaryWorld, createTestClock, type RunOptions, type StepRun } from '../support/canary-world.ts';
import { openDeployedCanary } from '../support/deployed-canary.ts';

const first = { deployment: 'Deployments-1' } as const;
const second = { deployment: 'Deployments-2' } as const;
const takeOver = { 'EcsCanary.TakeOver': 'True' } as const;
const dead = 'Deployments-0 release 0.9.0 of Shop to Test since 2026-01-01T02:03:04Z';

let world: CanaryWorld;
let awsConsole: CanaryConsole;

beforeAll(async () => {
  ({ world, awsConsole } = await openDeployedCanary({ pageSize: 100 }));
  await awsConsole.ecs.tagResource({ resourceArn: await serviceArn(), tags: [{ key: 'team', value: 'checkout' }] });
});
beforeEach(async () => {
  await lock(undefined);
  await awsConsole.tag('Blue');
  await awsConsole.setWeights(90, 10);
});
afterAll(async () => {
  awsConsole.close();
  await world.close();
});

describe('Prepare Blue locks the canary', () => {
  it('before it changes anything else, and names the owner', async () => {
    const run = await prepare(first);
    expect(run.error).toBeUndefined();
    expect(changesOf(run)).toEqual(['TagResource', 'ModifyRule', 'TagResource']);
    const { [lockTagKey]: text, ...others } = await tags();
    expect(text).toMatch(
      /^Deployments-1 release 1\.0\.0 of Shop to Test since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ while green may serve$/,
    );
    expect(others).toEqual({ StableStack: 'Blue', team: 'checkout' });
    expect(run.log.some((line) => line.includes('for Deployments-1'))).toBe(true);
  });

  it('once: a retry of the same deployment passes and keeps the lock', async () => {
    await prepare(first);
    const { [lockTagKey]: text } = await tags();
    const again = await prepare(first);
    expect(again.error).toBeUndefined();
    expect(changesOf(again)).toEqual([]);
    expect((await tags())[lockTagKey]).toBe(text);
  });

  it('not in a dry run, which shows what would follow', async () => {
    const run = await prepare(first, { 'EcsCanary.DryRun': 'True' });
    expect(changesOf(run)).toEqual([]);
    expect(run.log.join('\n')).toContain('Dry run, next change: Moving traffic from Blue 90 % / Green 10 %');
    await lock(dead);
    expect((await prepare(first, { 'EcsCanary.DryRun': 'True' })).error).toMatchObject({ code: 'canary-taken' });
  });

  it('not without a service, or where Octopus names no deployment', async () => {
    const nothing = await prepare(first, { 'EcsCanary.StackName': 'nowhere' });
    expect(nothing).toMatchObject({ error: undefined, outputs: { FirstDeployment: 'True' } });
    expect(changesOf(nothing)).toEqual([]);
    const nameless = await prepare({ deployment: '' });
    expect(nameless.error).toBeUndefined();
    expect(await tags()).toEqual({ StableStack: 'Blue', team: 'checkout' });
  });
});

describe('a second deployment, while the first owns the lock', () => {
  beforeEach(async () => {
    await prepare(first);
    await awsConsole.setWeights(90, 10);
  });

  it.each<[string, (options: RunOptions) => Promise<StepRun>]>([
    ['Prepare Blue', (options) => world.run(prepareBlue, {}, options)],
    ['Deploy Stack', (options) => world.run(deployStack, world.builtIn('3'), options)],
    ['Add Test Rule', (options) => world.run(addTestRule, {}, options)],
    ['Shift Traffic', (options) => world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '50' }, options)],
    ['Promote', (options) => world.run(promote, {}, options)],
  ])('is refused by %s, with owner, release and time', async (_, run) => {
    const refused = await run(second);
    expect(refused.error).toMatchObject({
      code: 'canary-taken',
      message: expect.stringMatching(/locked by another deployment: Deployments-1 release 1\.0\.0 of Shop .* since 20/),
      hint: expect.stringContaining('EcsCanary.TakeOver'),
    });
    expect(changesOf(refused)).toEqual([]);
  });

  it('leaves the canary of the first alone when its Rollback runs', async () => {
    const left = await world.run(rollback, {}, { ...second, deploymentFailed: true });
    expect(left.error).toBeUndefined();
    expect(changesOf(left)).toEqual([]);
    expect(left.log.join('\n')).toMatch(
      /another deployment \(Deployments-1 .* holds the lock on this canary, so nothing was changed/,
    );
    expect(await awsConsole.weights()).toEqual({ blue: 90, green: 10 });
  });

  it.each([
    ['passes', 3, [], 90, /Nothing was changed/],
    ['lasts', 4, ['loadBalancing.modifyActions'], 100, /the traffic was moved to blue/],
  ])(
    'leaves it alone even where an ECS failure %s, or says what it moved',
    async (_, failures, moved, blue, summary) => {
      const changes: string[] = [];
      let failed = 0;
      const between = (aws: Aws) =>
        wrapAws(aws, (call, carryOut) => {
          noteChange(changes, call);
          if (!call.startsWith('ecs.describeService ') || failed >= failures) return carryOut();
          failed += 1;
          return Promise.reject(new OperatorError('aws-throttled', 'ECS is busy.', 'Wait.'));
        });
      const run = await world.run(rollback, {}, { ...second, deploymentFailed: true, between });
      expect(run.error).toBeUndefined();
      expect(changes).toEqual(moved);
      expect(run.outputs['Summary']).toMatch(summary);
      expect(await awsConsole.weights()).toEqual({ blue, green: 100 - blue });
    },
  );

  it('does not affect the first, whose steps all pass', async () => {
    await awsConsole.setWeights(100, 0);
    for (const run of [
      await world.run(deployStack, world.builtIn('2'), first),
      await world.run(addTestRule, {}, first),
      await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '50' }, first),
      await world.run(promote, {}, first),
    ])
      expect(run.error?.message).toBeUndefined();
  });
});

describe('the canary is unlocked', () => {
  it.each<[string, () => Promise<StepRun>, string]>([
    ['Promote', () => world.run(promote, {}, first), 'Green'],
    ['Rollback', () => world.run(rollback, {}, { ...first, deploymentFailed: true }), 'Blue'],
    ["a runbook's Rollback", () => world.run(rollback, {}, { deployment: 'RunbookRuns-5' }), 'Blue'],
  ])('by %s, last of all', async (_, end, stable) => {
    await prepare(first);
    expect((await world.run(deployStack, world.builtIn('2'), first)).error).toBeUndefined();
    await awsConsole.setWeights(50, 50);
    const run = await end();
    expect(run.error).toBeUndefined();
    expect(changesOf(run)[0]).toBe('ModifyRule');
    expect(changesOf(run).at(-1)).toBe('UntagResource');
    expect(await tags()).toEqual({ StableStack: stable, team: 'checkout' });
    expect(await awsConsole.weights()).toEqual(stable === 'Green' ? { blue: 0, green: 100 } : { blue: 100, green: 0 });
    expect((await prepare(second, { 'EcsCanary.DryRun': 'True' })).error).toBeUndefined();
  });

  it('by the Rollback of a deployment that failed before it moved traffic away from a promoted green', async () => {
    await awsConsole.tag('Green');
    await awsConsole.setWeights(0, 100);
    const green = (await awsConsole.resources())['GreenTaskSet']?.split('|').at(-1) ?? '';
    await lock(`Deployments-1 release 1.0.0 green ${green}`);
    const run = await world.run(rollback, {}, { ...first, deploymentFailed: true });
    expect(run.error).toBeUndefined();
    expect(changesOf(run)).toEqual(['UntagResource']);
    expect(await awsConsole.weights()).toEqual({ blue: 0, green: 100 });
  });
});

describe('an approval is for the canary of its own deployment', () => {
  const approved = { 'EcsCanary.ApprovalStep': 'Approve', 'Approval.Manual.Approved': 'True' } as const;

  it.each<[string, () => Promise<StepRun>]>([
    ['Shift Traffic', () => world.run(shiftTraffic, { ...approved, 'EcsCanary.GreenPercent': '50' }, first)],
    ['Promote', () => world.run(promote, approved, first)],
  ])('so %s refuses after a rollback, when green may run what somebody else deployed', async (_, run) => {
    await prepare(first);
    await world.run(rollback, {}, { deployment: 'RunbookRuns-5' });
    await prepare(second);
    await world.run(deployStack, world.builtIn('3'), second);
    await world.run(rollback, {}, { ...second, deploymentFailed: true });
    const late = await run();
    expect(late.error).toMatchObject({
      code: 'canary-lost',
      message: expect.stringContaining('it got no more traffic'),
      hint: expect.stringContaining('Deploy the release again'),
    });
    expect(changesOf(late)).toEqual([]);
    const ended = await world.run(rollback, {}, { ...first, deploymentFailed: true });
    expect(ended.error).toBeUndefined();
    expect(changesOf(ended)).toEqual([]);
  });

  it('and a retry of a Promote that already unlocked it passes', async () => {
    await prepare(first);
    await awsConsole.setWeights(100, 0);
    expect((await world.run(deployStack, world.builtIn('2'), first)).error).toBeUndefined();
    expect((await world.run(promote, approved, first)).error).toBeUndefined();
    const again = await world.run(promote, approved, first);
    expect(again.error).toBeUndefined();
    expect(changesOf(again)).toEqual([]);
  });
});

describe('a lock that a dead deployment left', () => {
  beforeEach(() => lock(dead));

  it('is explained, with the ways to release it', async () => {
    const { error } = await prepare(first);
    expect(error).toMatchObject({ code: 'canary-taken', message: expect.stringContaining(dead) });
    expect(error?.hint).toMatch(
      /cancelled, for example.*EcsCanary\.TakeOver on Prepare Blue.*Rollback runbook, which releases/,
    );
  });

  it('is taken over on request, and then the dead deployment is refused', async () => {
    const run = await prepare(first, takeOver);
    expect(run.error).toBeUndefined();
    expect(run.log).toContain(`Taking over the lock from ${dead}, as EcsCanary.TakeOver requests.`);
    expect((await tags())[lockTagKey]).toMatch(/^Deployments-1 /);
    const revenant = await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '50' }, { deployment: 'Deployments-0' });
    expect(revenant.error).toMatchObject({ code: 'canary-taken' });
    expect(changesOf(revenant)).toEqual([]);
  });

  it('changes nothing for the owner when TakeOver stays ticked', async () => {
    await prepare(first, takeOver);
    const again = await prepare(first, takeOver);
    expect(again.error).toBeUndefined();
    expect(changesOf(again)).toEqual([]);
  });
});

describe('a lock that was read in a look that failed', () => {
  it('is remembered: once somebody releases it, the step stops', async () => {
    await prepare(first);
    let isReleased = false;
    const run = await world.run(
      addTestRule,
      {},
      {
        ...first,
        between: (aws) =>
          wrapAws(aws, async (call, carryOut) => {
            if (isReleased || !call.startsWith('loadBalancing.listenerAddress')) return carryOut();
            isReleased = true;
            await lock(undefined);
            throw new OperatorError(
              'aws-throttled',
              'elasticloadbalancing:DescribeListeners failed: Throttling',
              'Wait.',
            );
          }),
      },
    );
    expect(isReleased).toBe(true);
    expect(run.error).toMatchObject({ code: 'canary-lost' });
    // The release itself is the only change.
    expect(changesOf(run)).toEqual(['UntagResource']);
  });
});

describe('two deployments that lock the canary at the same moment', () => {
  it.each<[string, string | undefined, Readonly<Record<string, string>>]>([
    ['both find it unlocked', undefined, {}],
    ['both take it over from a dead one', dead, takeOver],
  ])('never both continue when %s', async (_, before, parameters) => {
    await lock(before);
    const late = signal();
    const lateMarks = signal();
    const lateMarked = signal();
    const changes: Record<'early' | 'late', string[]> = { early: [], late: [] };

    // The late one has already read, and writes its lock just before the early one reads again.
    const lateRun = world.run(prepareBlue, parameters, {
      ...second,
      between: (aws) =>
        wrapAws(aws, async (call, carryOut) => {
          const method = noteChange(changes.late, call);
          if (method !== 'ecs.acquireLock') return carryOut();
          late.give();
          await lateMarks.given;
          const answer = await carryOut();
          lateMarked.give();
          return answer;
        }),
    });
    await late.given;
    const { now, sleep } = createTestClock();
    const clock: Clock = {
      now,
      sleep: async (milliseconds) => {
        lateMarks.give();
        await lateMarked.given;
        await sleep(milliseconds);
      },
    };
    const earlyRun = await world.run(prepareBlue, parameters, {
      ...first,
      clock,
      between: (aws) =>
        wrapAws(aws, (call, carryOut) => {
          noteChange(changes.early, call);
          return carryOut();
        }),
    });

    expect(earlyRun.error).toMatchObject({ code: 'canary-taken', message: expect.stringContaining('Deployments-2') });
    expect(changes.early).toEqual(['ecs.acquireLock']);
    expect((await lateRun).error).toBeUndefined();
    expect(changes.late).toEqual(['ecs.acquireLock', 'loadBalancing.modifyActions', 'ecs.tagStable']);
    expect((await tags())[lockTagKey]).toMatch(/^Deployments-2 /);
  });
});

function prepare(options: RunOptions, parameters: Readonly<Record<string, string>> = {}): Promise<StepRun> {
  return world.run(prepareBlue, parameters, options);
}

/** Writes in order, including locks. */
function changesOf(run: StepRun): readonly string[] {
  return run.calls.filter((operation) => !/^(Describe|List|Get)/.test(operation));
}

/** Records the call if it writes. @returns its method */
function noteChange(changes: string[], call: string): string {
  const method = call.split(' ')[0] ?? '';
  if (/\.(acquire|release|tag|modify|scale|create|update|delete|cancel)/.test(method)) changes.push(method);
  return method;
}

function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give: () => give() };
}

async function serviceArn(): Promise<string> {
  return (await awsConsole.service()).serviceArn ?? '';
}

async function tags(): Promise<Readonly<Record<string, string>>> {
  const all = Object.fromEntries(
    ((await awsConsole.service()).tags ?? []).map(({ key, value }) => [key ?? '', value ?? '']),
  );
  return Object.fromEntries(Object.entries(all).filter(([key]) => ['StableStack', 'team', lockTagKey].includes(key)));
}

async function lock(text: string | undefined): Promise<void> {
  const resourceArn = await serviceArn();
  const tagKeys = [lockTagKey, greenIdleTagKey];
  if (text === undefined) await awsConsole.ecs.untagResource({ resourceArn, tagKeys });
  else await awsConsole.ecs.tagResource({ resourceArn, tags: [{ key: lockTagKey, value: text }] });
}
