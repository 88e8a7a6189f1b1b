import { describe, expect, it } from 'vitest';
import type { Tags } from '../../../src/canary/change.ts';
import type { Decision } from '../../../src/canary/decision.ts';
import { formatEntry, type LedgerEntry } from '../../../src/canary/ledger-entry.ts';
import type { WatchRequest } from '../../../src/steps/watch/assessment.ts';
import { guardCountingSince } from '../../../src/steps/watch/counting.ts';
import { decideWatch } from '../../../src/steps/watch/decision.ts';
import { planRetreat } from '../../../src/steps/watch/planned-retreat.ts';
import { decideRetreat } from '../../../src/steps/watch/retreat-decision.ts';
import type { Sighting } from '../../../src/steps/watch/sighting.ts';
import { sampleRun } from '../sample-run.ts';
import { minutesOf, request, type SightingSample, sampleSighting, start } from './sample-sighting.ts';

const bad = minutesOf(6, { requests: 900, errors: 1 }, { requests: 300, errors: 30 });
const silent = minutesOf(6, { requests: 900 }, { requests: 0 });
const quarter = { blue: 75, green: 25 };
const half = { blue: 50, green: 50 };
const run = {
  ...{ awsNow: start, startedAt: new Date(start), approval: undefined },
  lockOwner: { id: 'RunbookRuns-1', isDeployment: false, release: '', environment: '', project: '' },
};

function sight(sample: SightingSample, tags: Tags = {}): Sighting {
  const sighting = sampleSighting({ weights: quarter, minutes: bad, ...sample });
  const { traffic } = sighting;
  const service = { ...traffic.service, tags: { ...traffic.service.tags, EcsCanaryTakenBy: 'Deployments-1', ...tags } };
  return { ...sighting, traffic: { ...traffic, service } };
}

function plan(sample: SightingSample, wanted: Partial<WatchRequest> = {}, tags: Tags = {}) {
  return planRetreat(sight(sample, tags), { ...request, watchMinutes: 0, whenWorse: 'Retreat', ...wanted });
}

/** What is decided where the figures are those of the one sample, and traffic is then that of the other. */
function decide(before: SightingSample, after: SightingSample = before, more = {}, tags: Tags = {}): Decision {
  const planned = plan(before);
  if (!planned) throw new Error('nothing is planned');
  return decideRetreat(sight(after, tags).traffic, planned, { ...run, ...more });
}

describe('what a Guard plans', () => {
  it('is to take all traffic from a green that is worse', () => {
    expect(plan({})?.retreat).toMatchObject({
      ...{ from: 25, to: 0, cause: 'Worse', kinds: ['errors'] },
      counts: { green: { errors: 180, requests: 1800 }, blue: { errors: 6, requests: 5400 } },
    });
    expect(plan({ greenHealthy: 0, minutes: [] })?.retreat).toMatchObject({ kinds: ['health'] });
  });

  it('is never the share at which a later look, or an earlier Guard, found green worse', () => {
    const goal = (...lines: string[]) =>
      plan(
        { weights: half },
        { retreatTo: 'LastGood' },
        Object.fromEntries(
          lines.map((line, at) => [`EcsCanaryLog0${at + 1}`, `${at + 1} c1 2026-11-28T14:00:0${at}Z ${line}`]),
        ),
      )?.retreat.to;
    const [good, better] = ['share 10 to 25 verdict NoWorse', 'share 25 to 50 verdict Better'];
    expect(goal(good, better)).toBe(25);
    expect(goal(good, better, 'retreat 25 to 10 verdict Worse', 'share 10 to 50')).toBe(10);
    expect(goal(good, better, 'hold 25 to 25 verdict Worse', 'share 25 to 50')).toBe(10);
    expect(goal(good, better, 'rollback 10 to 0 verdict Worse', 'share 0 to 50')).toBe(0);
    expect(goal(good, better, 'retreat 25 to 0 verdict NoEvidence', 'share 0 to 50')).toBe(10);
    expect(goal(good, 'retreat 25 to 0 verdict Worse', better)).toBe(25);
    expect(goal(good, better, 'retreat 50 to 25 verdict Worse', 'share 25 to 50')).toBe(25);
    expect(goal(good, better, 'lease-ended 25 to 10 verdict NoWorse', 'share 10 to 50')).toBe(25);
  });

  it('is nothing where nobody can tell, where CloudWatch is unreadable, or where figures are missing', () => {
    expect(plan({ minutes: minutesOf(6, { requests: 900 }, { requests: 300 }) })).toBeUndefined();
    const unread = { kind: 'unread', why: 'denied', code: 'aws-access-denied' } as const;
    expect(plan({ metrics: unread }, { onSilence: 'Retreat' })).toBeUndefined();
    expect(plan({ minutes: silent })).toBeUndefined();
  });

  it('goes back to the last share whose figures were seen and not worse, if it is told to', () => {
    const entry = (n: number, from: number, to: number, verdict: 'CannotTell' | 'Worse' | 'NoWorse' | 'NoEvidence') => {
      const whole: LedgerEntry = { n, chapter: 1, kind: 'share', at: start, from, to, evidence: { verdict } };
      return { [`EcsCanaryLog0${n}`]: formatEntry(whole) };
    };
    const goal = (tags: Tags, weights = half) => plan({ weights }, { retreatTo: 'LastGood' }, tags)?.retreat.to;
    expect(goal({})).toBe(0);
    expect(
      goal({ ...entry(1, 0, 5, 'NoEvidence'), ...entry(2, 5, 25, 'CannotTell'), ...entry(3, 25, 50, 'NoWorse') }),
    ).toBe(25);
    expect(goal({ ...entry(2, 5, 25, 'CannotTell'), ...entry(3, 25, 50, 'Worse') })).toBe(5);
    expect(goal({ ...entry(2, 5, 25, 'CannotTell'), ...entry(3, 25, 50, 'NoWorse') }, quarter)).toBe(5);
    expect(goal(entry(1, 0, 50, 'NoEvidence'))).toBe(0);
    expect(goal({ EcsCanaryLog01: 'somebody wrote this' })).toBe(0);
  });
});

describe('what a Guard must not do', () => {
  const lease = (percent: number, back: number) => ({
    EcsCanaryLease: `green ${percent} until ${new Date(start).toISOString().slice(0, 19)}Z then ${back}`,
  });
  const good = minutesOf(6, { requests: 900, errors: 1 }, { requests: 300 });

  it('is to end a larger share with the lease of a smaller one', () => {
    expect(plan({ minutes: good }, {}, lease(25, 10))?.retreat).toMatchObject({ cause: 'lease-ended', to: 10 });
    expect(plan({ minutes: good, weights: half }, {}, lease(25, 10))).toBeUndefined();
    // Where rules differ, the largest share has the lease, and none is raised.
    const torn = { minutes: good, others: [{ blue: 100, green: 0 }] };
    expect(plan(torn, {}, lease(25, 10))?.retreat).toMatchObject({ cause: 'lease-ended', from: 25, to: 0 });
    expect(plan({ minutes: good, weights: { blue: 0, green: 100 } }, {}, lease(25, 10))).toBeUndefined();
  });

  it('is to leave a bad green its share at one rule because another rule is on blue already', () => {
    const torn = sight({ others: [{ blue: 100, green: 0 }], record: `${start / 1000}=25` });
    const counting = guardCountingSince(torn.traffic, torn.now, torn.now);
    const planned = planRetreat({ ...torn, counting }, { ...request, watchMinutes: 0, whenWorse: 'Retreat' });
    expect(planned?.retreat).toMatchObject({ cause: 'Worse', to: 0 });
  });

  it('is to be misled by times in the future, which only a hand or a wrong clock can have written', () => {
    const future = `${start / 1000}=25 1999999999=90`;
    const ended = plan({ minutes: good, record: future }, {}, lease(25, 10));
    expect(ended?.retreat).toMatchObject({ cause: 'lease-ended', from: 25, to: 10 });
    const seen = { EcsCanaryLog01: '1 c1 2027-11-28T14:00:00Z share 10 to 25 verdict NoWorse' };
    expect(plan({}, { retreatTo: 'LastGood' }, seen)?.retreat.to).toBe(0);
  });

  it('is to act on an alarm of which nobody knows since when it rings: it may have rung before a person approved', () => {
    const ringing = (since: Date | undefined) => [{ name: 'p99', state: 'ALARM', since, reason: '' }];
    const wanted = { whenWorse: 'Retreat', alarms: ['p99'], watchMinutes: 0 } as const;
    expect(plan({ minutes: good, alarms: ringing(new Date(start)) }, wanted)?.retreat.kinds).toEqual(['alarm']);
    expect(plan({ minutes: good, alarms: ringing(undefined) }, wanted)).toBeUndefined();
    const decision = decideWatch(
      sight({ minutes: good, alarms: ringing(undefined) }),
      { ...request, ...wanted },
      sampleRun(),
    );
    const told = decision.kind === 'done' ? [...(decision.warnings ?? []), decision.outputs['Summary']] : [];
    for (const text of told) expect(text).toContain('in ALARM, but CloudWatch does not say since when');
    expect(told).toHaveLength(2);
  });

  it('is to keep a share at which green has no healthy target, whatever was good before', () => {
    const whole: LedgerEntry = {
      n: 1,
      chapter: 1,
      kind: 'share',
      at: start,
      from: 10,
      to: 25,
      evidence: { verdict: 'NoWorse' },
    };
    const tags = { EcsCanaryLog01: formatEntry(whole) };
    expect(plan({}, { retreatTo: 'LastGood' }, tags)?.retreat.to).toBe(10);
    expect(plan({ greenHealthy: 0 }, { retreatTo: 'LastGood' }, tags)?.retreat.to).toBe(0);
  });
});

describe('the silence of green', () => {
  const onSilence = 'Retreat';
  const unseen = ['green'] as const;

  it('is five minutes without any figure of green, not even of its targets, while blue has many', () => {
    expect(plan({ minutes: silent, unseen }, { onSilence })?.retreat).toMatchObject({ cause: 'silent', to: 0 });
  });

  it('is not that green gets no requests, as with stickiness: CloudWatch still counts its targets', () => {
    expect(plan({ minutes: silent }, { onSilence })).toBeUndefined();
  });

  it.each<[string, SightingSample, Partial<WatchRequest>]>([
    ['a CloudWatch that counts no targets at all', { minutes: silent, unseen: ['blue', 'green'] }, {}],
    ['four minutes', { minutes: silent.slice(0, 4) }, {}],
    ['fewer minutes than are to be watched', { minutes: silent }, { watchMinutes: 7 }],
    ['a single request', { minutes: [...silent.slice(0, 5), [{ requests: 900 }, { requests: 1 }]] }, {}],
    ['blue as silent', { minutes: [], minutesLater: 12 }, {}],
    ['too few requests of blue', { minutes: minutesOf(6, { requests: 8 }, { requests: 0 }) }, {}],
    [
      'a share so small that chance explains it',
      { minutes: minutesOf(6, { requests: 100 }, { requests: 0 }), weights: { blue: 99, green: 1 } },
      {},
    ],
  ])('is not %s', (_, sample, wanted) => {
    expect(plan({ unseen, ...sample }, { onSilence, ...wanted })).toBeUndefined();
  });
});

describe('what a Guard decides', () => {
  it('is to lower one rule after the other, the first only if a second look agrees', () => {
    const others = [quarter];
    const first = decide({ others });
    expect(first).toMatchObject({
      kind: 'change',
      isDoubtful: true,
      change: { kind: 'set-weights', weights: { green: 0 } },
    });
    const second = decide(
      { others },
      { weights: { blue: 100, green: 0 }, others, record: `${start / 1000}=25` },
      { movedAt: start },
    );
    expect(second).toMatchObject({ isDoubtful: false, change: { kind: 'set-weights', rule: { priority: '20' } } });
  });

  it('is to finish what another run began between two rules', () => {
    const torn = { weights: { blue: 100, green: 0 }, others: [quarter], record: `${start / 1000}=25` };
    expect(plan({ ...torn, greenHealthy: 0 })?.retreat).toMatchObject({ from: 25, to: 0 });
  });

  it('is to lose its entry where another writer took the same place of the ledger, or to write it twice', () => {
    const moved = { weights: { blue: 100, green: 0 }, record: `${start / 1000}=25 ${start / 1000 + 600}=0` };
    const later = { movedAt: start + 600_000, awsNow: start + 660_000 };
    const first = decide({}, { ...moved, record: `${start / 1000}=25` }, later);
    const [written] = first.kind === 'change' && first.change.kind === 'record' ? [first.change] : [];
    const said = { EcsCanaryRetreated: written?.tags['EcsCanaryRetreated'] ?? '' };
    const hold = (n: number) => `${n} c1 2026-11-28T14:01:00Z hold 0 to 0 d Deployments-1 at Approve`;
    expect(written?.entry?.['EcsCanaryLog01']).toMatch(/^1 c1 .* retreat 25 to 0 /);
    const again = decide({}, moved, later, { ...said, EcsCanaryLog01: hold(1) });
    expect(again).toMatchObject({
      change: {
        kind: 'record',
        tags: {},
        entry: { EcsCanaryLog02: expect.stringMatching(/^2 c1 .* retreat 25 to 0 /) },
      },
    });
    expect(decide({}, moved, later, { ...said, ...written?.entry }).kind).toBe('done');
    expect(decide({}, moved, later, { ...said, ...written?.entry, EcsCanaryLog02: hold(2) }).kind).toBe('done');
  });

  it('is to leave a green that has no way back, and to say so', () => {
    const decision = decide({ blueHealthy: 0 });
    expect(decision).toMatchObject({ kind: 'done', outputs: { Retreated: 'False', Verdict: 'Worse' } });
    expect(decision.kind === 'done' && decision.warnings?.[0]).toContain('but blue has no healthy target');
  });

  it.each<[string, Tags]>([
    ['the lock is gone', { EcsCanaryTakenBy: '' }],
    ['a Rollback recorded when green lost its traffic', { EcsCanaryGreenIdleSince: '2026-11-28T14:00:00.000Z' }],
  ])('is to go all the way down if the canary has ended meanwhile: %s', (_, tags) => {
    const seen: Tags = { EcsCanaryLog01: '1 c1 2026-11-28T14:00:00Z share 10 to 25 verdict CannotTell' };
    const planned = plan({}, { retreatTo: 'LastGood' }, seen);
    const moved = { weights: { blue: 90, green: 10 }, record: `${start / 1000}=25` };
    const decideThere = (more: Tags) =>
      planned && decideRetreat(sight(moved, { ...seen, ...more }).traffic, planned, { ...run, movedAt: start });
    expect(planned?.retreat.to).toBe(10);
    expect(decideThere({})).toMatchObject({ change: { kind: 'record' } });
    expect(decideThere(tags)).toMatchObject({ change: { kind: 'set-weights', weights: { blue: 100, green: 0 } } });
  });

  it('is to leave off as soon as green has gained traffic', () => {
    expect(decide({}, { weights: half }, { movedAt: start })).toMatchObject({
      kind: 'done',
      outputs: { Retreated: 'False' },
    });
  });

  it('is to record both tags in one write, once', () => {
    const after = { weights: { blue: 100, green: 0 }, record: `${start / 1000}=25` };
    const decision = decide({}, after, { movedAt: start + 500_000 });
    expect(decision).toMatchObject({
      change: {
        kind: 'record',
        tags: {
          EcsCanaryShares: `${start / 1000}=25 ${start / 1000 + 500}=0`,
          EcsCanaryRetreated: 'green 2026-11-28T14:08:20Z from 25 to 0 green 180/1800 blue 6/5400 Worse errors',
        },
        entry: {
          EcsCanaryLog01: expect.stringMatching(/retreat 25 to 0 .*verdict Worse green 180\/1800 blue 6\/5400/),
        },
      },
    });
    const { tags, entry } = (decision as { change: { tags: Tags; entry: Tags } }).change;
    const recorded = { ...after, record: tags['EcsCanaryShares'] ?? '' };
    const done = decide({}, recorded, { movedAt: start + 500_000 }, { ...tags, ...entry });
    expect(done).toMatchObject({ kind: 'done', outputs: { Retreated: 'True', GreenPercent: '0' } });
  });

  it('is a contradiction that a person must resolve if green was promoted meanwhile', () => {
    expect(() => decide({}, { weights: { blue: 100, green: 0 }, tag: 'Green' }, { movedAt: start })).toThrow(
      expect.objectContaining({ code: 'tag-disagrees' }),
    );
  });
});
