import type { Tags } from '../../canary/change.ts';
import { parseColour, stableTagKey } from '../../canary/colour.ts';
import type { Decision } from '../../canary/decision.ts';
import type { Run } from '../../canary/run.ts';
import type { Service } from '../../canary/service.ts';
import { greenIdleSince, tagTime } from '../../canary/settling.ts';

/**
 * The decision to record that blue, which has all traffic, is stable, and when green lost its traffic; undefined if recorded already.
 * @param owedSince since when green may have had traffic that an earlier, killed run took from it; epoch milliseconds
 * @param entry of the ledger, which is written along
 */
export function recordBlue(
  service: Service,
  run: Pick<Run, 'leftGreenAt' | 'startedAt'>,
  owedSince: number | undefined,
  entry?: Tags,
): Extract<Decision, { kind: 'change' }> | undefined {
  const isStable = parseColour(service.tags[stableTagKey]) === 'Blue';
  // The tag has whole milliseconds, and must not look older than the time it records.
  const needed = run.leftGreenAt === undefined ? owedSince : Math.floor(run.leftGreenAt);
  const known = greenIdleSince(service) ?? Number.NEGATIVE_INFINITY;
  if (isStable && (needed === undefined || known >= needed)) return undefined;
  return {
    kind: 'change',
    reason: `Blue has all of the traffic; recording ${whatIn(isStable, run)}.`,
    change: {
      kind: 'tag-stable',
      serviceArn: service.arn,
      colour: 'Blue',
      greenIdleSince: tagTime(run.leftGreenAt ?? run.startedAt.getTime()),
      ...(entry && { entry }),
    },
  };
}

/** Only a run that took green's traffic knows that green ever had any. */
function whatIn(isStable: boolean, { leftGreenAt }: Pick<Run, 'leftGreenAt'>): string {
  if (!isStable) return 'blue as stable in the StableStack tag';
  return leftGreenAt === undefined ? 'that green has none' : 'when green lost its traffic';
}
