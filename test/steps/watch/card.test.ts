import { describe, expect, it } from 'vitest';
import { allowedHours, freezes } from '../../../src/parameters/calendar-parameters.ts';
import type { WatchRequest } from '../../../src/steps/watch/assessment.ts';
import { fitCard, mostCharacters } from '../../../src/steps/watch/card.ts';
import { decideWatch } from '../../../src/steps/watch/decision.ts';
import { sampleRule } from '../../canary/sample-traffic.ts';
import { sampleRun } from '../sample-run.ts';
import { minutesOf, request, type SightingSample, sampleSighting } from './sample-sighting.ts';

const good = { requests: 900, errors: 1, p90: 0.12 };
const equal = { requests: 100, p90: 0.12 };

/** The card at the end of a watch. */
function cardOf(sample: SightingSample, wanted: Partial<WatchRequest> = {}): string {
  const decision = decideWatch(sampleSighting(sample), { ...request, watchMinutes: 0, ...wanted }, sampleRun());
  return decision.kind === 'done' ? (decision.outputs['Summary'] ?? '') : '';
}

describe('the card', () => {
  it('begins with the verdict and its counts', () => {
    const [first] = cardOf({ minutes: minutesOf(5, good, { requests: 100, errors: 3 }) }).split('\n');
    expect(first).toBe(
      '**Green is worse.** It fails more often than blue, at least 7.3 times as often: 15 of 500 requests (3 %), blue 5 of 4,500 (0.11 %).',
    );
  });

  it('has the figures of both colours side by side', () => {
    const card = cardOf({ minutes: minutesOf(5, good, { ...equal, errors: 3 }) });
    expect(card).toContain('| Requests | 4,500 | 500 |');
    expect(card).toContain('| Errors (5xx, no response) | 5 (0.11 %) | 15 (3 %) |');
    expect(card).toContain('| p50 / p90 / p99 | 60 ms / 120 ms / 240 ms | 60 ms / 120 ms / 240 ms |');
    expect(card).toContain('| Error rate over time (█ = 3 %) | ▂▂▂▂▂ | █████ |');
    expect(card).toContain('Compared: 5 minutes, 14:00 to 14:05 UTC.');
  });

  it('says how much is missing while it cannot tell', () => {
    expect(cardOf({ minutes: minutesOf(5, good, equal) })).toMatch(
      /\*\*Cannot tell yet\.\*\* Green may be as good as blue, or fail [\d.]+ times as often: green failed 0 of 500 requests \(0 %\), blue 5 of 4,500 \(0\.11 %\)\. About [\d,]+ more requests \(\d+ minutes at this rate\)/,
    );
  });

  it('says how little is missing where green looks worse already', () => {
    expect(cardOf({ minutes: minutesOf(1, { requests: 1640 }, { requests: 182, errors: 2 }) })).toMatch(
      /Green may be as good as blue, or much worse: .* It looks worse so far: \d+ more failed requests? on green alone would show it\./,
    );
  });

  it('says what rate is still possible while nobody saw an error', () => {
    const card = cardOf({ minutes: minutesOf(5, { requests: 900 }, { requests: 100 }) });
    expect(card).toContain(
      "**No errors seen.** Green failed 0 of 500 requests (0 %), blue 0 of 4,500 (0 %). Green's error rate may still be up to 0.98 %, so it is not known to be as good as blue.",
    );
  });

  it('compares nothing where a rule outside the split leads users to one colour', () => {
    const minutes = minutesOf(30, { requests: 900, errors: 1 }, { requests: 100, errors: 20 });
    const sighting = sampleSighting({ minutes });
    const rule = { ...sampleRule(), priority: '5', conditions: [{ Field: 'path-pattern', Values: ['/old/*'] }] };
    const traffic = { ...sighting.traffic, rulesToBlue: [rule] };
    const decision = decideWatch({ ...sighting, traffic }, { ...request, watchMinutes: 0 }, sampleRun());
    const outputs = decision.kind === 'done' ? decision.outputs : {};
    expect(outputs['Verdict']).toBe('CannotTell');
    expect(outputs['Summary']).toMatch(
      /\*\*Cannot compare\.\*\* The colours serve different requests, because users reach blue alone through .*\/old/,
    );
  });

  it('shows the limits of the operator, and warns of stickiness and of a leak', () => {
    const minutes = [...minutesOf(20, good, equal), ...minutesOf(5, good, { ...equal, errors: 9 })];
    const card = cardOf({ minutes, record: '' }, { maxErrorRate: 5, maxLatency: 300 });
    expect(card).toContain('**Your limits**');
    const leaking = cardOf({ minutes }, { maxErrorRate: 50 });
    expect(leaking).toContain('at the error rate of the most recent minutes (9 %)');
  });

  it('bounds what it calls no worse', () => {
    const card = cardOf({ minutes: minutesOf(120, { requests: 9000, errors: 9 }, { requests: 1000, errors: 1 }) });
    expect(card).toContain('**Green is no worse.** It fails at most 1.3 times as often as blue');
  });

  it('never shows a zero where nothing was measured', () => {
    for (const card of [
      cardOf({ minutesLater: 8 }),
      cardOf({ minutesLater: 1 }),
      cardOf({ metrics: { kind: 'unread', why: 'denied', code: 'aws-access-denied' } }),
    ]) {
      expect(card).toContain('**No evidence.**');
      expect(card).toContain('| Requests | none measured | none measured |');
      expect(card).toContain('| Errors (5xx, no response) | – | – |');
      expect(card).not.toMatch(/0 %\)|\b0 of 0\b/);
    }
  });

  it('says that silence is not success', () => {
    expect(cardOf({ minutesLater: 8 })).toContain('That does not mean that there were no errors.');
    expect(cardOf({ minutes: minutesOf(5, good, { requests: 0 }) })).toContain(
      'CloudWatch recorded no requests for green, although its share is 10 %.',
    );
    expect(cardOf({ minutes: minutesOf(5, { requests: 0 }, equal) })).toContain(
      'no requests for blue, so there is nothing to compare green with',
    );
  });

  it('names the missing permission, and shows the rest', () => {
    const why = 'cloudwatch:GetMetricData failed: AccessDenied: not authorized to perform: cloudwatch:GetMetricData';
    const card = cardOf({ metrics: { kind: 'unread', why, code: 'aws-access-denied' } });
    expect(card).toContain('not authorized to perform: cloudwatch:GetMetricData');
    expect(card).toContain('| Healthy / running / desired | 4 / 4 / 4 | 4 / 4 / 4 |');
    expect(card).toContain(
      '**Way back**: returning to blue takes 1 API call, measured at 0.21 s; 4 of 4 blue targets are healthy.',
    );
  });
});

describe('the remarks of the card', () => {
  it('compares the share that green served with the one that was asked for', () => {
    expect(cardOf({ minutes: minutesOf(5, { requests: 900 }, { requests: 100 }) })).toContain(
      '**Traffic as requested**: green got 10 % of 5,000 requests (possible: 8.6 % to 11.5 %).',
    );
    expect(cardOf({ minutes: minutesOf(30, { requests: 950 }, { requests: 50 }) })).toContain(
      '**Traffic is not as requested**: green got 5 % of 30,000 requests (possible: 4.6 % to 5.5 %), but the requested share is 10 %. Likely causes:',
    );
  });

  it('says what the next step puts at risk', () => {
    expect(cardOf({ minutes: minutesOf(5, { requests: 900 }, { requests: 100 }) })).toContain(
      '**Next step**: 50 % for 30 minutes is about 15,000 requests; at the worst error rate still possible, if nothing gets worse (0.98 %), about 150 of them would fail.',
    );
    const noNext = cardOf({ minutes: minutesOf(5, good, equal) }, { nextPercent: undefined });
    expect(noNext).not.toContain('Next step');
  });

  // It is 14:07 UTC on a Saturday.
  it.each([
    [
      'that Proceed would fail',
      { allowedHours: allowedHours.parse('Mon-Fri 09:00-17:00'), timeZone: 'Europe/Berlin' },
      '- **Hours**: Proceed would fail now. It is Sat 2026-11-28 15:07 (Europe/Berlin), outside Mon-Fri 09:00-17:00 (EcsCanary.AllowedHours). The next allowed time begins on Mon 2026-11-30 09:00. To proceed now, the note must say `/override` and a reason.',
    ],
    [
      'that no time is near at which it would not',
      { freezes: freezes.parse('2026-01-01 to 2028-12-31') },
      '- **Hours**: Proceed would fail now. It is Sat 2026-11-28 14:07 (UTC), within the freeze 2026-01-01 to 2028-12-31 (EcsCanary.Freezes). To proceed now, the note must say `/override` and a reason.',
    ],
    [
      'until when it works',
      { allowedHours: allowedHours.parse('Sat 14:00-14:30') },
      '- **Hours**: green may get a larger share until Sat 2026-11-28 14:30 (UTC). From then on, Proceed fails unless the note says `/override` and a reason.',
    ],
  ])('says by the hours and freezes %s', (_, calendar, line) => {
    expect(cardOf({ minutes: minutesOf(5, good, equal) }, calendar)).toContain(`\n${line}\n`);
    for (const nextPercent of [undefined, 10])
      expect(cardOf({ minutes: minutesOf(5, good, equal) }, { ...calendar, nextPercent })).not.toContain('**Hours**');
  });

  it('says nothing of hours that always allow', () => {
    const always = {
      allowedHours: allowedHours.parse('Sun-Sat 00:00-24:00'),
      freezes: freezes.parse('2025-01-01 to 2025-01-02'),
    };
    expect(cardOf({ minutes: minutesOf(5, good, equal) }, always)).not.toContain('**Hours**');
  });

  it.each<[string, number, number, SightingSample, string]>([
    [
      'a part',
      4500,
      500,
      { greenHealthy: 1 },
      "At that rate, green's 1 healthy task can serve about 22 % of the traffic; more than that is untested.",
    ],
    [
      'almost everything',
      4850,
      150,
      { greenHealthy: 2, blueHealthy: 2 },
      "At that rate, green's 2 healthy tasks can serve nearly all of the traffic (97 %).",
    ],
    [
      'everything',
      4500,
      500,
      { greenHealthy: 5 },
      "At that rate, green's 5 healthy tasks can serve all of the traffic.",
    ],
  ])('says how much green can carry: %s', (_, blue, green, sample, room) => {
    const card = cardOf({ minutes: minutesOf(5, { requests: blue }, { requests: green }), ...sample });
    expect(card).toMatch(
      /a green task serves [\d.]+ requests per second, a blue task [\d.]+; the highest seen is [\d.]+\./,
    );
    expect(card).toContain(room);
    expect(card).not.toContain('needs more tasks');
  });

  it('does not call what green serves already the most that it could', () => {
    const card = cardOf({
      minutes: minutesOf(5, { requests: 1000 }, { requests: 990 }),
      greenHealthy: 4,
      weights: { blue: 50, green: 50 },
    });
    expect(card).toContain(
      "the highest seen is 4.2. No task has served noticeably more than green's, so whether green's 4 healthy tasks can serve more is untested.",
    );
  });

  it('does not blame a colour for what the load balancer answered itself', () => {
    expect(cardOf({ minutes: minutesOf(5, good, equal), ownErrors: 3 })).toContain(
      'it answered 15 requests itself with a 5xx; which colour they were meant for is unknown.',
    );
  });

  it('says that figures count only from the watch if no shift was recorded', () => {
    const card = cardOf({ minutes: minutesOf(5, good, equal), record: '' });
    expect(card).toContain('**Counted from**: no record shows when green got this share');
    expect(card).toContain('**No evidence.**');
  });

  it('says that several rules are counted together', () => {
    const card = cardOf({ minutes: minutesOf(5, good, equal), others: [{ blue: 90, green: 10 }] });
    expect(card).toContain('14:00 to 14:05 UTC; both production rules together.');
  });

  it('stays below its limit with hostile and endless text, and keeps the verdict', () => {
    const alarms = Array.from({ length: 60 }, (_, index) => `[x](javascript:${index}) |${'alarm '.repeat(12)}|`);
    const card = cardOf(
      {
        minutes: minutesOf(5, good, { ...equal, errors: 3 }),
        failedGreen: 50,
        alarms: alarms.map((name) => ({ name, state: 'ALARM', since: new Date(0), reason: '' })),
      },
      { alarms },
    );
    expect(card.length).toBeLessThanOrEqual(mostCharacters);
    expect(card).toContain('**Green is worse.**');
    expect(card).not.toContain('[x](javascript');
  });

  it('leaves out the last remarks if it would become too long, and says so', () => {
    const card = fitCard(
      ['verdict'],
      Array.from({ length: 100 }, (_, index) => `- ${index} ${'x'.repeat(60)}`),
    );
    expect(card.length).toBeLessThanOrEqual(mostCharacters);
    expect(card).toMatch(/^verdict\n- 0 /);
    expect(card).toMatch(/- … The output variable `Evidence` has the rest\.$/);
  });
});
