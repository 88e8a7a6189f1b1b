import { describeRules } from './bypass-rules.ts';
import type { Decision } from './decision.ts';
import { stickySeconds } from './listener-rule.ts';
import type { ProductionRule } from './production-rules.ts';
import { regionOf } from './region-option.ts';
import { scaleChange } from './scale-change.ts';
import type { Service } from './service.ts';
import type { Side, Traffic } from './traffic.ts';

/** How long a step waits after traffic was taken from a colour. */
export interface Settling {
  /** Seconds since this run first read the weights as they are now. */
  readonly quietSeconds: number;
  /** EcsCanary.SettleSeconds: AWS does not publish how long load balancer nodes take to apply a changed rule. */
  readonly settleSeconds: number;
  /** The longest possible wait, in seconds. */
  readonly patienceSeconds: number;
}

/** The longest time limit that a step may have, in minutes. */
export const mostMinutes = 720;

/** The service's tag that says when green last lost its traffic, in UTC. */
export const greenIdleTagKey = 'EcsCanaryGreenIdleSince';

/** A time as the tag has it. @param milliseconds since the epoch */
export function tagTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** When green last lost its traffic, in epoch milliseconds; undefined where no tag says it. */
export function greenIdleSince({ tags }: Pick<Service, 'tags'>): number | undefined {
  const since = Date.parse(tags[greenIdleTagKey] ?? '');
  return Number.isNaN(since) ? undefined : since;
}

type Idle = Pick<Side, 'colour' | 'taskSet'>;
type TrafficFacts = Pick<Traffic, 'service' | 'cluster' | 'productionRules' | 'bypassRules' | 'waysToBlue' | 'known'>;

/**
 * Scales down a colour that lost traffic, once no request can still be routed to it.
 * @param what why, as the end of "Scaling blue …"
 * @returns undefined if it is small enough or must keep its scale
 */
export function shrink(
  traffic: TrafficFacts,
  idle: Idle,
  percent: number,
  settling: Settling,
  what: string,
): Decision | undefined {
  if (idle.taskSet.scalePercent <= percent || whyKept(traffic, idle, percent, settling).length > 0) return undefined;
  const colour = idle.colour.toLowerCase();
  const needed = Math.max(settling.settleSeconds, longestStickiness(traffic.productionRules));
  const left = Math.ceil(needed - settling.quietSeconds);
  if (left > 0)
    return {
      kind: 'wait',
      reason: `${idle.colour} stays at ${idle.taskSet.scalePercent} % for another ${left} s (of ${needed} s), so that every load balancer node applies the new weights${needed > settling.settleSeconds ? ' and stickiness ends' : ''}.`,
      percent: Math.floor((settling.quietSeconds / needed) * 100),
      seconds: left,
    };
  return {
    kind: 'change',
    reason: `Scaling ${colour}${what}, from ${idle.taskSet.scalePercent} % down to ${percent} %.`,
    change: scaleChange(traffic, idle, percent),
  };
}

/** Why a colour stays larger than the operator asked for; empty where it does not. */
export function whyKept(traffic: TrafficFacts, idle: Idle, percent: number, settling: Settling): readonly string[] {
  const { scalePercent, id } = idle.taskSet;
  if (scalePercent <= percent) return [];
  const colour = idle.colour;
  const reaching = colour === 'Blue' ? traffic.waysToBlue : traffic.bypassRules;
  if (reaching.length > 0)
    return [
      `${colour} stays at ${scalePercent} %: users still reach it through ${describeRules(reaching, traffic.known.names)}.`,
    ];
  const sticky = longestStickiness(traffic.productionRules);
  const needed = Math.max(sticky, settling.settleSeconds);
  if (needed <= settling.patienceSeconds) return [];
  const why =
    sticky === needed
      ? `stickiness keeps visitors on it for up to ${sticky} seconds`
      : `EcsCanary.SettleSeconds is ${needed} seconds`;
  const minutes = Math.ceil(needed / 30);
  const longer =
    minutes > mostMinutes ? ' ' : ` , or raise EcsCanary.TimeoutMinutes to at least ${minutes} and run the step again`;
  return [
    `${colour} stays at ${scalePercent} %: ${why}, longer than this step can wait. After that time, run: aws ecs update-task-set --cluster ${traffic.cluster} --service ${traffic.service.name} --task-set ${id} --scale value=${percent},unit=PERCENT ${regionOf(traffic.service.arn)}${longer}.`,
  ];
}

/** The longest stickiness of any rule, in seconds; 0 if none has it. */
export function longestStickiness(productionRules: readonly ProductionRule[]): number {
  return Math.max(0, ...productionRules.map(({ rule }) => stickySeconds(rule)));
}

/**
 * Waits until no request can still be routed to a green that is about to be replaced: a load balancer node with
 * old weights would send users to a version that nobody approved.
 * @param run when it began, and the time now; epoch milliseconds
 */
export function awaitQuietGreen(
  service: Service,
  settleSeconds: number,
  run: { readonly startedAt: Date; readonly now: number },
): Decision | undefined {
  const recorded = greenIdleSince(service);
  if (recorded === undefined) return undefined;
  // Workers' clocks differ; a fast one must not make a run wait longer than it is told to.
  const since = Math.min(recorded, run.startedAt.getTime());
  const left = Math.ceil(settleSeconds - (run.now - since) / 1000);
  if (left <= 0) return undefined;
  return {
    kind: 'wait',
    reason: `Green had traffic until ${tagTime(recorded).slice(0, 19)}Z. Replacing it in ${left} s, so that every load balancer node applies the new weights first.`,
    percent: Math.floor((1 - left / settleSeconds) * 100),
    seconds: left,
  };
}
