import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntryMark } from '../../src/canary/entry-mark.ts';
import { countMinutes } from '../../src/evidence/count-minutes.ts';
import { logWorse } from '../../src/evidence/possible-ratios.ts';
import { renderReport } from '../../src/report/page.ts';
import type { CanaryDecision, CanaryReport } from '../../src/report/report.ts';
import { hostileText } from '../support/hostile-text.ts';
import { skeletonOf, tableIn, textOf } from './report-text.ts';
import { at, sampleReport, sampleStart } from './sample-report.ts';

const sample = sampleReport();
const page = renderReport(sample);
const words = (value: number): string => value.toLocaleString('en-US');
const clock = (time: number): string => new Date(time).toISOString().slice(11, 16);

describe('the figures', () => {
  const sum = (colour: 'blue' | 'green', counted: 'requests' | 'errors') =>
    sample.span.minutes.reduce((total, minute) => total + minute[colour][counted], 0);

  it('add up all minutes of both colours', () => {
    const rows = tableIn(page, 'Both colours');
    expect(rows[1]?.slice(0, 3)).toEqual(['Requests', words(sum('blue', 'requests')), words(sum('green', 'requests'))]);
    expect(rows[3]?.slice(0, 3)).toEqual([
      'Failed requests',
      words(sum('blue', 'errors')),
      words(sum('green', 'errors')),
    ]);
  });

  it('stand for each minute in the tables beside the charts', () => {
    const [, ...rows] = tableIn(page, 'Requests per minute');
    const expected = sample.span.minutes.map(({ start, blue, green }) => [
      new Date(start).toISOString().slice(11, 16),
      words(blue.requests),
      words(green.requests),
    ]);
    expect(rows).toEqual(expected);
  });

  it('say which share was requested and which was served', () => {
    const rows = new Map(tableIn(page, "Green's share").map(([time, ...cells]) => [time, cells]));
    const served = (start: number) => {
      const minute = sample.span.minutes.find((one) => one.start === start);
      return minute === undefined ? 0 : minute.green.requests / (minute.blue.requests + minute.green.requests);
    };
    expect(rows.get('14:20')?.[0]).toBe('10 %');
    expect(rows.get('15:20')?.slice(0, 2)).toEqual(['50 %', `${Number((served(at(80)) * 100).toFixed(1))} %`]);
    expect(rows.get('15:50')?.slice(0, 2)).toEqual(['0 %', '0 %']);
  });

  it('a silent minute and one in which the share changed are gaps, never zeros', () => {
    const times = tableIn(page, 'Requests per minute').map(([time]) => time);
    expect(times).toContain('14:51');
    expect(times.filter((time) => /14:41|14:5[2-5]|15:45/.test(time ?? ''))).toEqual([]);
    const paths = [...page.matchAll(/class="columns blue" d="([^"]*)"/g)].map(([, path]) => path?.match(/M/g)?.length);
    // The legend's, then the wide and the narrow chart with four runs between three gaps.
    expect(paths).toEqual([1, 4, 4]);
  });

  it('the evidence at the end is that of the verdict', () => {
    const end = Math.exp(logWorse(sample.span.blocks));
    expect(end).toBeGreaterThan(20);
    expect(tableIn(page, 'E, the evidence that green is worse').at(-1)?.[1]).toBe(words(Math.round(end)));
    expect(textOf(page)).toMatch(/At the end, E is \d+; it first passed 20 at 15:4\d\./);
  });

  it('the colour without requests has no rate', () => {
    const [, ...rows] = tableIn(page, 'Error rate');
    expect(rows.at(-1)?.[2]).toBe('no requests');
  });
});

describe('the figures of the last minutes', () => {
  it('stand beside the whole, which hides a green that gets worse slowly', () => {
    const last = sample.span.minutes.filter(({ green }) => green.requests > 0).slice(-5);
    const until = (last.at(-1)?.start ?? 0) + 60_000;
    const when = `${clock(last[0]?.start ?? 0)} to ${clock(until)}`;
    const failed = (colour: 'blue' | 'green') => last.reduce((total, minute) => total + minute[colour].errors, 0);
    const p90 = (colour: 'blue' | 'green') =>
      Math.round(
        (last.map((minute) => minute[colour].latency?.p90 ?? 0).sort((one, other) => one - other)[2] ?? 0) * 1000,
      );
    const rows = new Map(tableIn(page, 'Both colours').map(([metric, ...cells]) => [metric, cells]));
    expect(rows.get('Metric')).toEqual(['Blue', 'Green', `Blue, ${when}`, `Green, ${when}`]);
    expect(rows.get('Failed requests')?.slice(2)).toEqual([words(failed('blue')), words(failed('green'))]);
    expect(rows.get('Latency p90')?.slice(2)).toEqual([`${p90('blue')} ms`, `${p90('green')} ms`]);
    const [, whole = '', , late = ''] = rows.get('Latency p90') ?? [];
    expect(Number.parseInt(late, 10)).toBeGreaterThan(Number.parseInt(whole, 10) * 1.25);
    expect(textOf(page)).toContain(`; p90 green ${p90('green')} ms, blue ${p90('blue')} ms.`);
  });

  it('say nothing of latency with few requests, and name the day after midnight', () => {
    const minutes = sample.span.minutes
      .filter(({ green }) => green.requests > 0)
      .map((minute) => ({ ...minute, green: { ...minute.green, requests: 10, errors: 0 } }))
      .map((minute, index, all) => (index < all.length - 1 ? minute : { ...minute, start: at(600) }));
    const text = textOf(renderReport(sampleReport({ span: { ...sample.span, minutes } })));
    expect(text).toMatch(/15:40 to 15 March 2027, 00:01: error rate green 0 %, blue [\d.]+ %\.14/);
  });

  it('are left out if they are most of all', () => {
    const minutes = sample.span.minutes.slice(0, 9);
    const report = renderReport(sampleReport({ span: { ...sample.span, minutes } }));
    expect(tableIn(report, 'Both colours')[0]).toEqual(['Metric', 'Blue', 'Green']);
    expect(textOf(report)).not.toContain('minutes with requests to both colours');
  });
});

describe('the decisions', () => {
  const itemsOf = (report: string) => [...report.matchAll(/<li value=.*?<\/li>/gs)].map(([item]) => textOf(item));

  it('say who moved what on which evidence', () => {
    const items = itemsOf(page);
    expect(items).toHaveLength(4);
    expect(items[1]).toMatch(/14:41 Green from 10 % to 50 % by Ada Okafor/);
    expect(items[1]).toMatch(
      /No errors beyond the usual ones.*cannot tell yet.*2\.9 s.*sha256:9b1c4e6f0a77.*5b0a7f8e-/s,
    );
    expect(items[3]).toMatch(/Retreated from 50 % to 0 % by Guard/);
  });

  it('mark what was not recorded as not recorded', () => {
    const [item = ''] = itemsOf(renderReport(sampleReport({ decisions: [{ at: at(1), kind: 'share' }] })));
    expect(item).toContain("Green's share changed by someone who was not recorded");
    expect(item.match(/not recorded/g)).toHaveLength(7);
  });

  it.each<[CanaryDecision['kind'], string]>([
    ['share', 'Green from 5 % to 12.5 %'],
    ['hold', 'Held at 12.5 %'],
    ['promotion', 'Promoted green, from 5 % to 12.5 %'],
    ['rollback', 'Rolled back to blue, green from 5 % to 12.5 %'],
    ['retreat', 'Retreated from 5 % to 12.5 %'],
    ['lease ended', 'Lease ended, back from 5 % to 12.5 %'],
  ])('of the kind %s have their words', (kind, title) => {
    const decisions = [{ at: at(1), kind, fromPercent: 5, toPercent: 12.5 }];
    expect(itemsOf(renderReport(sampleReport({ decisions })))[0]).toContain(title);
  });

  it.each<[CanaryDecision['kind'], EntryMark, string]>([
    [
      'hold',
      'held-by-guard',
      'Held at 0 %, because nobody confirmed a larger share after Guard took traffic from green',
    ],
    ['hold', 'held-by-note', 'Held at 0 %, because the note was not valid'],
    ['promotion', 'overruled-guard', 'Promoted green, to 0 %, overruling Guard'],
  ])('of the kind %s say that they were %s', (kind, mark, title) => {
    const decisions = [{ at: at(1), kind, toPercent: 0, mark }];
    expect(itemsOf(renderReport(sampleReport({ decisions })))[0]).toContain(title);
  });

  it('beyond the newest hundred are counted, not listed', () => {
    const decisions = Array.from({ length: 130 }, (_, index) => ({ at: at(index), kind: 'hold' as const }));
    const report = renderReport(sampleReport({ decisions }));
    expect(textOf(report)).toContain('Only the newest 100 are listed; 30 older ones left out.');
    expect(itemsOf(report)[0]).toMatch(/^31 /);
    expect(itemsOf(report)).toHaveLength(100);
  });
});

it('a canary without figures, decisions and events says so', () => {
  const span = { from: sampleStart, until: sampleStart, shifts: 0, restarts: 0, minutes: [], blocks: [] };
  const report = renderReport(sampleReport({ span, decisions: [], events: [] }));
  for (const sentence of [
    'No decisions were recorded.',
    'The requested share was not recorded.',
    'Blue received no requests.',
    'Neither colour had 20 requests in any minute',
    'there were never enough requests to compare',
    'No events were recorded.',
  ])
    expect(textOf(report)).toContain(sentence);
  expect(report).not.toMatch(nonsense);
});

it('absurd times and numbers do not break it', () => {
  const times = [0, -1, Number.NaN, 9e15, Number.POSITIVE_INFINITY];
  const decisions = times.map((time) => ({ at: time, kind: 'share' as const, fromPercent: 0, toPercent: 400 }));
  const events = times.map((time) => ({ at: time, colour: 'Blue' as const, text: 'x' }));
  for (const some of [decisions, [...(sample.decisions ?? []), ...decisions]]) {
    const report = renderReport(sampleReport({ decisions: some, events, writtenAt: Number.NaN }));
    expect(report).not.toMatch(nonsense);
    expect(textOf(report)).toContain('Written on not recorded');
  }
});

it('a decision of another year is listed, and leaves the charts to the others', () => {
  const decisions = [Date.UTC(2001, 0, 1), Date.UTC(2090, 0, 1)].map((time) => ({ at: time, kind: 'hold' as const }));
  const report = renderReport(sampleReport({ decisions: [...sample.decisions, ...decisions] }));
  expect(textOf(report)).toContain('1 January 2001, 00:00 Held');
  expect(textOf(report)).toContain('1 January 2090, 00:00 Held');
  const lineOf = (text: string) => [...text.matchAll(/class="requested" d="([^"]*)"/g)].map(([, path]) => path);
  expect(lineOf(report)).toEqual(lineOf(page));
  expect(report.match(/>15:30<\/text>/g)?.length).toBe(page.match(/>15:30<\/text>/g)?.length);
});

it('a week of minutes is put into bars, says so, and stays small', () => {
  const figures = Array.from({ length: 10_000 }, (_, index) => ({
    start: sampleStart - (sampleStart % 60_000) + index * 60_000,
    blue: { requests: 900, errors: index % 3, latency: { p50: 0.04, p90: 0.1, p99: 0.3 } },
    green: { requests: 100, errors: index % 7 === 0 ? 1 : 0, latency: { p50: 0.04, p90: 0.1, p99: 0.3 } },
  }));
  const [first = 0, now] = [figures[0]?.start, sampleStart + 10_003 * 60_000];
  const span = countMinutes(figures, { greenDeployedAt: first, greenServesSince: first, shiftedAt: [], now });
  const report = renderReport(sampleReport({ span, decisions: [] }));
  expect(span.minutes).toHaveLength(10_000);
  expect(report.length).toBeLessThan(300_000);
  expect(textOf(report)).toContain(
    'Each mark in the charts covers 2 hours, or 6 hours where they show rates and latencies.',
  );
  expect(tableIn(report, 'Requests per minute')[2]?.slice(1)).toEqual(['900', '100']);
});

it('whatever text AWS, notes and tags contain, it stays text', () => {
  const skeleton = skeletonOf(renderReport(withText('text')));
  fc.assert(
    fc.property(hostileText, (text) => {
      const report = renderReport(withText(`x${text}`));
      expect(skeletonOf(report)).toEqual(skeleton);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is left is what this tests
      expect(report).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\p{Cs}/u);
      expect(report.length).toBeLessThan(300_000);
    }),
    { numRuns: 60 },
  );
});

it('a text is shown as it is', () => {
  const note = `<script>alert("1")</script> ]]> & 'x' <!-- &amp; \0`;
  const report = renderReport(sampleReport({ decisions: [{ at: at(1), kind: 'hold', note }] }));
  expect(textOf(report)).toContain(note.replace('\0', '\ufffd'));
});

it('nothing in it runs or is loaded', () => {
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  expect(skeletonOf(page).join('')).not.toMatch(
    /<(script|link|img|iframe|object|base|form)|\b(on\w+|src|href|style)\b(?!>)/,
  );
  expect(page).not.toMatch(/url\(|@import|https?:/);
});

/** What arithmetic leaves where nobody thought of nothing. */
const nonsense = /NaN|Infinity|undefined|null|\[object/;

/** The sample with a text in every place that takes one. */
function withText(text: string): CanaryReport {
  return sampleReport({
    ...{ stack: text, service: text, project: text, release: text, environment: text },
    versions: { blue: text, green: text },
    verdict: { title: text, sentence: text },
    decisions: sample.decisions.map((decision) => ({
      ...decision,
      ...{ by: text, note: text, verdict: text, evidenceHash: text, requestIds: [text, text] },
    })),
    events: sample.events.map((event) => ({ ...event, text })),
  });
}
