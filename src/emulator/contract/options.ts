import type { OutsideValues } from './outside-values.ts';

/** The options of the emulated services; every behaviour that AWS does not document is an option here. */
export interface ServiceOptions {
  readonly region: string;
  readonly accountId: string;
  /** The partition of ARNs and host names, for example `aws-cn`. */
  readonly partition: string;
  /** Emulated seconds per real second. */
  readonly timeScale: number;
  /** Real milliseconds that a target always has to answer, so that none fails on a busy machine when emulated time runs fast. */
  readonly leastTimeoutMs: number;
  /** Items per page of every paged answer; small, so that paging is always tested. */
  readonly pageSize: number;
  /** Emulated seconds from a task's launch to RUNNING. */
  readonly taskStartSeconds: number;
  /** Real milliseconds that a task takes to answer, on average; health checks take none. */
  readonly answerMs: number;
  /** Whether CloudFormation waits for STEADY_STATE when it creates a task set (not documented). */
  readonly taskSetCreateWaits: boolean;
  /** Whether CloudFormation deletes task sets with force (not documented). */
  readonly taskSetDeleteForces: boolean;
  /** Whether AWS::ECS::TaskSet accepts `AwsvpcConfiguration` as well as the documented `AwsVpcConfiguration`. */
  readonly acceptAwsvpcCasing: boolean;
  /** Whether CloudFormation retries, for a minute but at least two real ones, to create a task set whose target group no rule forwards to yet (not documented). */
  readonly taskSetAwaitsAttachment: boolean;
  /** Whether a forward action whose weights are all zero is refused (not documented). */
  readonly refuseAllZeroWeights: boolean;
  /** Emulated seconds until the second of a listener's two load balancer nodes follows changed rules (AWS publishes no such time). */
  readonly ruleLagSeconds: number;
  /** Emulated seconds from the end of a minute until CloudWatch has its metrics (AWS publishes no such time). */
  readonly metricLagSeconds: number;
  /** Whether a minute that CloudWatch just got first shows only what its first half had, and the rest a minute later (not documented). */
  readonly metricsArriveInParts: boolean;
  /** Whether a target group without requests has a RequestCount of 0 while its load balancer has some (documented both ways). */
  readonly reportZeroRequests: boolean;
  /** Since when `slow-leak` counts its minutes, in emulated epoch milliseconds, or undefined while it does not; by default, since each task's first request. */
  readonly leaksSince?: () => number | undefined;
  /** What templates import; whatever is missing is made up. */
  readonly values: OutsideValues;
}

/** The emulated seconds, or two real minutes if that is longer, so that a busy machine has enough time. */
export function atLeastTwoRealMinutes({ timeScale }: Pick<ServiceOptions, 'timeScale'>, seconds: number): number {
  return Math.max(seconds, 120 * timeScale);
}
