import { expect, it } from 'vitest';
import { judgeCards } from '../../src/rehearsal/card-check.ts';
import type { Answer } from '../../src/rehearsal/measurement.ts';
import type { PlayedRelease } from '../../src/rehearsal/played-release.ts';

const hour = Date.parse('2026-11-28T14:00:00Z');
const at = (minutes: number): number => hour + minutes * 60_000;
const iso = (minutes: number): string => new Date(at(minutes)).toISOString();

type Colour = 'blue' | 'green';

/** Answers of a colour, each a tenth of a second after it was asked for. */
function answers(taskDefinition: Colour | undefined, minute: number, count: number, status = 200): readonly Answer[] {
  const one = { taskDefinition, status, version: undefined, entryPoint: undefined, isBound: false };
  return Array(count).fill({ ...one, askedAt: at(minute), answeredAt: at(minute) + 100 });
}

interface Shown {
  readonly from: number;
  readonly until: number;
  readonly shareSince: number;
  readonly green: readonly [requests: number | null, errors: number | null];
  readonly counted?: string;
}

function judge(log: readonly Answer[], ...watches: readonly Shown[]): readonly string[] {
  const stages = watches.map(({ from, until, shareSince, green: [requests, errors], counted = '5xx' }, index) => {
    const times = { from: iso(from), until: iso(until), shareSince: iso(shareSince) };
    const blue = { taskDefinition: 'blue', requests: null, errors: null };
    const green = { taskDefinition: 'green', requests, errors };
    const Evidence = JSON.stringify({ ...times, errors: { counted }, blue, green });
    return {
      result: { step: { kind: 'template', stepId: 'watch', name: `Watch ${index + 1}` }, outputs: { Evidence } },
    };
  });
  return judgeCards([{ plan: { number: '1.1.0' }, stages } as unknown as PlayedRelease], log);
}

const counted = { from: 1, until: 3, shareSince: 0.5 };
const log = [
  ...answers('green', 0.6, 7),
  ...answers('green', 1.5, 10),
  ...answers('green', 2.5, 10, 500),
  ...answers('blue', 1.5, 90),
  ...answers('green', 3.2, 5),
];

it.each([
  [20, 10, []],
  [21, 10, ['shows 21 requests to green, but users counted 20']],
  [19, 9, ['shows 19 requests to green, but users counted 20', 'shows 9 errors from green, but users counted 10']],
  [20, 0, ['shows 0 errors from green, but users counted 10']],
  [null, null, []],
] as const)('%s requests and %s errors on the card are compared with the users’ own log', (requests, errors, said) => {
  const problems = said.map((what) => `Release 1.1.0: the summary of Watch 1 ${what}`);
  expect(judge(log, { ...counted, green: [requests, errors] })).toEqual(problems);
});

it('the minute in which the split changed is left out, in each later watch too', () => {
  const later = { from: 1, until: 6, shareSince: 3.1 };
  const more = [...log, ...answers('green', 4.5, 50)];
  expect(judge(more, { ...counted, green: [20, 10] }, { ...later, green: [70, 10] })).toEqual([]);
  expect(judge(more, { ...counted, green: [20, 10] }, { ...later, green: [75, 10] })).toEqual([
    'Release 1.1.0: the summary of Watch 2 shows 75 requests to green, but users counted 70',
  ]);
});

it('a request that was under way at the edge may be counted or not', () => {
  const straddling: Answer = { ...(log[0] as Answer), askedAt: at(3) - 50, answeredAt: at(3) + 50 };
  expect(judge([...log, straddling], { ...counted, green: [20, 10] })).toEqual([]);
  expect(judge([...log, straddling], { ...counted, green: [21, 10] })).toEqual([]);
  expect(judge([...log, straddling], { ...counted, green: [22, 10] })).toEqual([
    'Release 1.1.0: the summary of Watch 1 shows 22 requests to green, but users counted 20 to 21',
  ]);
});

it('an answer without a version may be any colour’s', () => {
  const lost = [...log, ...answers(undefined, 1.5, 3, 502)];
  expect(judge(lost, { ...counted, green: [23, 13] })).toEqual([]);
  expect(judge(lost, { ...counted, green: [24, 10] })).toHaveLength(1);
});

it('errors that are none for users are not compared', () => {
  expect(judge(log, { ...counted, green: [20, 15], counted: '4xx and 5xx' })).toEqual([]);
});
