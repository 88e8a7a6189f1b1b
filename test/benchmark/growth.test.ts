import { expect, it } from 'vitest';
import { countCalls, countedSteps, dimensions } from '../../src/benchmark/growth.ts';
import { callRatio, pageRatio } from '../../src/benchmark/growth-section.ts';
import { bucketSeconds } from '../../src/benchmark/throttled-canaries.ts';

/** Their calls grow with the square of the number of listeners, as docs/performance.md shows. */
const tooMany = 'listeners with a production rule each';

it.each(dimensions.filter(({ title }) => title !== tooMany))(
  'calls grow no faster than pages with $title',
  async (dimension) => {
    const ends = [dimension.sizes[0], dimension.sizes.at(-1) ?? 0];
    const calls = await Promise.all(ends.map((size) => countCalls(dimension, size)));
    expect(Math.min(...calls.flat())).toBeGreaterThan(countedSteps.length);
    expect(callRatio({ calls })).toBeLessThanOrEqual(pageRatio(dimension));
  },
);

it('the token buckets alone take as long as the slowest of them', () => {
  const write = { service: 'elb', operation: 'ModifyRule' };
  const read = { service: 'elb', operation: 'DescribeRules' };
  // 20 writes are free, and 3 a second follow.
  expect(bucketSeconds([write], 20)).toBe(0);
  expect(bucketSeconds([write], 50)).toBe(10);
  // 40 calls of any kind are free, and 10 a second follow.
  expect(bucketSeconds([write, read, read, read, read], 50)).toBe(21);
});
