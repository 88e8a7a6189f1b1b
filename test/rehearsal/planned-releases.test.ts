import { expect, it } from 'vitest';
import { rehearsedProcess } from '../../src/rehearsal/rehearsal.ts';
import { planReleases, type RehearsalOptions } from '../../src/rehearsal/scenario.ts';

const options: RehearsalOptions = {
  ...{ timeScale: 1, requestsPerSecond: 1, sample: 1, weights: [10, 50], watch: true },
  ...{ abortAt: undefined, behaviours: [], template: undefined, parameters: {}, ask: undefined },
};

const plan = (behaviours: readonly string[], changes: Partial<RehearsalOptions> = {}) =>
  planReleases({ ...options, behaviours, ...changes }, rehearsedProcess(options)).at(-1);

it.each([
  [['slow-start=5'], 'promoted', false],
  [['no-traffic'], 'promoted', false],
  [['sticky-clients'], 'promoted', false],
  [['latency=20'], 'decided', false],
  [['latency-doubled'], 'decided', false],
  [['slow-leak'], 'decided', true],
  [['error-rate=0.2%'], 'decided', true],
  [['error-rate=0.002'], 'decided', true],
  [['error-rate=2%'], 'rolled back', true],
  [['error-rate=0.02'], 'rolled back', true],
  [['crash-loop'], 'rolled back', true],
  [['latency-doubled', 'crash-loop'], 'rolled back', true],
  [['slow-start=5', 'sticky-clients'], 'promoted', false],
  [['latency-doubled', 'sticky-clients'], 'decided', false],
] as const)('a release with %j should be %s; users may see errors: %s', (behaviours, expectation, errorsAllowed) => {
  expect(plan(behaviours)).toMatchObject({ expectation, errorsAllowed });
});

it.each([
  [['error-rate=2%', 'slow-leak'], 'a new version with error-rate=2%, slow-leak'],
  // They were once called behaviours of the version.
  [['no-traffic'], 'a sound new version, without users'],
  [['sticky-clients', 'crash-loop'], 'a new version with crash-loop, whose users keep stickiness cookies'],
])('%j is told as what it is: %s', (behaviours, story) => {
  expect(plan(behaviours)?.story).toBe(story);
});

it.each([
  [['slow-start=5', 'sticky-clients'], false],
  [['latency=20'], true],
  [['slow-leak'], true],
])('a version with %j is unsound: %s', (behaviours, isUnsound) => {
  expect(plan(behaviours)?.isUnsound).toBe(isUnsound);
});

it('a person decides about every release after the first', () => {
  const ask = () => Promise.reject(new Error('nobody asks here'));
  expect(plan(['error-rate=2%'], { ask })?.expectation).toBe('decided');
});

it('the image asks only for what the version does, in characters that a tag may have', () => {
  expect(plan(['error-rate=0.2%', 'no-traffic', 'crash-loop=3'])?.imageSuffix).toBe(
    '--error-rate_0.2pct--crash-loop_3',
  );
});
