import { mostGreen } from '../../canary/production-rules.ts';
import { shareRecordOf } from '../../canary/share-record.ts';
import type { Side } from '../../canary/traffic.ts';
import { compareVersions, type Difference } from '../../canary/version-difference.ts';
import type { Counts, Latency } from '../../evidence/minute.ts';
import type { Assessment, WatchRequest } from './assessment.ts';
import { blastRadius, nextMinutes } from './capacity.ts';
import { headlineOf } from './headline.ts';
import { ringingIn, type Sighting } from './sighting.ts';

/**
 * The card's figures as JSON, for a team's own steps; docs/evidence.md explains each member.
 * Shares and rates are 0 to 1, latencies in seconds, times in ISO 8601; what is not known is null.
 */
export function renderEvidence(sighting: Sighting, assessment: Assessment, request: WatchRequest): string {
  const { traffic, counting, alarms, failed, metrics, versions } = sighting;
  const { verdict, harm, span, errors, latency, ceilings, proof, capacity, ownErrors } = assessment;
  return JSON.stringify({
    format: 1,
    verdict,
    headline: headlineOf(sighting, assessment),
    reasons: harm.map(({ kind, sentence }) => ({ kind, sentence })),
    stack: traffic.stackName,
    greenPercent: mostGreen(traffic.productionRules),
    lookedAt: iso(sighting.now),
    from: iso(span.from),
    until: iso(span.until),
    countedMinutes: span.minutes.length,
    servesSince: iso(counting.servesSince),
    shareSince: iso(counting.shareSince),
    isShiftRecorded: counting.isRecorded,
    blue: colour(traffic.blue, errors.blue, latency.blue, failuresOf(failed, 'blue')),
    green: colour(traffic.green, errors.green, latency.green, failuresOf(failed, 'green')),
    isFair: assessment.isFair,
    errors: {
      verdict: errors.kind,
      counted: request.countErrors,
      // JSON has no infinity.
      eValue: Math.exp(Math.min(errors.logWorse, 700)),
      leastRatio: errors.leastRatio,
      greatestRatio: errors.greatestRatio ?? null,
      greatestRate: errors.green.requests === 0 ? null : errors.greatestRate,
      needed: errors.kind === 'cannot tell yet' ? (errors.more ?? null) : null,
      difference: assessment.difference ?? null,
    },
    latency: {
      verdict: latency.kind,
      marginPercent: request.latencyMargin,
      comparedMinutes: latency.comparedMinutes,
      slowerMinutes: latency.slowerMinutes,
    },
    limits: {
      errorRatePercent: request.maxErrorRate ?? null,
      errorRate: ceilings.errors ?? null,
      latencyMilliseconds: request.maxLatency ?? null,
      latency: ceilings.latency ?? null,
    },
    alarms: alarms.kind === 'read' ? ringingIn(sighting) : null,
    served: proof ?? null,
    capacity: capacity ?? null,
    next: nextOf(assessment, request),
    wayBack: {
      calls: traffic.productionRules.length,
      seconds: shareRecordOf(traffic.service).wayBackSeconds ?? null,
    },
    loadBalancer: ownErrors,
    changes: changesOf(versions),
    unread: [metrics, alarms, failed, versions].flatMap((reading) => (reading.kind === 'unread' ? [reading.why] : [])),
    incomplete: metrics.kind === 'read' ? metrics.value.incomplete : [],
  });
}

/** Null if a task definition is not known. */
function changesOf(versions: Sighting['versions']): readonly Difference[] | null {
  if (versions.kind === 'unread') return null;
  const { blue, green } = versions.value;
  if (!blue.version || !green.version) return null;
  return compareVersions({ ...blue, version: blue.version }, { ...green, version: green.version });
}

function failuresOf(failed: Sighting['failed'], colour: 'blue' | 'green'): number | null {
  return failed.kind === 'read' ? failed.value[colour].length : null;
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

function colour({ taskSet, healthy }: Side, counts: Counts, latency: Latency | undefined, failedTasks: number | null) {
  return {
    taskDefinition: taskSet.taskDefinition,
    // Not measured is not the same as zero.
    requests: counts.requests === 0 ? null : counts.requests,
    errors: counts.requests === 0 ? null : counts.errors,
    errorRate: counts.requests === 0 ? null : counts.errors / counts.requests,
    latency: latency ?? null,
    healthyTargets: healthy,
    desiredTasks: taskSet.computedDesired,
    runningTasks: taskSet.running,
    failedTasks,
  };
}

function nextOf({ capacity, errors }: Assessment, { nextPercent }: WatchRequest) {
  if (nextPercent === undefined) return null;
  const known = capacity !== undefined && errors.green.requests > 0;
  return {
    greenPercent: nextPercent,
    minutes: nextMinutes,
    ...(known ? blastRadius(capacity.total, nextPercent, errors.greatestRate) : { requests: null, failures: null }),
  };
}
