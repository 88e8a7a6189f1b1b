import type { LoadBalancerMinute, Traffic as Metrics } from '../../aws/aws.ts';
import { areAlike, mostGreen } from '../../canary/production-rules.ts';
import { sharesOf } from '../../canary/share-record.ts';
import { type CeilingVerdict, judgeErrorCeiling, judgeLatencyCeiling } from '../../evidence/ceiling-verdict.ts';
import { countMinutes } from '../../evidence/count-minutes.ts';
import { type ErrorVerdict, judgeErrors } from '../../evidence/error-verdict.ts';
import { judgeLatency, type LatencyVerdict } from '../../evidence/latency-verdict.ts';
import type { Span } from '../../evidence/minute.ts';
import { compareRates, type RateDifference } from '../../evidence/rate-difference.ts';
import type { Times } from '../shared/require-hours.ts';
import { type Capacity, measureCapacity } from './capacity.ts';
import { figuresOf } from './figures.ts';
import { findHarm, type Harm } from './harm.ts';
import { type Proof, proveTraffic } from './proof.ts';
import type { Sighting } from './sighting.ts';

/** What the operator asked of the watch; shares and margins in percent, latency in milliseconds. */
export interface WatchRequest extends Times {
  readonly watchMinutes: number;
  readonly whenWorse: 'Ask' | 'Fail' | 'Retreat';
  readonly retreatTo: 'Zero' | 'LastGood';
  readonly onSilence: 'Stay' | 'Retreat';
  readonly latencyMargin: number;
  readonly countErrors: '5xx' | '4xx and 5xx';
  readonly maxErrorRate: number | undefined;
  readonly maxLatency: number | undefined;
  readonly alarms: readonly string[];
  readonly nextPercent: number | undefined;
}

/** As the output variable has it. */
export type Verdict = 'Worse' | 'NoWorse' | 'Better' | 'CannotTell' | 'NoEvidence';

/** What the figures of one look say. */
export interface Assessment {
  readonly verdict: Verdict;
  /** Why green is worse; empty if it is not. */
  readonly harm: readonly Harm[];
  readonly span: Span;
  readonly errors: ErrorVerdict;
  readonly latency: LatencyVerdict;
  /** Whether both colours serve the same requests, so that comparing them says something. */
  readonly isFair: boolean;
  readonly ceilings: { readonly errors?: CeilingVerdict; readonly latency?: CeilingVerdict };
  readonly difference: RateDifference | undefined;
  /** Undefined before there are figures of the present share. */
  readonly proof: Proof | undefined;
  readonly capacity: Capacity | undefined;
  /** Requests that the load balancer answered itself with 500 or more: in the counted minutes, and in those before. */
  readonly ownErrors: { readonly since: OwnErrors; readonly before: OwnErrors };
}

/** Errors of the load balancer itself among all of its requests. */
export interface OwnErrors {
  readonly requests: number;
  readonly errors: number;
}

/** Judges what was seen. */
export function assess(sighting: Sighting, request: WatchRequest): Assessment {
  const { traffic, counting, now } = sighting;
  const metrics = completeMetrics(sighting);
  const figures = metrics ? figuresOf(metrics, traffic.groups, request.countErrors !== '5xx') : [];
  const span = countMinutes(figures, {
    greenDeployedAt: counting.greenDeployedAt,
    greenServesSince: counting.servesSince,
    shiftedAt: counting.shiftedAt,
    restarts: counting.restarts,
    now,
  });
  const errors = judgeErrors(span);
  const latency = judgeLatency(span, request.latencyMargin / 100);
  const ceilings = judgeCeilings(span, request);
  const isFair = isComparable(sighting) || (request.whenWorse === 'Retreat' && isTorn(sighting));
  const harm = findHarm(sighting, { errors, latency, ceilings, request, isFair });
  return {
    ...{ harm, span, errors, latency, ceilings, isFair },
    verdict: harm.length > 0 ? 'Worse' : isFair || errors.kind === 'no evidence' ? verdictOf(errors) : 'CannotTell',
    difference: compareRates(errors.blue, errors.green),
    proof: proveTraffic(sighting, span),
    capacity: metrics && measureCapacity(traffic, metrics, span),
    ownErrors: countOwnErrors(metrics, span, counting.knowsBefore),
  };
}

function verdictOf({ kind }: ErrorVerdict): Verdict {
  const words = {
    worse: 'Worse',
    'no worse': 'NoWorse',
    better: 'Better',
    'cannot tell yet': 'CannotTell',
    'no evidence': 'NoEvidence',
  } as const;
  return words[kind];
}

function judgeCeilings(span: Span, { maxErrorRate, maxLatency }: WatchRequest): Assessment['ceilings'] {
  return {
    ...(maxErrorRate !== undefined && { errors: judgeErrorCeiling(span, maxErrorRate / 100) }),
    ...(maxLatency !== undefined && { latency: judgeLatencyCeiling(span, maxLatency / 1000) }),
  };
}

function countOwnErrors(
  metrics: Metrics | undefined,
  { from, until }: Span,
  knowsBefore: boolean,
): Assessment['ownErrors'] {
  const minutes = Object.values(metrics?.loadBalancers ?? {}).flat();
  return {
    since: addUp(minutes.filter(({ start }) => start >= from && start < until)),
    before: addUp(minutes.filter(({ start }) => knowsBefore && start < from)),
  };
}

function addUp(minutes: readonly LoadBalancerMinute[]): OwnErrors {
  return {
    requests: minutes.reduce((sum, { requests }) => sum + requests, 0),
    errors: minutes.reduce((sum, { errors }) => sum + errors.all, 0),
  };
}

/** Without all figures of both target groups, one colour would seem to have everything. */
function completeMetrics({ metrics }: Sighting): Metrics | undefined {
  return metrics.kind === 'read' && metrics.value.incomplete.length === 0 ? metrics.value : undefined;
}

/** Rules with different shares, and rules outside the split, bring each colour requests of its own. */
export function isComparable({ traffic }: Pick<Sighting, 'traffic'>): boolean {
  const { productionRules, rulesToBlue, bypassRules } = traffic;
  return areAlike(productionRules) && rulesToBlue.length === 0 && bypassRules.length === 0;
}

/** Where a Guard was stopped between two rules, the figures since the record are those of a share that was the same at all. */
function isTorn({ traffic, now }: Sighting): boolean {
  const { productionRules, rulesToBlue, bypassRules } = traffic;
  const last = sharesOf(traffic, now).at(-1);
  const most = mostGreen(productionRules);
  return last !== undefined && rulesToBlue.length + bypassRules.length === 0 && most <= last.percent + 0.05;
}

/** Whether green gets any traffic at the production rules. */
export function isServing({ traffic }: Pick<Sighting, 'traffic'>): boolean {
  return mostGreen(traffic.productionRules) > 0;
}
