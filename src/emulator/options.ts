import type { Authorize } from './authorization.ts';
import type { Bucket, BucketName } from './throttle.ts';

/** What can be chosen about the emulated AWS; every behaviour that AWS does not document is an option here. */
export interface EmulatorOptions {
  /** TCP port of the API on 127.0.0.1; 0 takes any free one. */
  readonly port: number;
  readonly region: string;
  readonly accountId: string;
  /** The part of AWS that ARNs and host names belong to, for example `aws-cn`. */
  readonly partition: string;
  /** Emulated seconds that pass in one real second. */
  readonly timeScale: number;
  /** Real milliseconds that a target may be silent however fast emulated time runs, so that a busy machine makes none fail. */
  readonly leastTimeoutMs: number;
  /** Items a page of every paged answer, small so that paging is always exercised. */
  readonly pageSize: number;
  /** Emulated seconds from a task's launch to RUNNING. */
  readonly taskStartSeconds: number;
  /** Whether CloudFormation's create of a task set waits for STEADY_STATE (not documented). */
  readonly taskSetCreateWaits: boolean;
  /** Whether CloudFormation deletes task sets with force (not documented). */
  readonly taskSetDeleteForces: boolean;
  /** Whether AWS::ECS::TaskSet accepts `AwsvpcConfiguration` beside the documented `AwsVpcConfiguration`. */
  readonly acceptAwsvpcCasing: boolean;
  /** Whether CloudFormation tries for a minute (at least two real ones) to create a task set whose target group no rule forwards to yet (not documented). */
  readonly taskSetAwaitsAttachment: boolean;
  /** Whether a forward action whose weights are all zero is refused (not documented). */
  readonly refuseAllZeroWeights: boolean;
  /** Emulated seconds until the second of a listener's two load balancer nodes learns of changed rules (AWS publishes no such time). */
  readonly ruleLagSeconds: number;
  /** Whether calls are refused beyond the account's published rates. */
  readonly throttle: 'published' | 'none';
  /** Rates in place of the published ones. */
  readonly buckets: Readonly<Partial<Record<BucketName, Bucket>>>;
  /** Decides on each call; the emulator itself knows no permissions. */
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
  taskSetCreateWaits: true,
  taskSetDeleteForces: true,
  acceptAwsvpcCasing: true,
  taskSetAwaitsAttachment: true,
  refuseAllZeroWeights: false,
  ruleLagSeconds: 0,
  throttle: 'none',
  buckets: {},
};

/** Emulated seconds, but two real minutes if that is longer: however fast emulated time runs, a busy machine has those. */
export function atLeastTwoRealMinutes({ timeScale }: Pick<EmulatorOptions, 'timeScale'>, seconds: number): number {
  return Math.max(seconds, 120 * timeScale);
}
