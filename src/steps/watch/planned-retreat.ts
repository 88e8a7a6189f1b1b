import { ledgerOf } from '../../canary/ledger.ts';
import type { LedgerEntry } from '../../canary/ledger-entry.ts';
import { areAlike, leastGreen, mostGreen } from '../../canary/production-rules.ts';
import { endingOf, type PlannedRetreat, type RetreatCause, retreatTagKey } from '../../canary/retreat.ts';
import { isPast, sharesOf, sharesTagKey } from '../../canary/share-record.ts';
import type { Traffic } from '../../canary/traffic.ts';
import { greenPercentOf } from '../../canary/weights.ts';
import { leaseInForce } from '../shared/lease-record.ts';
import { assess, isComparable, isServing, type WatchRequest } from './assessment.ts';
import { findingsOf } from './findings.ts';
import type { Sighting } from './sighting.ts';
import { isSilent } from './silence.ts';

/** What the figures give reason to take from green; undefined if nothing. */
export function planRetreat(sighting: Sighting, request: WatchRequest): PlannedRetreat | undefined {
  const { traffic, now } = sighting;
  const assessment = assess(sighting, request);
  const { errors, harm, verdict, span } = assessment;
  const isLost =
    request.onSilence === 'Retreat' &&
    isServing(sighting) &&
    isComparable(sighting) &&
    isSilent(sighting, span, request.watchMinutes);
  const lease = leaseInForce(traffic, now);
  const share = mostGreen(traffic.productionRules);
  const isOver = lease !== undefined && now >= lease.until && share > lease.back && share <= lease.percent + 0.05;
  const cause: RetreatCause | undefined =
    verdict === 'Worse' ? 'Worse' : isLost ? 'silent' : isOver ? 'lease-ended' : undefined;
  if (cause === undefined) return undefined;
  const { productionRules, service } = traffic;
  const last = sharesOf(traffic, now).at(-1);
  const most = mostGreen(productionRules);
  const isSick = harm.some(({ kind }) => kind === 'health' || kind === 'crash loop');
  const good = request.retreatTo === 'LastGood' && cause !== 'silent' && !isSick ? lastGoodShare(traffic, now) : 0;
  const goal = cause === 'lease-ended' ? (lease?.back ?? 0) : isOver ? Math.min(good, lease.back) : good;
  // Where another run was stopped between two rules, its lower share is the one to reach.
  const to = areAlike(productionRules) ? goal : Math.min(goal, leastGreen(productionRules));
  return {
    basis: basisOf(traffic),
    shares: Object.fromEntries(productionRules.map(({ rule, weights }) => [rule.arn, greenPercentOf(weights)])),
    ending: endingOf(service),
    retreat: {
      at: now,
      // What a killed run took away is what was recorded before.
      from: most > to ? most : (last?.percent ?? most),
      to,
      cause,
      ...(errors.green.requests > 0 && {
        counts: { green: plain(errors.green), blue: plain(errors.blue) },
      }),
      kinds: harm.map(({ kind }) => kind),
    },
    outputs: {
      ...findingsOf(sighting, assessment, request),
      ...(cause !== 'lease-ended' && { ConfirmCommand: `/weight ${request.nextPercent ?? 25}!` }),
    },
  };
}

/** The last smaller share of this green of which an approver saw figures that did not call it worse, and nobody has since; 0 without one. */
function lastGoodShare({ service, green, productionRules }: Traffic, now: number): number {
  const seen = ledgerOf(service).filter(({ at }) => at >= green.taskSet.createdAt.getTime() && isPast(at, now));
  const good = seen.reduce<readonly number[]>(judgeShare, []);
  return good.findLast((share) => share < mostGreen(productionRules)) ?? 0;
}

/** The shares that are good after one more entry: what is bad at a share is bad at every larger one. */
function judgeShare(good: readonly number[], { kind, from, evidence }: LedgerEntry): readonly number[] {
  const { verdict = '' } = evidence ?? {};
  if (from === undefined) return good;
  if (kind === 'retreat' || verdict === 'Worse') return good.filter((share) => share < from);
  return /^(share|hold)$/.test(kind) && /^(NoWorse|Better|CannotTell)$/.test(verdict) ? [...good, from] : good;
}

function plain({ errors, requests }: { readonly errors: number; readonly requests: number }) {
  return { errors, requests };
}

/** All that a retreat is decided on besides figures. */
export function basisOf({ productionRules, service, green, stable }: Traffic): string {
  return JSON.stringify([
    productionRules.map(({ rule, weights }) => [rule.arn, greenPercentOf(weights)]),
    [green.taskSet.id, stable, endingOf(service), service.tags[sharesTagKey], service.tags[retreatTagKey]],
  ]);
}
