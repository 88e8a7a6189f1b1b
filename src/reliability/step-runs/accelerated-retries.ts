import { StandardRetryStrategy } from '@smithy/core/retry';
import type { RetryStrategyV2 } from '@smithy/types';

/** The SDK's retries as every step has them, with waits so many times shorter, for a cloud whose time runs so much faster. */
export function createAcceleratedRetries(times: number, tries: number): RetryStrategyV2 {
  let base = 100;
  return new StandardRetryStrategy({
    maxAttempts: tries,
    backoff: {
      // The SDK itself says how long it waits at first after which error.
      setDelayBase: (milliseconds) => {
        base = milliseconds;
      },
      computeNextBackoffDelay: (failed) => (Math.random() * Math.min(base * 2 ** failed, 20_000)) / times,
    },
  });
}
