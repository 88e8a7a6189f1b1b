import type { Aws } from '../../aws/aws.ts';
import { connectToAws, type Extend } from '../../aws/clients.ts';
import { readMetrics } from '../../aws/cloud-watch.ts';
import { readVersions } from '../../aws/task-versions.ts';
import { storeTemplates } from '../../aws/template-store.ts';
import { createAcceleratedRetries } from './accelerated-retries.ts';

/** How a step reaches the emulated AWS, as plain data. */
export interface EmulatorConnection {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Time-out for an answer, in real milliseconds. */
  readonly requestTimeoutMs: number;
  /** Attempts at one call, including the first. */
  readonly maxAttempts: number;
  /** How much faster the step's clock runs. */
  readonly clockSpeed: number;
}

/** What any step may need from AWS, beyond what all of them have. */
export const forEveryStep: Extend = (aws, connection) =>
  readVersions(readMetrics(storeTemplates(aws, connection), connection), connection);

/** AWS clients as in the product, for an emulated connection. */
export function connectToEmulator({
  region,
  endpoint,
  credentials,
  requestTimeoutMs,
  maxAttempts,
}: EmulatorConnection): Aws {
  const retryStrategy = createAcceleratedRetries(20, maxAttempts);
  const userAgent = [['octopus-ecs-canary', 'faults']] as const;
  return connectToAws(region, userAgent, { endpoint, credentials, requestTimeoutMs, retryStrategy }, forEveryStep);
}
