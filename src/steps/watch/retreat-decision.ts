import type { Decision } from '../../canary/decision.ts';
import { awaitHealthy } from '../../canary/health.ts';
import { atAll, describeShares, mostGreen } from '../../canary/production-rules.ts';
import {
  causeOf,
  describeRetreat,
  endingOf,
  formatRetreat,
  type PlannedRetreat,
  type Retreat,
  retreatOf,
  retreatTagKey,
} from '../../canary/retreat.ts';
import type { Run } from '../../canary/run.ts';
import { appendShare, formatRecord, shareRecordOf, sharesOf, sharesTagKey } from '../../canary/share-record.ts';
import { trafficOutputs } from '../../canary/summary.ts';
import { type Traffic, tagDisagrees } from '../../canary/traffic.ts';
import { moveTraffic } from '../../canary/traffic-move.ts';
import { greenPercentOf, weightsForGreen } from '../../canary/weights.ts';
import { readGateEvidence } from '../shared/gate-evidence.ts';
import { type Bookkeeping, type DecidingRun, keepLedger, recordEntry } from '../shared/ledger-record.ts';
import { fitCard } from './card.ts';

type RetreatRun = DecidingRun & Pick<Run, 'recordRefusal'>;

/** Takes traffic from green, weights first, then the tags that say so; gives none back, whatever happens. */
export function decideRetreat(traffic: Traffic, planned: PlannedRetreat, run: RetreatRun): Decision {
  const { productionRules, stable, blue } = traffic;
  const isRaised = productionRules.some(
    ({ rule, weights }) => greenPercentOf(weights) > (planned.shares[rule.arn] ?? 0) + tolerance,
  );
  if (isRaised) return leave(traffic, planned, 'somebody gave green more traffic in the meantime');
  if (stable === 'Green') throw tagDisagrees(traffic, ': a promotion ended while Guard took traffic from green.');
  const to = targetOf(traffic, planned, run.awsNow);
  const productionRule = productionRules.find(({ weights }) => greenPercentOf(weights) > to + tolerance);
  if (!productionRule) return recordRetreat(traffic, planned, run) ?? done(traffic, planned, run);
  if (blue.healthy === 0 && run.movedAt === undefined) return leave(traffic, planned, 'blue has no healthy target');
  return (
    awaitHealthy(blue, 1, []) ?? {
      ...moveTraffic(traffic, productionRule, weightsForGreen(to), {
        lead: `Guard takes traffic from green (${causeOf(planned.retreat)}): moving it`,
      }),
      isDoubtful: run.movedAt === undefined,
    }
  );
}

/** Green's share of thousandths compares inexactly. */
const tolerance = 1e-9;

/** Whoever ended the canary, or lowered green further, has gone further than the plan. */
function targetOf(traffic: Traffic, { ending, retreat }: PlannedRetreat, now: number): number {
  if (endingOf(traffic.service) !== ending) return 0;
  const last = sharesOf(traffic, now).at(-1);
  return Math.min(retreat.to, last?.percent ?? retreat.to);
}

/** One write for both tags, so that nobody finds the lower share without its reason. */
function recordRetreat(traffic: Traffic, planned: PlannedRetreat, run: RetreatRun): Decision | undefined {
  const { service, green, productionRules } = traffic;
  const retreat = inForce(traffic, planned, run);
  const record = shareRecordOf(service);
  const known = retreatOf(service, green.taskSet.id);
  const isKnown = known !== undefined && known.to === retreat.to && known.at >= wholeSeconds(planned.retreat.at);
  const { entry } = ledgerOfRetreat(traffic, planned, run);
  // Another Guard's retreat has an entry of its own.
  if (isKnown) return known.at === wholeSeconds(retreat.at) ? recordEntry(service, entry, entryLost) : undefined;
  if (run.recordRefusal !== undefined) return undefined;
  const share = { at: retreat.at, percent: mostGreen(productionRules) };
  return {
    kind: 'change',
    reason: 'Recording in the EcsCanaryRetreated tag how much traffic was taken from green, and why.',
    change: {
      kind: 'record',
      serviceArn: service.arn,
      tags: {
        [sharesTagKey]: formatRecord(appendShare(record, share, green.taskSet)),
        [retreatTagKey]: formatRetreat(retreat, green.taskSet.id),
      },
      ...(entry && { entry }),
    },
  };
}

const entryLost =
  'Recording the retreat in the ledger again, because another step has just written an entry in its place.';

function ledgerOfRetreat(traffic: Traffic, planned: PlannedRetreat, run: RetreatRun): Bookkeeping {
  const { from, to, cause } = inForce(traffic, planned, run);
  const evidence = readGateEvidence(planned.outputs['Evidence'] ?? '');
  const kind = cause === 'lease-ended' ? cause : 'retreat';
  return keepLedger(traffic.service, { kind, from, to, evidence, note: cause }, run, 'watch');
}

function inForce({ productionRules }: Traffic, { retreat }: PlannedRetreat, { movedAt }: RetreatRun): Retreat {
  return { ...retreat, at: movedAt ?? retreat.at, to: Number(mostGreen(productionRules).toFixed(1)) };
}

function wholeSeconds(epochMs: number): number {
  return Math.floor(epochMs / 1000) * 1000;
}

function done(traffic: Traffic, planned: PlannedRetreat, run: RetreatRun): Decision {
  const sentence = describeRetreat(inForce(traffic, planned, run), run.awsNow);
  const { warnings, artifacts } = ledgerOfRetreat(traffic, planned, run);
  return {
    kind: 'done',
    reason: `${sentence} Traffic is split ${describeShares(traffic.productionRules)}${atAll(traffic.productionRules)}, read back.`,
    warnings: [
      sentence,
      ...(run.recordRefusal === undefined
        ? []
        : [
            `The retreat could not be recorded, so the next Shift Traffic will not know about it. ${run.recordRefusal} The tag is EcsCanaryRetreated; policies/watch.json allows it.`,
          ]),
      ...warnings,
    ],
    artifacts,
    ...told(traffic, planned, `${sentence} Below is what it saw before the retreat.`, true),
  };
}

/** Green keeps what it has. */
function leave(traffic: Traffic, planned: PlannedRetreat, why: string): Decision {
  const text = `Guard would take traffic from green (${causeOf(planned.retreat)}), but ${why}, so it leaves the traffic split ${describeShares(traffic.productionRules)}.`;
  return { kind: 'done', reason: text, warnings: [text], ...told(traffic, planned, text, false) };
}

function told(traffic: Traffic, { outputs }: PlannedRetreat, first: string, retreated: boolean) {
  const summary = fitCard([first, ''], (outputs['Summary'] ?? '').split('\n'));
  return {
    report: summary,
    outputs: {
      ...trafficOutputs(traffic),
      ...outputs,
      Summary: summary,
      Retreated: retreated ? 'True' : 'False',
      ...(!retreated && { ConfirmCommand: '' }),
    },
  };
}
