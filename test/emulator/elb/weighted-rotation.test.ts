import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRotation } from '../../../src/emulator/elb/weighted-rotation.ts';

const weights = fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 5 });

it('after as many turns as the weights add up to, every group has had exactly its share', () => {
  fc.assert(
    fc.property(weights, (given) => {
      const rotation = createRotation(given.map((Weight, index) => ({ TargetGroupArn: String(index), Weight })));
      const counts = given.map(() => 0);
      const total = given.reduce((sum, weight) => sum + weight, 0);
      for (let turn = 0; turn < total; turn += 1) {
        const chosen = Number(rotation.next());
        counts[chosen] = (counts[chosen] ?? 0) + 1;
      }
      expect(counts).toEqual(given);
    }),
    { numRuns: 30 },
  );
});

it('of two groups, neither is ever a whole turn ahead of its share', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 1, max: 999 }), (blue, green) => {
      const rotation = createRotation([
        { TargetGroupArn: 'blue', Weight: blue },
        { TargetGroupArn: 'green', Weight: green },
      ]);
      let greens = 0;
      for (let turn = 1; turn <= 500; turn += 1) {
        if (rotation.next() === 'green') greens += 1;
        expect(Math.abs(greens - (turn * green) / (blue + green))).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 30 },
  );
});

it('a group without a weight has the weight 1, and without any weight there is no choice', () => {
  const equal = createRotation([{ TargetGroupArn: 'a' }, { TargetGroupArn: 'b' }]);
  expect([equal.next(), equal.next(), equal.next(), equal.next()].sort()).toEqual(['a', 'a', 'b', 'b']);
  expect(createRotation([{ TargetGroupArn: 'a', Weight: 0 }]).next()).toBeUndefined();
  expect(createRotation([]).next()).toBeUndefined();
});
