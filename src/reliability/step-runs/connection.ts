import type { Aws } from '../../aws/aws.ts';
import { connectToAws } from '../../aws/clients.ts';
import { createAcceleratedRetries } from './accelerated-retries.ts';

/** How a step reaches the emulated AWS, as plain data. */
export interface EmulatorConnection {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Real milliseconds after which an answer is given up. */
  readonly requestTimeoutMs: number;
  /** Tries of one call, the first included. */
  readonly maxAttempts: number;
  /** How many times as fast the step's clock runs. */
  readonly clockSpeed: number;
}

/** AWS as the product reaches it, at an emulated connection. */
export function connectToEmulator({
  region,
  endpoint,
  credentials,
  requestTimeoutMs,
  maxAttempts,
}: EmulatorConnection): Aws {
  return connectToAws(region, [['octopus-ecs-canary', 'faults']], {
    ...{ endpoint, credentials, requestTimeoutMs, retryStrategy: createAcceleratedRetries(20, maxAttempts) },
  });
}
