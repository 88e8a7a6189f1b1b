import { expect, it } from 'vitest';
import { readBenchCommand } from '../../src/benchmark/options.ts';
import { renderFigures, replaceFigures } from '../../src/benchmark/page.ts';
import { atMost, type Goal, showPair } from '../../src/benchmark/section.ts';
import { pairedRatios, spreadOf, summarise } from '../../src/benchmark/statistics.ts';

const command = readBenchCommand(['--only', 'rollback,shift', '--runs', '3'], () => undefined);

function figures(nodeRuns: readonly number[], goals: readonly Goal[] = []): string {
  if (command === undefined) throw new TypeError('the options were not read');
  const part = { title: 'A', about: 'B.', tables: [], goals, nodeRuns };
  return renderFigures([part], { command, awsVersion: undefined });
}

it('a summary has the median and the quartiles', () => {
  expect(summarise([5, 1, 3, 2, 4])).toEqual({ median: 3, low: 2, high: 4 });
  expect(summarise([1, 2])).toEqual({ median: 1.5, low: 1.25, high: 1.75 });
  expect(spreadOf({ median: 4, low: 3, high: 5 })).toBe(0.5);
  expect(() => summarise([])).toThrow(RangeError);
});

it('a ratio compares runs that were made next to each other', () => {
  expect(pairedRatios([2, 30], [4, 60])).toEqual([0.5, 0.5]);
  expect(showPair([2000, 30_000], [4000, 60_000])).toEqual(['16.00 s', '32.00 s', '0.50 × (0.50–0.50)']);
  expect(showPair([2000], [])).toEqual(['2.00 s', '', '']);
});

it('the page says when the machine was too noisy, and only then', () => {
  expect(figures([100, 101, 99, 100])).toContain('counts as quiet');
  expect(figures([100, 101, 99, 100])).not.toContain('too noisy');
  expect(figures([100, 200])).toContain('So few runs do not show');
  expect(figures([])).not.toContain('runs do not show');
  expect(figures([100, 180, 60, 140])).toContain('This machine was too noisy: Bare `node -e 0`');
});

it('the page shows each goal as met or not, and how it was made', () => {
  const goals = [atMost('One', 0.5, 0.5), atMost('Two', 0.5, 0.51)];
  const page = figures([100], goals);
  expect(page).toContain('`npm run bench -- --only rollback,shift --runs 3`, 3 runs');
  expect(page).toContain('| One: at most 0.50 × | 0.50 × | met |');
  expect(page).toContain('| Two: at most 0.50 × | 0.51 × | **not met** |');
});

it('figures replace only what stands between the marks', () => {
  const page = 'before\n<!-- figures: npm run bench -- --write -->\nold\n<!-- end of figures -->\nafter\n';
  const written = replaceFigures(page, 'new');
  expect(written).toMatch(/^before\n[\s\S]*\n\nnew\n\n[\s\S]*\nafter\n$/);
  expect(written).not.toContain('old');
  expect(replaceFigures(written, 'new')).toBe(written);
  expect(() => replaceFigures('no marks', 'new')).toThrow(/has no/);
});

it('options select sections in their order, and every mistake is named', () => {
  expect(command).toMatchObject({ only: ['shift', 'rollback'], runs: 3, write: false });
  expect(readBenchCommand([], () => undefined)).toMatchObject({ runs: 9, typed: 'npm run bench' });
  expect(() => readBenchCommand(['--only', 'steps,foo,bar', '--runs', '0'], () => undefined)).toThrow(
    /"foo"[\s\S]*"bar"[\s\S]*--runs/,
  );
});
