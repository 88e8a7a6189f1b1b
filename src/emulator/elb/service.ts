import type { OperationTable, World } from '../world.ts';
import { findTargetGroup } from './find.ts';
import { operationsOn } from './operations.ts';
import { setRuleLag } from './rule-history.ts';
import { createElbState, loadBalancersOf } from './state.ts';
import { addTarget, drainTarget } from './targets.ts';

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
  /** Emulated seconds until the second node of each listener learns of changed rules; 0 lets both agree at once. */
  setRuleLag(seconds: number): void;
  close(): Promise<void>;
}

export function createElbService(world: World): ElbService {
  const state = createElbState(world);
  const target = (targetGroupArn: string, ip: string, port: number) =>
    state.targetGroups.get(targetGroupArn)?.targets.get(`${ip}:${port}`);
  return {
    operations: operationsOn(state),
    registerTarget: (targetGroupArn, ip, port) => addTarget(state, findTargetGroup(state, targetGroupArn), ip, port),
    deregisterTarget: (targetGroupArn, ip, port) => {
      const group = state.targetGroups.get(targetGroupArn);
      const leaving = target(targetGroupArn, ip, port);
      if (group && leaving) drainTarget(state, group, leaving);
    },
    targetHealth: (targetGroupArn, ip, port) => target(targetGroupArn, ip, port)?.health,
    targetGroupExists: (targetGroupArn) => state.targetGroups.has(targetGroupArn),
    isAttached: (targetGroupArn) => loadBalancersOf(state, targetGroupArn).length > 0,
    listenerUrls: () =>
      Object.fromEntries(
        [...state.listeners.values()].flatMap(({ arn, server }) => (server ? [[arn, server.url]] : [])),
      ),
    traffic: () => state.traffic,
    setRuleLag: (seconds) => setRuleLag(state, seconds),
    close: async () => {
      for (const group of state.targetGroups.values()) for (const each of group.targets.values()) each.stop();
      await Promise.all([...state.listeners.values()].map(({ server }) => server?.close()));
    },
  };
}
