import { expect, it } from 'vitest';
import type { Bucket, BucketName } from '../../../src/emulator/throttle.ts';
import { publishedBuckets } from '../../../src/emulator/throttle.ts';
import { describeFleet } from '../../../src/reliability/fleet/figures.ts';
import { runCanaryFleet } from '../../../src/reliability/fleet/fleet.ts';

/** The reads of one look: with a smaller burst than this, no look could ever be completed at once, as it can among fifty. */
const readsOfALook = 5;

/** Rates scaled down to this number of canaries, so that each gets the same small part as among fifty. */
function ratesFor(canaries: number): Readonly<Record<BucketName, Bucket>> {
  const part = canaries / 50;
  const rates = Object.entries(publishedBuckets).map(([name, { burst, perSecond }]) => [
    name,
    { burst: Math.max(readsOfALook, Math.ceil(burst * part)), perSecond: perSecond * part },
  ]);
  return Object.fromEntries(rates);
}

it('canaries that share a throttled account all finish, and none fails for throttling', async () => {
  // All stacks are created at once, and this bucket cannot refill between two attempts, however slow the machine.
  const buckets = { ...ratesFor(3), 'cloudformation-writes': { burst: 1, perSecond: 0.01 } };
  const figures = await runCanaryFleet({ canaries: 3, timeScale: 60, buckets, short: true, tries: 2 });
  expect(describeFleet(figures).join('\n')).not.toContain('✗');
  expect(figures).toMatchObject({ canaries: 3, steps: 21, failures: [] });
  expect(figures.throttled).toBeGreaterThan(0);
  expect(figures.retries).toBeGreaterThan(0);
  expect(figures.givenUp).toBeGreaterThan(0);
});
