import { describe, expect, it } from 'vitest';
import { countMinutes, type Limits, type MinuteFigures } from '../../src/evidence/count-minutes.ts';
import { judgeErrors } from '../../src/evidence/error-verdict.ts';
import { minuteLength, recentRate } from '../../src/evidence/minute.ts';
import { count } from './figures.ts';

const at = (minute: number) => minute * minuteLength;
const limits: Limits = { greenDeployedAt: 0, greenServesSince: 0, shiftedAt: [], now: at(100) };
const minute = (index: number, blue: MinuteFigures['blue'], green: MinuteFigures['green']): MinuteFigures => ({
  start: at(index),
  blue,
  green,
});
const full = (index: number) => minute(index, { requests: 90 }, { requests: 10 });
const startsOf = (figures: readonly MinuteFigures[], changed: Partial<Limits>) =>
  countMinutes(figures, { ...limits, ...changed }).minutes.map(({ start }) => start / minuteLength);

describe('the minutes that count', () => {
  const hour = Array.from({ length: 60 }, (_, index) => full(index));

  it('begin with the first whole minute in which this green served, and end two minutes ago', () => {
    const served = { greenDeployedAt: at(10), greenServesSince: at(14) + 1, now: at(20) + 59_000 };
    expect(startsOf(hour, served)).toEqual([15, 16, 17]);
    expect(startsOf(hour, { ...served, greenServesSince: at(14) })).toEqual([14, 15, 16, 17]);
    expect(countMinutes(hour, { ...limits, ...served })).toMatchObject({ from: at(15), until: at(18) });
  });

  it('begin anew if green was replaced while it served', () => {
    expect(startsOf(hour, { greenDeployedAt: at(17) - 1, greenServesSince: at(3), now: at(20) })).toEqual([17]);
  });

  it('are none until two minutes have passed, or if the clock is behind', () => {
    for (const now of [at(5), at(7), at(2)]) {
      const span = countMinutes(hour, { ...limits, greenServesSince: at(5), now });
      expect(span).toEqual({ from: at(5), until: at(5), minutes: [], blocks: [], shifts: 0, restarts: 0 });
      expect(judgeErrors(span).kind).toBe('no evidence');
      expect(recentRate(span)).toEqual({ blue: 0, green: 0 });
    }
  });

  it('are those at one split each: a minute in which it changed is left out', () => {
    expect(startsOf(hour, { shiftedAt: [at(3) + 30_000, at(5)], now: at(9) })).toEqual([0, 1, 2, 5, 6]);
  });

  it('are the same in whatever order they are given', () => {
    const some = [full(3), full(1), full(2)];
    expect(count(some)).toEqual(count(some.toReversed()));
  });
});

describe('what CloudWatch does not report', () => {
  it('is no errors where there were requests, and no requests where there is nothing', () => {
    expect(count([minute(0, { requests: 5 }, {})]).minutes).toMatchObject([
      { blue: { requests: 5, errors: 0 }, green: { requests: 0, errors: 0 } },
    ]);
    expect(count([minute(0, {}, {})]).minutes).toEqual([]);
  });

  it('leaves a minute out that has errors of unknown requests, for both colours', () => {
    expect(count([minute(0, { requests: 5 }, { errors: 3 }), full(1)]).minutes.length).toBe(1);
  });

  it('never makes more errors than requests', () => {
    expect(count([minute(0, { requests: 90 }, { requests: 2, errors: 3 })]).minutes).toMatchObject([
      { green: { requests: 3, errors: 3 } },
    ]);
  });
});

describe('requests without an answer', () => {
  const latency = { p50: 0.1, p90: 0.2, p99: 0.6 };
  /** Green's errors, if the load balancer answered so many requests itself in each minute. */
  const errorsOf = (unanswered: readonly number[], failedByTargets = 1000, requests = 1000) =>
    count(
      unanswered.map((some, index) => ({
        ...minute(index, { requests }, { requests, unanswered: some, latency }),
        failedByTargets,
      })),
    ).minutes.map(({ green }) => green.errors);

  it('are under way at the end of a minute, as many as the slowest answers explain', () => {
    expect(errorsOf([10, 0, -3, 3, 0])).toEqual([0, 0, 0, 0, 0]);
    expect(errorsOf([-8, 5, 5, -2])).toEqual([0, 0, 0, 0]);
  });

  it('are errors beyond that, each counted once', () => {
    expect(errorsOf([10, 50, 50, 0])).toEqual([0, 50, 50, 0]);
    expect(errorsOf([60, 0, 0])).toEqual([50, 0, 0]);
    expect(errorsOf([-200, 60, 50])).toEqual([0, 50, 50]);
  });

  it('are not errors once a later minute has answered them', () => {
    expect(errorsOf([60])).toEqual([50]);
    expect(errorsOf([60, -60])).toEqual([0, 0]);
    expect(errorsOf([60, -30, 0])).toEqual([30, 0, 0]);
    expect(errorsOf([60, 50, -80, 5])).toEqual([30, 0, 0, 0]);
  });

  it('are no errors where the load balancer did not answer in the place of a target: downloads take long', () => {
    expect(errorsOf([60, 50, 50], 0)).toEqual([0, 0, 0]);
    expect(errorsOf([60, 50, 50], 7)).toEqual([7, 7, 7]);
    const late = [60, 0, 0].map((unanswered, index) => ({
      ...minute(index, { requests: 1000 }, { requests: 1000, unanswered, latency }),
      failedByTargets: index === 1 ? 20 : 0,
    }));
    expect(count(late).minutes.map(({ green }) => green.errors)).toEqual([0, 20, 0]);
  });

  it("are blue's first where both may have lost them", () => {
    const both = [{ ...minute(0, busy(60), busy(60)), failedByTargets: 50 }, minute(1, busy(0), busy(0))];
    expect(count(both).minutes.map(({ blue, green }) => [blue.errors, green.errors])).toEqual([
      [50, 0],
      [0, 0],
    ]);
  });

  it('never blame a good green for long requests that it has begun to serve', () => {
    const day = Array.from({ length: 60 }, (_, index) =>
      minute(index, { requests: 9000, latency }, { requests: 1000, unanswered: index < 3 ? 8 : 0, latency }),
    );
    expect(judgeErrors(count(day)).logWorse).toBe(0);
  });

  it('are errors a minute later where nothing is answered at all', () => {
    const figures = [0, 1, 2].map((index) => ({
      ...minute(index, { requests: 90 }, { requests: 10, unanswered: 10 }),
      failedByTargets: 10,
    }));
    expect(count(figures).minutes.map(({ green }) => green.errors)).toEqual([0, 10, 10]);
    expect(judgeErrors(count(figures)).kind).toBe('worse');
  });

  it('are never more than the requests of a minute in which traffic ends', () => {
    const figures = [
      minute(0, {}, { requests: 100, unanswered: 100 }),
      { ...minute(1, {}, { requests: 1, errors: 0, latency }), failedByTargets: 100 },
    ];
    expect(count(figures).minutes.map(({ green }) => green.errors)).toEqual([0, 1]);
  });

  function busy(unanswered: number): MinuteFigures['blue'] {
    return { requests: 1000, unanswered, latency };
  }
});

describe('minutes with few requests', () => {
  const lone = (index: number, green: boolean) =>
    green ? minute(index, {}, { requests: 1 }) : minute(index, { requests: 1 }, {});
  const day = Array.from({ length: 25 }, (_, index) => lone(index * 2, index % 5 === 0));

  it('are put together by ten requests, and those that are too few yet wait', () => {
    const { blocks, minutes } = count(day);
    expect(blocks.map(({ blue, green }) => [blue.requests, green.requests])).toEqual([
      [8, 2],
      [8, 2],
    ]);
    expect(minutes.length).toBe(25);
  });

  it('are never put together across a shift', () => {
    const { blocks } = countMinutes(day, { ...limits, shiftedAt: [at(15), at(16)] });
    expect(blocks).toEqual([
      { blue: { requests: 8, errors: 0 }, green: { requests: 2, errors: 0 }, shifts: 2, until: at(35) },
    ]);
  });
});

describe('the rate of requests', () => {
  it('is that of the last ten minutes, or of all if those had none', () => {
    const figures = [minute(0, { requests: 600 }, {}), minute(29, { requests: 20 }, { requests: 10 })];
    const until = (now: number) => recentRate(countMinutes(figures, { ...limits, now: at(now) }));
    expect(until(32)).toEqual({ blue: 2, green: 1 });
    expect(until(62)).toEqual({ blue: 620 / 60, green: 10 / 60 });
  });
});
