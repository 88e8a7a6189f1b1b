import type { LoadBalancerMinute, Traffic as Metrics } from '../../aws/aws.ts';
import { mostGreen } from '../../canary/production-rules.ts';
import { type CeilingVerdict, judgeErrorCeiling, judgeLatencyCeiling } from '../../evidence/ceiling-verdict.ts';
import { countMinutes } from '../../evidence/count-minutes.ts';
import { type ErrorVerdict, judgeErrors } from '../../evidence/error-verdict.ts';
import { judgeLatency, type LatencyVerdict } from '../../evidence/latency-verdict.ts';
import type { Span } from '../../evidence/minute.ts';
import { compareRates, type RateDifference } from '../../evidence/rate-difference.ts';
import { type Capacity, measureCapacity } from './capacity.ts';
import { figuresOf } from './figures.ts';
import { findHarm, type Harm } from './harm.ts';
import { type Proof, proveTraffic } from './proof.ts';
import type { Sighting } from './sighting.ts';

/** What the operator asked of the watch; shares and margins in percent, latency in milliseconds. */
export interface WatchRequest {
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
  const metrics = sighting.metrics.kind === 'read' ? sighting.metrics.value : undefined;
  const figures = metrics ? figuresOf(metrics, traffic.groups, request.countErrors !== '5xx') : [];
  const span = countMinutes(figures, {
    greenDeployedAt: counting.greenDeployedAt,
    greenServesSince: counting.servesSince,
    shiftedAt: counting.shiftedAt,
    now,
  });
  const errors = judgeErrors(span);
  const latency = judgeLatency(span, request.latencyMargin / 100);
  const ceilings = judgeCeilings(span, request);
  const harm = findHarm(sighting, { errors, latency, ceilings, request });
  return {
    ...{ harm, span, errors, latency, ceilings },
    verdict: harm.length > 0 ? 'Worse' : verdictOf(errors),
    difference: compareRates(errors.blue, errors.green),
    proof: proveTraffic(sighting, span),
    capacity: metrics && measureCapacity(traffic, metrics, span),
    ownErrors: countOwnErrors(metrics, span),
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

function countOwnErrors(metrics: Metrics | undefined, { from, until }: Span): Assessment['ownErrors'] {
  const minutes = Object.values(metrics?.loadBalancers ?? {}).flat();
  return {
    since: addUp(minutes.filter(({ start }) => start >= from && start < until)),
    before: addUp(minutes.filter(({ start }) => start < from)),
  };
}

function addUp(minutes: readonly LoadBalancerMinute[]): OwnErrors {
  return {
    requests: minutes.reduce((sum, { requests }) => sum + requests, 0),
    errors: minutes.reduce((sum, { errors }) => sum + errors.all, 0),
  };
}

/** Whether green gets any traffic at the production rules. */
export function isServing({ traffic }: Pick<Sighting, 'traffic'>): boolean {
  return mostGreen(traffic.productionRules) > 0;
}
