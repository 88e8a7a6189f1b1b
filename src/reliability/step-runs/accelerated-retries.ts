import { StandardRetryStrategy } from '@smithy/core/retry';
import type { RetryStrategyV2 } from '@smithy/types';

/** The SDK's retries as in every step, with waits shorter by this factor, for a cloud whose time runs faster. */
export function createAcceleratedRetries(times: number, tries: number): RetryStrategyV2 {
  let base = 100;
  return new StandardRetryStrategy({
    maxAttempts: tries,
    backoff: {
      // The SDK itself defines the first wait for each error.
      setDelayBase: (milliseconds) => {
        base = milliseconds;
      },
      computeNextBackoffDelay: (failed) => (Math.random() * Math.min(base * 2 ** failed, 20_000)) / times,
    },
  });
}
