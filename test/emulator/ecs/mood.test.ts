import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../../../src/emulator/ecs/behaviours.ts';
import { createMood, type Mood } from '../../../src/emulator/ecs/mood.ts';

const minute = 60_000;

/** Answers at that emulated minute, of a task that was first asked at minute 0. */
function answers(behaviour: Behaviour, count: number, atMinute = 0, answerMs = 10): readonly Mood[] {
  let now = 1_000_000;
  const next = createMood(behaviour, answerMs, () => now);
  next();
  now += atMinute * minute;
  return Array.from({ length: count }, next);
}

const percentile = (moods: readonly Mood[], share: number): number =>
  moods.map(({ takes }) => takes).toSorted((one, other) => one - other)[Math.ceil(share * moods.length) - 1] ?? 0;
const failures = (moods: readonly Mood[]): number => moods.filter(({ failing }) => failing).length;

describe('the time that answers take', () => {
  it('varies around the usual one, so that percentiles differ', () => {
    const moods = answers({}, 1000);
    expect(moods.reduce((sum, { takes }) => sum + takes, 0) / 1000).toBeCloseTo(10, 1);
    expect([0.5, 0.9, 0.99].map((share) => Math.round(percentile(moods, share)))).toEqual([9, 13, 17]);
  });

  // A canary with few requests must not look slower by chance.
  it.each([10, 25])('is spread as evenly over %d answers as over many', (count) => {
    for (let skipped = 0; skipped < 200; skipped += 1) {
      const p90 = percentile(answers({}, skipped + count).slice(skipped), 0.9);
      expect(p90).toBeGreaterThan(12.6 * 0.85);
      expect(p90).toBeLessThan(12.6 * 1.2);
    }
  });

  it('is exactly doubled by latency-doubled, and zero without a usual time', () => {
    const doubled = answers({ 'latency-doubled': 0 }, 50).map(({ takes }) => takes);
    expect(doubled).toEqual(answers({}, 50).map(({ takes }) => 2 * takes));
    expect(answers({ 'latency-doubled': 0 }, 3, 0, 0).map(({ takes }) => takes)).toEqual([0, 0, 0]);
  });

  it('is longer by latency', () => {
    expect(answers({ latency: 50 }, 3, 0, 0)).toEqual(Array(3).fill({ failing: false, takes: 50 }));
  });
});

describe('slow-leak', () => {
  it.each([
    [0, 0, 1],
    [10, 0, 1],
    [15, 100, 2],
    [20, 200, 3],
    [70, 1000, 13],
  ])(
    'at minute %d after the first request, %d of 1000 fail, and answers take %d times as long',
    (at, failed, times) => {
      const moods = answers({ 'slow-leak': 10 }, 1000, at);
      expect(failures(moods)).toBeGreaterThanOrEqual(failed - 1);
      expect(failures(moods)).toBeLessThanOrEqual(failed);
      expect(percentile(moods, 0.5)).toBeCloseTo(times * percentile(answers({}, 1000), 0.5), 1);
    },
  );
});

it('a leak counts from the time that it is told, if there is one', () => {
  const minutes = (count: number) => count * 60_000;
  let [time, since]: [number, number | undefined] = [0, undefined];
  const next = createMood(
    { 'slow-leak': 10 },
    0,
    () => time,
    () => since,
  );
  const fails = () => Array.from({ length: 100 }, next).filter(({ failing }) => failing).length;
  next();
  time = minutes(500);
  expect(fails()).toBe(0);
  since = time;
  time += minutes(10);
  expect(fails()).toBe(0);
  time += minutes(10);
  expect(fails()).toBe(20);
});

it('errors are evenly spaced, whatever their rate', () => {
  const failing = answers({ 'error-rate': 0.02 }, 1000).flatMap((mood, index) => (mood.failing ? [index] : []));
  expect(failing).toHaveLength(20);
  expect(new Set(failing.slice(1).map((index, before) => index - (failing[before] ?? 0)))).toEqual(new Set([50]));
});
