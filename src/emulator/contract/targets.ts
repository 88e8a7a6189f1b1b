/** The state of one target, in the words of DescribeTargetHealth. */
export interface TargetHealth {
  readonly state: 'initial' | 'healthy' | 'unhealthy' | 'unused' | 'draining';
  readonly reason?: string;
  readonly description?: string;
}

/** What ECS needs from load balancing to register and deregister the targets of its tasks. */
export interface TargetRegistry {
  registerTarget(targetGroupArn: string, ip: string, port: number): void;
  /** Starts draining for the group's deregistration delay. */
  deregisterTarget(targetGroupArn: string, ip: string, port: number): void;
  targetHealth(targetGroupArn: string, ip: string, port: number): TargetHealth | undefined;
  targetGroupExists(targetGroupArn: string): boolean;
  /** Whether a listener or rule forwards to the group at any weight, as CreateTaskSet requires. */
  isAttached(targetGroupArn: string): boolean;
}
