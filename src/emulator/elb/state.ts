import type {
  Action,
  Certificate,
  LoadBalancer,
  MutualAuthenticationAttributes,
  RuleCondition,
  RuleTransform,
  Tag,
  TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Series } from '../contract/metrics.ts';
import type { SharedWorld } from '../contract/shared-world.ts';
import type { TargetHealth } from '../contract/targets.ts';

export interface LoadBalancerState {
  readonly arn: string;
  readonly description: Readonly<LoadBalancer> & {
    readonly LoadBalancerName: string;
    readonly Type: 'application' | 'network';
  };
  readonly attributes: Map<string, string>;
}

export interface ListenerState {
  readonly arn: string;
  readonly loadBalancerArn: string;
  protocol: string;
  port: number;
  certificates: readonly Certificate[] | undefined;
  sslPolicy: string | undefined;
  alpnPolicy: readonly string[] | undefined;
  mutualAuthentication: MutualAuthenticationAttributes | undefined;
  readonly attributes: Map<string, string>;
  /** Its current rules and, before them, those that its second node still follows; oldest first. */
  readonly history: RuleSnapshot[];
  /** The local server; undefined before it listens, and for a network load balancer. */
  server: DataPlaneServer | undefined;
}

export interface DataPlaneServer {
  readonly url: string;
  close(): Promise<void>;
}

/** A rule as it was last written; a change replaces the object. */
export interface RuleState {
  readonly arn: string;
  readonly listenerArn: string;
  /** Infinity for the default rule. */
  readonly priority: number;
  readonly conditions: readonly RuleCondition[];
  /** In the form that DescribeRules shows. */
  readonly actions: readonly Action[];
  readonly transforms: readonly RuleTransform[];
}

/** A listener's rules from a point in time, in the order in which they are tried. */
export interface RuleSnapshot {
  /** Emulated epoch milliseconds. */
  readonly time: number;
  readonly rules: readonly RuleState[];
}

export interface TargetState {
  readonly ip: string;
  readonly port: number;
  health: TargetHealth;
  /** Ends the current health checks or draining. */
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
  /** The numbers of its targets after each change, oldest first. */
  readonly hosts: HostCount[];
}

/** How many targets of each health a group has from a point in time. */
export interface HostCount {
  /** Emulated epoch milliseconds. */
  readonly time: number;
  /** Undefined if the group is not attached or has no targets, so that the numbers are not published. */
  readonly loadBalancerArn: string | undefined;
  readonly healthy: number;
  readonly unhealthy: number;
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
  /** Whether a cookie chose the target group, and not the weights. */
  readonly isBound?: true;
  readonly status: number;
}

/** The state of a world's load balancing. */
export interface ElbState {
  readonly world: SharedWorld;
  readonly loadBalancers: Map<string, LoadBalancerState>;
  readonly listeners: Map<string, ListenerState>;
  readonly rules: Map<string, RuleState>;
  readonly targetGroups: Map<string, TargetGroupState>;
  readonly tags: Map<string, readonly Tag[]>;
  readonly traffic: TrafficRecord[];
  /** What was measured, by name and dimensions. */
  readonly series: Map<string, Series>;
  /** Emulated seconds until a listener's second node follows changed rules. */
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
    series: new Map(),
    ruleLagSeconds: world.options.ruleLagSeconds,
  };
}

/** The rules of a listener in the order of evaluation: by priority, the default rule last. */
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
