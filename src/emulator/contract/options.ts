/** What can be chosen about the emulated services; every behaviour that AWS does not document is an option here. */
export interface ServiceOptions {
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
}

/** Emulated seconds, but two real minutes if that is longer: however fast emulated time runs, a busy machine has those. */
export function atLeastTwoRealMinutes({ timeScale }: Pick<ServiceOptions, 'timeScale'>, seconds: number): number {
  return Math.max(seconds, 120 * timeScale);
}
