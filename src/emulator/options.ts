import type { Authorize } from './authorization.ts';
import type { ServiceOptions } from './contract/options.ts';
import { noOutsideValues } from './contract/outside-values.ts';
import type { ThrottleOptions } from './throttle.ts';

/** The options of an emulated AWS. */
export interface EmulatorOptions extends ServiceOptions, ThrottleOptions {
  /** TCP port of the API on 127.0.0.1; 0 picks any free port. */
  readonly port: number;
  /** Decides whether each call is allowed; the emulator itself has no permissions. */
  readonly authorize?: Authorize;
}

export const defaultOptions: EmulatorOptions = {
  port: 0,
  region: 'us-east-1',
  accountId: '123456789012',
  partition: 'aws',
  timeScale: 1,
  leastTimeoutMs: 30_000,
  pageSize: 3,
  taskStartSeconds: 10,
  answerMs: 0,
  taskSetCreateWaits: true,
  taskSetDeleteForces: true,
  acceptAwsvpcCasing: true,
  taskSetAwaitsAttachment: true,
  refuseAllZeroWeights: false,
  ruleLagSeconds: 0,
  metricLagSeconds: 60,
  metricsArriveInParts: true,
  reportZeroRequests: false,
  values: noOutsideValues,
  throttle: 'none',
  buckets: {},
};
