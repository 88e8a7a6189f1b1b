import { expect, it } from 'vitest';
import { minuteLength } from '../../src/evidence/minute.ts';
import { putInBars, runsOf } from '../../src/report/bars.ts';

const minute = (index: number, blue = 90, green = 10) => ({
  start: index * minuteLength,
  shifts: 0,
  blue: { requests: blue, errors: 1, latency: { p50: index, p90: index, p99: index } },
  green: { requests: green, errors: 0, latency: undefined },
});
const span = (minutes: number) => ({ from: 0, until: minutes * minuteLength });
const upTo = (count: number) => Array.from({ length: count }, (_, index) => minute(index));

it('a bar holds as few minutes as possible, in lengths that people think in', () => {
  const lengthOf = (minutes: number) => putInBars([], span(minutes), [], 30).minutesEach;
  expect([30, 31, 60, 61, 151, 10_000, 200_000].map(lengthOf)).toEqual([1, 2, 2, 5, 10, 360, 7200]);
});

it('a bar adds up its minutes, and its latency is their median', () => {
  const [bar] = putInBars(upTo(5), span(5), [], 1).bars;
  expect(bar).toMatchObject({ minutes: 5, blue: { requests: 450, errors: 5, latency: { p90: 2 } } });
  // Fewer than twenty requests have no percentiles worth showing.
  expect(bar?.green.latency).toBeUndefined();
});

it('the same minute at two production rules is one minute with the requests of both', () => {
  const [bar] = putInBars([...upTo(2), ...upTo(2)], span(2), [], 1).bars;
  expect(bar).toMatchObject({ minutes: 2, blue: { requests: 360 } });
});

it('a bar ends where the share changed', () => {
  const shift = 3 * minuteLength + 20_000;
  const minutes = upTo(10).filter(({ start }) => start !== 3 * minuteLength);
  const { bars } = putInBars(minutes, span(10), [shift], 2);
  expect(bars.map(({ from, until, minutes: own }) => [from, until, own])).toEqual([
    [0, shift, 3],
    [shift, 5 * minuteLength, 1],
    [5 * minuteLength, 10 * minuteLength, 5],
  ]);
});

it('no bar reaches beyond the time that was counted', () => {
  const minutes = upTo(7).slice(1);
  const { bars } = putInBars(minutes, { from: minuteLength, until: 7 * minuteLength }, [], 2);
  expect(bars.map(({ from, until }) => [from / minuteLength, until / minuteLength])).toEqual([
    [1, 5],
    [5, 7],
  ]);
});

it('minutes without figures split the bars into runs', () => {
  const minutes = upTo(9).filter((_, index) => index !== 2 && index !== 6);
  expect(runsOf(putInBars(minutes, span(9), [], 9).bars).map(({ length }) => length)).toEqual([2, 3, 2]);
});
