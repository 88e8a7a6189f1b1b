import type { Aws } from '../../aws/aws.ts';
import { connectToAws } from '../../aws/clients.ts';
import { createHurriedRetries } from './accelerated-retries.ts';

/** How a step reaches the emulated AWS, as plain data. */
export interface StepPlace {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Real milliseconds after which an answer is given up. */
  readonly requestTimeoutMs: number;
  /** Tries of one call, the first included. */
  readonly maxAttempts: number;
  /** How many times as fast the step's clock runs. */
  readonly hurry: number;
}

/** AWS as the product reaches it, at an emulated place. */
export function reach({ region, endpoint, credentials, requestTimeoutMs, maxAttempts }: StepPlace): Aws {
  return connectToAws(region, [['octopus-ecs-canary', 'faults']], {
    ...{ endpoint, credentials, requestTimeoutMs, retryStrategy: createHurriedRetries(20, maxAttempts) },
  });
}
