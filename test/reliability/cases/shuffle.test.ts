import { expect, it } from 'vitest';
import { shuffle } from '../../../src/reliability/cases/shuffle.ts';

const names = Array.from({ length: 50 }, (_, index) => `case ${index}`);
const ordered = (list: readonly string[], seed: number) => shuffle(list, seed, (name) => name);

it('the same seed gives the same sample, even if the plan has one case more or less', () => {
  const sample = ordered(names, 7).slice(0, 10);
  const last = ordered(names, 7).at(-1);
  expect(ordered([...names].reverse(), 7).slice(0, 10)).toEqual(sample);
  expect(
    ordered(
      names.filter((name) => name !== last),
      7,
    ).slice(0, 10),
  ).toEqual(sample);
  expect(ordered(names, 8).slice(0, 10)).not.toEqual(sample);
});
