import { describe, expect, it } from 'vitest';
import { recordShare, type ShareInForce, unrecordedWarning } from '../../../src/steps/shared/record-share.ts';
import { sampleTraffic } from '../../canary/sample-traffic.ts';
import { sampleRun } from '../sample-run.ts';

const moved: ShareInForce = sampleRun({ movedAt: 1_796_003_600_000, awsNow: 1_796_009_999_000 });
const unmoved: ShareInForce = sampleRun({
  split: { text: '', since: 0, awsSince: 1_796_005_000_000 },
  awsNow: 1_796_009_999_000,
});

/** What is written for a share of green, created at that second, where the tag has this text. */
function written(tag: string | undefined, percent: number, run: ShareInForce = moved, createdAt = 0) {
  const traffic = sampleTraffic();
  const tags = tag === undefined ? {} : { EcsCanaryShares: tag };
  const taskSet = { ...traffic.green.taskSet, createdAt: new Date(createdAt * 1000) };
  const decision = recordShare(
    { ...traffic, service: { ...traffic.service, tags }, green: { ...traffic.green, taskSet } },
    percent,
    run,
  );
  if (decision?.kind !== 'change') return decision;
  return decision.change.kind === 'record' ? decision.change.tags['EcsCanaryShares'] : decision;
}

describe('a share is recorded', () => {
  it.each([
    ['the first one', undefined, 10, '1796003600=10'],
    ['where somebody wrote something else', 'mine', 10, '1796003600=10'],
    ['another one', 'back=0.21 1796000000=10', 50, 'back=0.21 1796000000=10 1796003600=50'],
    ['of 0 after another one', '1796000000=10', 0, '1796000000=10 1796003600=0'],
    ['that this run gave back after somebody took it away', '1796000000=10', 10, '1796000000=10 1796003600=10'],
  ])('%s', (_what, tag, percent, text) => {
    expect(written(tag, percent)).toBe(text);
  });

  it('alone if the others belong to an earlier green', () => {
    expect(written('back=0.21 1796000000=10', 10, unmoved, 1_796_001_000)).toBe('1796005000=10');
  });

  it("from this run's first look if it did not write the weights, the same at every look", () => {
    expect(written('1796000000=10', 50, unmoved)).toBe('1796000000=10 1796005000=50');
    expect(written('1796000000=10', 50, { ...unmoved, awsNow: 1_797_000_000_000 })).toBe('1796000000=10 1796005000=50');
  });
});

describe('nothing is recorded', () => {
  it.each([
    ['if the share is recorded already', '1796000000=10', 10, unmoved],
    ['if this run recorded it', '1796000000=10 1796003600=50', 50, moved],
    ['of a green that never had a share', undefined, 0, unmoved],
    ['of a green that never had a share, where somebody wrote something else', 'mine', 0, moved],
    ['if AWS refused it', undefined, 10, { ...moved, recordRefusal: 'no' }],
  ])('%s', (_what, tag, percent, run) => {
    expect(written(tag, percent, run)).toBeUndefined();
  });

  it('of 0 if the shares belong to an earlier green', () => {
    expect(written('1796000000=10', 0, unmoved, 1_796_001_000)).toBeUndefined();
  });
});

it('a warning says what AWS refused, and what it costs', () => {
  expect(unrecordedWarning({})).toEqual([]);
  expect(unrecordedWarning({ recordRefusal: 'ecs:TagResource failed: AccessDeniedException: no.' })).toEqual([
    expect.stringMatching(/Watch Canary counts only from its own start.*ecs:TagResource failed.*EcsCanaryShares/),
  ]);
});
