import type { OperationTable } from '../world.ts';

/** The state of one target, in the words of DescribeTargetHealth. */
export interface TargetHealth {
  readonly state: 'initial' | 'healthy' | 'unhealthy' | 'unused' | 'draining';
  readonly reason?: string;
  readonly description?: string;
}

/** A request as the load balancer forwarded it, for /_emulator/traffic. */
export interface TrafficRecord {
  /** Emulated time, epoch milliseconds. */
  readonly time: number;
  readonly listenerArn: string;
  readonly ruleArn: string;
  readonly targetGroupArn?: string;
  readonly taskDefinitionArn?: string;
  readonly taskSetId?: string;
  readonly status: number;
}

/** The emulated load balancing, as the rest of the emulator sees it. */
export interface ElbService {
  readonly operations: OperationTable;
  /** What ECS needs: targets come and go with tasks. */
  registerTarget(targetGroupArn: string, ip: string, port: number): void;
  /** Starts draining for the group's deregistration delay. */
  deregisterTarget(targetGroupArn: string, ip: string, port: number): void;
  targetHealth(targetGroupArn: string, ip: string, port: number): TargetHealth | undefined;
  targetGroupExists(targetGroupArn: string): boolean;
  /** Whether a listener or rule forwards to the group (at any weight), as CreateTaskSet demands. */
  isAttached(targetGroupArn: string): boolean;
  /** Listener ARN → real local URL, for /_emulator/listeners. */
  listenerUrls(): Readonly<Record<string, string>>;
  traffic(): readonly TrafficRecord[];
  close(): Promise<void>;
}
