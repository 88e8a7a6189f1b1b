import { describe, expect, it } from 'vitest';
import type { WatchRequest } from '../../../src/steps/watch/assessment.ts';
import { decideWatch } from '../../../src/steps/watch/decision.ts';
import { sampleRun } from '../sample-run.ts';
import { minutesOf, request, type SightingSample, sampleSighting, start } from './sample-sighting.ts';

const good = { requests: 900, errors: 1, p90: 0.12 };
const equal = { requests: 100, p90: 0.12 };
const bad = { ...equal, errors: 4 };
const decide = (sample: SightingSample, wanted: Partial<WatchRequest> = {}) =>
  decideWatch(sampleSighting(sample), { ...request, ...wanted }, sampleRun());
const verdictOf = (sample: SightingSample, wanted: Partial<WatchRequest> = {}) => {
  const decision = decide(sample, { watchMinutes: 0, ...wanted });
  return decision.kind === 'done' ? decision.outputs['Verdict'] : decision.kind;
};

describe('the watch', () => {
  it('waits until CloudWatch has the figures of all its minutes, and says how far it is', () => {
    expect(decide({ minutes: minutesOf(3, good, equal) })).toMatchObject({
      kind: 'wait',
      percent: 71,
      reason:
        'CloudWatch has 3 of 5 minutes at 10 %, about 2 minutes to go. Cannot tell yet: green failed 0 of 300 requests (0 %), blue 3 of 2,700 (0.11 %).',
    });
    expect(decide({ minutesLater: 1 })).toMatchObject({
      kind: 'wait',
      reason: 'CloudWatch has 0 of 5 minutes at 10 %, about 6 minutes to go. There are no figures yet.',
    });
    expect(decide({ minutes: minutesOf(5, good, equal) })).toMatchObject({ kind: 'done' });
  });

  it('does not wait again if it runs again, because it counts from the shift', () => {
    expect(decide({ minutes: minutesOf(30, good, equal) })).toMatchObject({ kind: 'done' });
  });

  it('looks once if it is to watch for 0 minutes', () => {
    expect(decide({ minutesLater: 1 }, { watchMinutes: 0 })).toMatchObject({ kind: 'done' });
  });

  it('ends at once when green is worse, without healthy targets, or crashing', () => {
    for (const sample of [
      { minutes: minutesOf(2, good, { requests: 100, errors: 20 }) },
      { greenHealthy: 0 },
      { failedGreen: 3 },
    ])
      expect(decide({ minutesLater: 4, ...sample })).toMatchObject({ kind: 'done', outputs: { Verdict: 'Worse' } });
  });

  it('ends at once when green has no traffic', () => {
    expect(decide({ weights: { blue: 100, green: 0 }, minutesLater: 1, greenHealthy: 0 })).toMatchObject({
      kind: 'done',
      outputs: { Verdict: 'NoEvidence' },
    });
  });

  it('waits a little longer for what CloudWatch withholds, then goes on without it', () => {
    const throttled = { kind: 'unread', why: 'cloudwatch:GetMetricData failed', code: 'aws-throttled' } as const;
    expect(decide({ metrics: throttled, minutesLater: 8 })).toMatchObject({ kind: 'wait' });
    expect(decide({ metrics: throttled, minutesLater: 9 })).toMatchObject({ kind: 'done' });
    const denied = { ...throttled, code: 'aws-access-denied' } as const;
    expect(decide({ metrics: denied, minutesLater: 7 })).toMatchObject({ kind: 'done' });
  });

  it('fails the deployment only if it is told to, and sets its outputs all the same', () => {
    const worse = { minutes: minutesOf(5, good, bad) };
    expect(decide(worse)).not.toHaveProperty('failure');
    expect(decide(worse, { whenWorse: 'Fail' })).toMatchObject({
      kind: 'done',
      outputs: { Verdict: 'Worse', ErrorsGreen: '20', RequestsGreen: '500', ErrorsBlue: '5', RequestsBlue: '4500' },
      failure: { code: 'green-worse' },
    });
    expect(decide({ minutes: minutesOf(5, good, equal) }, { whenWorse: 'Fail' })).not.toHaveProperty('failure');
  });
});

describe('a Guard that cannot compare', () => {
  const warningsOf = (sample: SightingSample, wanted: Partial<WatchRequest>) => {
    const decision = decide({ minutes: minutesOf(5, good, equal), ...sample }, { watchMinutes: 0, ...wanted });
    return decision.kind === 'done' ? (decision.warnings ?? []).filter((line) => line.includes('Guard')) : [];
  };

  it('says so, and a Guard that can compare does not', () => {
    expect(warningsOf({ record: '' }, { whenWorse: 'Retreat' })).toEqual([
      expect.stringContaining('no record says since when green has its share'),
    ]);
    expect(warningsOf({}, { whenWorse: 'Retreat' })).toEqual([]);
    expect(warningsOf({ record: '' }, {})).toEqual([]);
    expect(warningsOf({ record: '', weights: { blue: 100, green: 0 } }, { whenWorse: 'Retreat' })).toEqual([]);
  });
});

describe('the verdict', () => {
  it("is worse by errors, by latency and by the operator's own limits", () => {
    expect(verdictOf({ minutes: minutesOf(5, good, bad) })).toBe('Worse');
    expect(verdictOf({ minutes: minutesOf(9, good, { ...equal, p90: 0.14 }) })).toBe('Worse');
    expect(verdictOf({ minutes: minutesOf(9, good, { ...equal, p90: 0.13 }) })).toBe('CannotTell');
    const failing = minutesOf(9, { requests: 900, errors: 40 }, { requests: 100, errors: 4 });
    expect(verdictOf({ minutes: failing })).toBe('NoWorse');
    expect(verdictOf({ minutes: failing }, { maxErrorRate: 1 })).toBe('Worse');
    expect(verdictOf({ minutes: minutesOf(9, good, equal) }, { maxLatency: 100 })).toBe('Worse');
    expect(verdictOf({ minutes: minutesOf(9, good, equal) }, { maxLatency: 200 })).toBe('CannotTell');
  });

  it('counts answers from 400 to 499 only if it is told to', () => {
    const sample = { minutes: minutesOf(5, good, { ...equal, refused: 20 }) };
    expect(verdictOf(sample)).toBe('CannotTell');
    expect(verdictOf(sample, { countErrors: '4xx and 5xx' })).toBe('Worse');
  });

  it('is worse when an alarm goes into ALARM, but not if it was in ALARM before', () => {
    const minutes = minutesOf(5, good, equal);
    const ringing = (since: number | undefined) => [
      {
        name: 'p99',
        state: 'ALARM',
        since: since === undefined ? undefined : new Date(since),
        reason: 'Threshold crossed',
      },
    ];
    const wanted = { alarms: ['p99', 'typo'] };
    expect(verdictOf({ minutes, alarms: ringing(start + 1000) }, wanted)).toBe('Worse');
    expect(verdictOf({ minutes, alarms: ringing(undefined) }, wanted)).toBe('Worse');
    expect(verdictOf({ minutes, alarms: ringing(start - 2000) }, wanted)).toBe('CannotTell');
    expect(decide({ minutes, alarms: ringing(undefined) }, wanted)).toMatchObject({
      reason: expect.stringContaining('The alarm p99 is in ALARM, but CloudWatch does not say since when.'),
    });
    const card = decide({ minutes, alarms: ringing(start - 2000) }, wanted);
    expect(card).toMatchObject({
      outputs: {
        Summary: expect.stringContaining(
          'already in ALARM before green had traffic, so for another reason; decide whether that matters: p99',
        ),
      },
    });
    expect(card).toMatchObject({
      outputs: {
        Summary: expect.stringContaining('not found in this account and region, so correct EcsCanary.Alarms: typo'),
      },
    });
  });

  it('is no evidence without figures, whatever else is known', () => {
    expect(verdictOf({ minutesLater: 30 })).toBe('NoEvidence');
    expect(verdictOf({ minutes: minutesOf(5, good, { requests: 0 }) })).toBe('NoEvidence');
  });
});
