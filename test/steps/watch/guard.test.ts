import { afterEach, describe, expect, it } from 'vitest';
import type { Aws, CloudWatch } from '../../../src/aws/aws.ts';
import { leaseTagKey } from '../../../src/canary/lease.ts';
import { lockTagKey } from '../../../src/canary/lock.ts';
import { formatRetreat, noRetreat, retreatOf, retreatTagKey } from '../../../src/canary/retreat.ts';
import { shareRecordOf } from '../../../src/canary/share-record.ts';
import { deployStack } from '../../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../../src/steps/promote.ts';
import { rollback } from '../../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../../src/steps/shift-traffic.ts';
import { watch } from '../../../src/steps/watch/watch.ts';
import { writesAmong } from '../../support/call-log.ts';
import { type CanaryConsole, openCanaryConsole } from '../../support/canary-console.ts';
import { type CanaryWorld, openCanaryWorld, type RunOptions, type StepRun } from '../../support/canary-world.ts';
import { sendUsers, type Users } from './users.ts';

let world: CanaryWorld;
let awsConsole: CanaryConsole;
let users: Users | undefined;
afterEach(async () => {
  await users?.leave();
  users = undefined;
  awsConsole?.close();
  await world?.close();
});

const night = { deployment: 'RunbookRuns-7' };

/** A canary of that behaviour with a share of the traffic, and people who use it. */
async function open(behaviour: string, percent = '50'): Promise<void> {
  world = await openCanaryWorld({ timeScale: 300, taskStartSeconds: 4 });
  awsConsole = openCanaryConsole(world.emulator);
  await succeed(world.run(deployStack, world.builtIn('1')));
  await succeed(world.run(prepareBlue));
  await succeed(world.run(deployStack, world.builtIn(`2${behaviour}`)));
  await succeed(shift(percent));
  users = sendUsers(awsConsole);
}

async function succeed(running: Promise<StepRun>): Promise<StepRun> {
  const run = await running;
  expect(run.error).toBeUndefined();
  return run;
}

function shift(percent: string, notes?: string): Promise<StepRun> {
  const approval = notes === undefined ? {} : { ...approved, 'Approval.Manual.Notes': notes };
  return world.run(shiftTraffic, { 'EcsCanary.GreenPercent': percent, ...approval });
}

const approved = { 'EcsCanary.ApprovalStep': 'Approve', 'Approval.Manual.Approved': 'True' };

/** Guard, which here waits until the figures are there. */
function guard(minutes = '30', options: RunOptions = night, more = {}): Promise<StepRun> {
  return world.run(watch, { 'EcsCanary.WatchMinutes': minutes, 'EcsCanary.WhenWorse': 'Retreat', ...more }, options);
}

/** Waits until CloudWatch has settled the figures of seven minutes. */
async function settled(): Promise<void> {
  await succeed(guard('7'));
}

async function tags(): Promise<Readonly<Record<string, string>>> {
  const { tags: found = [] } = await awsConsole.service();
  return Object.fromEntries(found.map(({ key = '', value = '' }) => [key, value]));
}

async function retreated() {
  return retreatOf({ tags: await tags() }, (await awsConsole.taskSet('Green')).id ?? '');
}

describe('Guard', () => {
  it('takes the traffic of a failing green, weights first, and records in one write why', async () => {
    await open('--error-rate_0.3');
    const run = await succeed(guard());
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
    expect(writesAmong(run.records)).toEqual(['ModifyRule', 'TagResource']);
    expect(run.outputs).toMatchObject({ Verdict: 'Worse', Retreated: 'True', GreenPercent: '0' });
    expect(run.outputs['Summary']).toMatch(
      /^Guard took green from 50 % to 0 % at .* UTC: [\d,]+ of [\d,]+ requests failed, blue 0 of [\d,]+\./,
    );
    expect(run.outputs['Summary']).toContain('**Green is worse.**');
    // The report once said that nobody knew who did it.
    expect(run.artifacts.get('ecs-canary-report.html')).toMatch(
      /Retreated from 50\s%\s+to 0\s%<\/strong> <span class="by">by <bdi>Guard/,
    );
    expect(await retreated()).toMatchObject({ from: 50, to: 0, cause: 'Worse', kinds: ['errors'] });
    expect(shareRecordOf({ tags: await tags() }).entries.map(({ percent }) => percent)).toEqual([50, 0]);
    expect(await tags()).toMatchObject({ StableStack: 'Blue', [lockTagKey]: expect.stringContaining('Deployments-1') });
  });

  it('has nothing to do a second time, and says so in one line', async () => {
    await open('--error-rate_0.3');
    await succeed(guard());
    const again = await succeed(guard('0'));
    expect(writesAmong(again.records)).toEqual([]);
    expect(again.calls).not.toContain('GetMetricData');
    expect(again.outputs).toMatchObject({ Retreated: 'False', GreenPercent: '0' });
    expect(again.log.filter((line) => line.includes('Guard'))).toEqual([
      // Its latest run is where the waiting approval sends people.
      expect.stringMatching(
        /^Guard has nothing to watch: green gets no traffic\. Guard took green from 50 % to 0 % at .*\.$/,
      ),
    ]);
    expect(again.outputs['Summary']).toMatch(/^Guard took green from 50 % to 0 %/);
  });

  it('leaves a good green alone', async () => {
    await open('');
    const run = await succeed(guard('3'));
    expect(writesAmong(run.records)).toEqual([]);
    expect(run.outputs).toMatchObject({ Retreated: 'False', GreenPercent: '50' });
  });

  it('never acts where CloudWatch cannot be read, whatever silence means', async () => {
    await open('--error-rate_0.3');
    world.emulator.faults.add({ kind: 'access-denied', service: 'cloudwatch' });
    const run = await succeed(guard('0', night, { 'EcsCanary.OnSilence': 'Retreat' }));
    expect(writesAmong(run.records)).toEqual([]);
    expect(run.outputs).toMatchObject({ Verdict: 'NoEvidence', Retreated: 'False' });
  });

  it('takes a green of which CloudWatch has nothing for silent, but not one that only gets no requests', async () => {
    await open('', '50');
    await settled();
    const blind =
      (isUnseen: boolean) =>
      ({ cloudWatch, ...aws }: Aws): Aws => ({
        ...aws,
        ...(cloudWatch && { cloudWatch: { ...cloudWatch, readTraffic: lacking(cloudWatch, isUnseen) } }),
      });
    const onSilence = { 'EcsCanary.OnSilence': 'Retreat' };
    const sticky = await succeed(guard('0', { ...night, between: blind(false) }, onSilence));
    expect(writesAmong(sticky.records)).toEqual([]);
    const unseen = await succeed(guard('0', { ...night, between: blind(true) }, onSilence));
    expect(unseen.outputs['Retreated']).toBe('True');
    expect(await retreated()).toMatchObject({ cause: 'silent' });
  });

  it('only says what it would do in a dry run', async () => {
    await open('--error-rate_0.3');
    const run = await guard('30', night, { 'EcsCanary.DryRun': 'True' });
    expect(run.log.join('\n')).toContain('Dry run, next change: Guard takes traffic from green');
    expect(writesAmong(run.records)).toEqual([]);
  });

  it('warns if AWS refuses the record: the traffic is away all the same', async () => {
    await open('--error-rate_0.3');
    world.emulator.faults.add({ kind: 'access-denied', operation: 'TagResource' });
    const run = await succeed(guard());
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
    expect(run.lines.join('\n')).toContain('EcsCanaryRetreated');
    expect(run.outputs['Retreated']).toBe('True');
  });
});

/** A CloudWatch that has many requests of blue, and none of green, nor anything else of it if it is unseen. */
function lacking({ readTraffic }: CloudWatch, isUnseen: boolean): CloudWatch['readTraffic'] {
  return async (...asked) => {
    const { targetMinutes, ...rest } = await readTraffic(...asked);
    const [blue = '', green = ''] = Object.keys(targetMinutes);
    const answers = { '2xx': 100, '3xx': 0, '4xx': 0, '5xx': 0 };
    const busy = (targetMinutes[blue] ?? []).map((at) => ({ start: at, requests: 100, answers, connectionErrors: 0 }));
    const seen = isUnseen ? { ...targetMinutes, [green]: [] } : targetMinutes;
    return { ...rest, groups: { [blue]: busy, [green]: [] }, targetMinutes: seen };
  };
}

describe('Guard that was killed', () => {
  it('between the weights and the tag records at the next run what it did', async () => {
    await open('--error-rate_0.3');
    const killed = await guard('30', { ...night, between: diesUnrecorded }).catch((error: Error) => error);
    expect(String(killed)).toContain('killed');
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
    expect(await retreated()).toBeUndefined();
    const next = await succeed(guard('0'));
    expect(writesAmong(next.records)).toEqual(['TagResource']);
    expect(await retreated()).toMatchObject({ from: 50, to: 0, cause: 'Worse' });
    expect(writesAmong((await succeed(guard('0'))).records)).toEqual([]);
  });

  it('before the tag lets no shift that comes first raise the share unawares', async () => {
    await open('--error-rate_0.3');
    await guard('30', { ...night, between: diesUnrecorded }).catch(() => undefined);
    const card = await succeed(world.run(watch, { 'EcsCanary.WatchMinutes': '0' }));
    for (const notes of [undefined, '', '/weight 25']) {
      const held = await succeed(shift('80', notes));
      expect(writesAmong(held.records)).not.toContain('ModifyRule');
      expect(held.outputs['GreenPercent']).toBe('0');
      for (const text of [held.log.join('\n'), card.outputs['Summary']])
        expect(text).toMatch(
          /Green has 0 %, less than the 50 % recorded at .* UTC: somebody has taken traffic from it\./,
        );
    }
    const refused = await world.run(promote, { ...approved, 'Approval.Manual.Notes': '' });
    expect(refused.error).toMatchObject({ code: 'promotion-not-approved' });
    expect((await succeed(shift('80', '/weight 25!'))).outputs['GreenPercent']).toBe('25');
    expect((await succeed(shift('50', ''))).outputs['GreenPercent']).toBe('50');
  });

  it('and then rolled back, or prepared anew, holds no later shift', async () => {
    await open('--error-rate_0.3');
    await guard('30', { ...night, between: diesUnrecorded }).catch(() => undefined);
    const next = { deployment: 'Deployments-2' };
    await succeed(world.run(prepareBlue, { 'EcsCanary.TakeOver': 'True' }, next));
    await succeed(world.run(deployStack, world.builtIn('2--error-rate_0.3'), next));
    const given = { 'EcsCanary.GreenPercent': '10', ...approved };
    expect((await succeed(world.run(shiftTraffic, given, next))).outputs['GreenPercent']).toBe('10');
    await awsConsole.setWeights(100, 0);
    await succeed(world.run(rollback, {}, night));
    await succeed(world.run(prepareBlue, {}, night));
    await succeed(world.run(deployStack, world.builtIn('2--error-rate_0.3'), night));
    expect((await succeed(world.run(shiftTraffic, given, night))).outputs['GreenPercent']).toBe('10');
  });

  it('records nothing of a canary that was rolled back', async () => {
    await open('--error-rate_0.3');
    await guard('30', { ...night, between: diesUnrecorded }).catch(() => undefined);
    await succeed(world.run(rollback, {}, night));
    expect(writesAmong((await succeed(guard('0'))).records)).toEqual([]);
    expect(await retreated()).toBeUndefined();
  });
});

describe('no canary is open', () => {
  it('without a stack', async () => {
    world = await openCanaryWorld({ timeScale: 300 });
    const run = await succeed(guard('0'));
    expect(run.log).toContain('Guard has nothing to watch: there is no stack named canary.');
    expect(run.outputs).toMatchObject({ Verdict: 'NoEvidence', Retreated: 'False' });
  });

  it('after a promotion', async () => {
    await open('--error-rate_0.3');
    await succeed(world.run(promote));
    const run = await succeed(guard('0'));
    expect(run.log).toContain('Guard has nothing to watch: green is the stable version.');
    expect(writesAmong(run.records)).toEqual([]);
  });

  it('while the stack is being changed', async () => {
    await open('--error-rate_0.3');
    const busy = (aws: Aws): Aws => ({
      ...aws,
      cloudFormation: {
        ...aws.cloudFormation,
        describeStack: async (name) => {
          const stack = await aws.cloudFormation.describeStack(name);
          return stack && { ...stack, status: 'UPDATE_IN_PROGRESS' };
        },
      },
    });
    const run = await succeed(guard('0', { ...night, between: busy }));
    expect(run.log.join('\n')).toContain('an operation on the stack canary is in progress (UPDATE_IN_PROGRESS)');
    expect(writesAmong(run.records)).toEqual([]);
  });

  it('for a deployment whose canary another one has', async () => {
    await open('--error-rate_0.3');
    const run = await succeed(guard('0', { deployment: 'Deployments-2' }));
    expect(run.log.join('\n')).toContain('another deployment holds the lock');
    expect(writesAmong(run.records)).toEqual([]);
  });
});

describe('Guard and another operator', () => {
  it('leaves off where a person gives green a larger share while it writes', async () => {
    await open('--error-rate_0.3');
    const between = around(async (modify) => {
      await modify();
      await awsConsole.setWeights(20, 80);
    });
    const run = await succeed(guard('30', { ...night, between }));
    expect(await awsConsole.weights()).toEqual({ blue: 20, green: 80 });
    expect(run.outputs['Retreated']).toBe('False');
    expect(run.lines.join('\n')).toContain('somebody gave green more traffic in the meantime');
    expect(await retreated()).toBeUndefined();
  });

  it('finishes what it has begun if a shift ended in the moment before its write', async () => {
    await open('--error-rate_0.3');
    let shifted: StepRun | undefined;
    const between = around(async (modify) => {
      shifted ??= await shift('80', '');
      await modify();
    });
    await succeed(guard('30', { ...night, between }));
    expect(shifted?.error).toBeUndefined();
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
    expect(await retreated()).toMatchObject({ to: 0 });
  });

  it('does not overrule a share that a person approved after the figures turned bad', async () => {
    await open('--error-rate_0.3');
    expect((await world.run(watch, { 'EcsCanary.WatchMinutes': '30' })).outputs['Verdict']).toBe('Worse');
    await users?.leave();
    await succeed(shift('60', ''));
    const run = await succeed(guard('0'));
    expect(writesAmong(run.records)).toEqual([]);
    expect(run.outputs).toMatchObject({ Retreated: 'False', Verdict: 'NoEvidence' });
    expect(await awsConsole.weights()).toEqual({ blue: 40, green: 60 });
  });

  it('and a running shift: the shift goes on to its end, and clears what the Guard wrote', async () => {
    await open('--error-rate_0.3');
    let guarded: StepRun | undefined;
    const between = around(async (modify) => {
      await modify();
      guarded ??= await guard('30', night);
    });
    const run = await succeed(world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '80', ...approved }, { between }));
    expect(run.outputs['GreenPercent']).toBe('80');
    expect(await awsConsole.weights()).toEqual({ blue: 20, green: 80 });
    expect(guarded?.error).toBeUndefined();
    expect(await retreated()).toBeUndefined();
  });

  it('and a Rollback that overtakes it both end with all traffic on blue', async () => {
    await open('--error-rate_0.3');
    const between = around(async (modify) => {
      await succeed(world.run(rollback, {}, night));
      await modify();
    });
    await succeed(guard('30', { ...night, between }));
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
    expect((await tags())[lockTagKey]).toBeUndefined();
  });

  it('and another Guard write the same', async () => {
    await open('--error-rate_0.3');
    const runs = await Promise.all([guard(), guard('30', { deployment: 'RunbookRuns-8' })]);
    expect(runs.map(({ error }) => error)).toEqual([undefined, undefined]);
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
    expect(await retreated()).toMatchObject({ to: 0 });
    expect(shareRecordOf({ tags: await tags() }).entries.at(-1)?.percent).toBe(0);
  });
});

/** Something that happens while the step's own write of the weights is pending. */
function around(then: (modify: () => Promise<unknown>) => Promise<void>): (aws: Aws) => Aws {
  return (aws) => ({
    ...aws,
    loadBalancing: {
      ...aws.loadBalancing,
      modifyActions: async (...asked) => {
        await then(() => aws.loadBalancing.modifyActions(...asked));
        return undefined;
      },
    },
  });
}

/** A process that dies before it records anything. */
function diesUnrecorded(aws: Aws): Aws {
  return { ...aws, ecs: { ...aws.ecs, record: () => Promise.reject(new TypeError('killed')) } };
}

describe('after a retreat', () => {
  const said = /Guard took green from 50 % to 0 % at .* requests failed, blue 0 of/;

  async function afterRetreat(): Promise<void> {
    await open('--error-rate_0.3');
    await succeed(guard());
  }

  it('no share is given back unless the note repeats it, with or without an approval step', async () => {
    await afterRetreat();
    for (const [note, advice] of [
      [undefined, 'set EcsCanary.ApprovalStep, or roll back and deploy again'],
      ['', 'the note must say /weight 80!'],
      ['/weight 25', 'the note must say /weight 25!'],
    ] as const) {
      const held = await succeed(shift('80', note));
      expect(held.log.join('\n')).toMatch(said);
      expect(held.log.join('\n')).toContain(advice);
      expect(held.outputs['GreenPercent']).toBe('0');
      expect(writesAmong(held.records)).not.toContain('ModifyRule');
    }
  });

  it.each([
    ['a planned share', () => shift('80', '')],
    ['/hold', () => shift('80', '/hold')],
    ['a confirmed share', () => shift('80', '/weight 25!')],
    ['a promotion', () => world.run(promote, { ...approved, 'Approval.Manual.Notes': '/weight 100!' })],
  ])('the first thing that the next step says is what Guard did, once: with %s', async (_, step) => {
    await afterRetreat();
    const lines = (await succeed(step())).log.filter((line) => !line.startsWith('Approved at'));
    expect(lines[0]).toMatch(said);
    expect(lines.filter((line) => said.test(line) && !line.includes('Traffic'))).toHaveLength(1);
    await succeed(world.run(rollback, {}, night));
  });

  it('a confirmed share is given, and clears the tag in the write that records it', async () => {
    await afterRetreat();
    const run = await succeed(shift('80', '/weight 25!'));
    expect(await awsConsole.weights()).toEqual({ blue: 75, green: 25 });
    const tagged = run.records.filter(({ operation }) => operation === 'TagResource');
    expect(JSON.stringify(tagged.map(({ input }) => input))).toMatch(/EcsCanaryShares.*=25.*EcsCanaryRetreated.*none/);
    expect(tagged).toHaveLength(1);
    expect(await retreated()).toBeUndefined();
    expect((await succeed(shift('50', ''))).outputs['GreenPercent']).toBe('50');
  });

  it('green is promoted only with a note that repeats it', async () => {
    await afterRetreat();
    const refused = await world.run(promote, { ...approved, 'Approval.Manual.Notes': '' });
    expect(refused.error).toMatchObject({ code: 'promotion-not-approved' });
    expect(refused.error?.message).toMatch(said);
    await succeed(world.run(promote, { ...approved, 'Approval.Manual.Notes': '/weight 100!' }));
    expect(await awsConsole.weights()).toEqual({ blue: 0, green: 100 });
    await succeed(world.run(prepareBlue));
  });

  it('the next card begins with it', async () => {
    await afterRetreat();
    const { outputs } = await succeed(world.run(watch, { 'EcsCanary.WatchMinutes': '0' }));
    expect(outputs['Summary']?.split('\n')[0]).toMatch(said);
    expect(outputs['Retreated']).toBe('False');
  });

  it('the next canary knows nothing of it, even if green stays as it is', async () => {
    await afterRetreat();
    await succeed(world.run(rollback, {}, night));
    const next = { deployment: 'Deployments-2' };
    await succeed(world.run(prepareBlue, {}, next));
    expect((await tags())[retreatTagKey]).toBe(noRetreat);
    await succeed(world.run(deployStack, world.builtIn('2--error-rate_0.3'), next));
    const given = { 'EcsCanary.GreenPercent': '10', ...approved };
    expect((await succeed(world.run(shiftTraffic, given, next))).outputs['GreenPercent']).toBe('10');
  });
});

describe('a lease', () => {
  /** What two hours would do. */
  async function endLease(): Promise<void> {
    const value = (await tags())[leaseTagKey]?.replace(/until \S+/, 'until 2020-01-01T00:00:00Z') ?? '';
    const resourceArn = (await awsConsole.service()).serviceArn;
    await awsConsole.ecs.tagResource({ resourceArn, tags: [{ key: leaseTagKey, value }] });
  }

  it('ends with the share before, and is none of a plain watch', async () => {
    await open('', '10');
    await users?.leave();
    const leased = await succeed(shift('80', '/weight 25\n/lease 2h'));
    expect(leased.outputs['Summary']).toMatch(
      /Green may keep 25 % until .* UTC \(2 h\); then Guard steps back to 10 %/,
    );
    const early = await succeed(guard('0'));
    expect(writesAmong(early.records)).toEqual([]);
    expect(early.outputs['Summary']).toMatch(/\*\*Lease\*\*: Green may keep 25 % until/);
    expect((await succeed(shift('80', '/weight 25\n/lease 2h'))).calls).not.toContain('TagResource');
    await endLease();
    const plain = await succeed(world.run(watch, { 'EcsCanary.WatchMinutes': '0' }));
    expect(writesAmong(plain.records)).toEqual([]);
    expect(plain.outputs['Summary']).toContain('The lease on 25 % expired at');
    const run = await succeed(guard('0'));
    expect(writesAmong(run.records)).toEqual(['ModifyRule', 'TagResource']);
    expect(await awsConsole.weights()).toEqual({ blue: 90, green: 10 });
    expect(run.outputs['Summary']).toMatch(
      /^Guard took green from 25 % to 10 % at .* UTC: the lease on that share had expired\./,
    );
    expect(await retreated()).toMatchObject({ from: 25, to: 10, cause: 'lease-ended' });
    expect(Object.values(await tags()).join('\n')).toContain('lease-ended 25 to 10');
    expect(writesAmong((await succeed(guard('0'))).records)).toEqual([]);
  });

  it('that cannot be read moves nothing', async () => {
    await open('', '10');
    const run = await succeed(shift('80', '/weight 25\n/lease a while'));
    expect(run.outputs['GreenPercent']).toBe('10');
    expect(run.log.join('\n')).toContain('a lease is a duration such as 30m');
  });
});

it('the tag says that a person confirmed a share', () => {
  const tag = formatRetreat({ at: 0, from: 10, to: 0, cause: 'Worse', kinds: [] }, 'green');
  expect(retreatOf({ tags: { [retreatTagKey]: tag } }, 'green')).toBeDefined();
  expect(retreatOf({ tags: { [retreatTagKey]: noRetreat } }, 'green')).toBeUndefined();
});
