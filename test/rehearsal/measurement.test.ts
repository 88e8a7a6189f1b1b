import { expect, it } from 'vitest';
import { type Answer, shareOf, summarise } from '../../src/rehearsal/measurement.ts';

const answer = (taskDefinition: string | undefined, status: number | undefined): Answer => ({
  ...{ taskDefinition, status, version: taskDefinition },
  ...{ entryPoint: undefined, isBound: false, askedAt: 0, answeredAt: 1 },
});
const times = (count: number, one: Answer): readonly Answer[] => Array(count).fill(one);

// A leak that failed half of green's requests once looked like a shift that had not arrived.
it('the share of a failing version includes all its answers, not only the good ones', () => {
  const measured = summarise([
    ...times(50, answer('app:1', 200)),
    ...times(25, answer('app:2', 200)),
    ...times(25, answer('app:2', 500)),
  ]);
  expect(measured).toMatchObject({ requests: 100, errors: 25, taskDefinitions: { 'app:1': 50, 'app:2': 25 } });
  expect(shareOf(measured, 'app:2')).toBe(50);
});

it('requests that no version answered count in no share', () => {
  const measured = summarise([
    ...times(3, answer('app:1', 200)),
    answer('app:2', 200),
    answer(undefined, 503),
    answer(undefined, undefined),
  ]);
  expect([measured.errors, shareOf(measured, 'app:2'), shareOf(measured, 'app:3')]).toEqual([2, 25, 0]);
  expect(shareOf(summarise([]), 'app:1')).toBe(0);
});
