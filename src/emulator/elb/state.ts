import type {
  Action,
  Certificate,
  LoadBalancer,
  RuleCondition,
  RuleTransform,
  Tag,
  TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { SharedWorld } from '../contract/shared-world.ts';
import type { TargetHealth } from '../contract/targets.ts';

export interface LoadBalancerState {
  readonly arn: string;
  readonly description: Readonly<LoadBalancer> & {
    readonly LoadBalancerName: string;
    readonly Type: 'application' | 'network';
  };
}

export interface ListenerState {
  readonly arn: string;
  readonly loadBalancerArn: string;
  protocol: string;
  port: number;
  certificates: readonly Certificate[] | undefined;
  sslPolicy: string | undefined;
  alpnPolicy: readonly string[] | undefined;
  /** Its rules now and, before them, those that its second node still goes by; oldest first. */
  readonly history: RuleSnapshot[];
  /** The local server; none before it listens, and none for a network load balancer. */
  server: DataPlaneServer | undefined;
}

export interface DataPlaneServer {
  readonly url: string;
  close(): Promise<void>;
}

/** A rule as it was last written; a change puts another in its place. */
export interface RuleState {
  readonly arn: string;
  readonly listenerArn: string;
  /** Infinity is the default rule's. */
  readonly priority: number;
  readonly conditions: readonly RuleCondition[];
  /** As DescribeRules shows them. */
  readonly actions: readonly Action[];
  readonly transforms: readonly RuleTransform[];
}

/** A listener's rules from one moment on, in the order in which they are tried. */
export interface RuleSnapshot {
  /** Emulated epoch milliseconds. */
  readonly time: number;
  readonly rules: readonly RuleState[];
}

export interface TargetState {
  readonly ip: string;
  readonly port: number;
  health: TargetHealth;
  /** Ends the health checks or the draining that is under way. */
  stop: () => void;
}

export interface TargetGroupState {
  readonly arn: string;
  description: Readonly<TargetGroup> & { readonly TargetGroupName: string };
  readonly attributes: Map<string, string>;
  /** By `ip:port`. */
  readonly targets: Map<string, TargetState>;
  /** Counts the requests that the round robin has placed. */
  turn: number;
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

/** All that the load balancing of a world holds; one plain bag, changed only by the operations. */
export interface ElbState {
  readonly world: SharedWorld;
  readonly loadBalancers: Map<string, LoadBalancerState>;
  readonly listeners: Map<string, ListenerState>;
  readonly rules: Map<string, RuleState>;
  readonly targetGroups: Map<string, TargetGroupState>;
  readonly tags: Map<string, readonly Tag[]>;
  readonly traffic: TrafficRecord[];
  /** Emulated seconds until the second node of a listener learns of changed rules. */
  ruleLagSeconds: number;
}

export function createElbState(world: SharedWorld): ElbState {
  return {
    world,
    loadBalancers: new Map(),
    listeners: new Map(),
    rules: new Map(),
    targetGroups: new Map(),
    tags: new Map(),
    traffic: [],
    ruleLagSeconds: world.options.ruleLagSeconds,
  };
}

/** The rules of a listener as they are evaluated: by priority, the default rule last. */
export function rulesOf(state: ElbState, listenerArn: string): RuleState[] {
  return [...state.rules.values()]
    .filter((rule) => rule.listenerArn === listenerArn)
    .sort((a, b) => (a.priority === b.priority ? 0 : a.priority - b.priority));
}

export function isDefaultRule(rule: RuleState): boolean {
  return rule.priority === Number.POSITIVE_INFINITY;
}

/** Target groups that an action forwards to, at any weight. */
export function forwardedGroups(actions: readonly Action[]): string[] {
  return actions.flatMap((action) => [
    ...(action.TargetGroupArn ? [action.TargetGroupArn] : []),
    ...(action.ForwardConfig?.TargetGroups ?? []).flatMap(({ TargetGroupArn }) => TargetGroupArn ?? []),
  ]);
}

/** The load balancers whose listeners forward to the group. */
export function loadBalancersOf(state: ElbState, targetGroupArn: string): string[] {
  const found = new Set<string>();
  for (const rule of state.rules.values()) {
    const loadBalancerArn = state.listeners.get(rule.listenerArn)?.loadBalancerArn;
    if (loadBalancerArn && forwardedGroups(rule.actions).includes(targetGroupArn)) found.add(loadBalancerArn);
  }
  return [...found];
}
