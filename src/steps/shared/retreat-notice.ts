import type { Decision } from '../../canary/decision.ts';
import { describeRetreat, retreatOf } from '../../canary/retreat.ts';
import type { Run } from '../../canary/run.ts';
import type { Traffic } from '../../canary/traffic.ts';

/** What a Guard did, as a warning before anything is written: whoever approved may have read a summary from before. */
export function tellRetreat<D extends Decision>(
  decision: D,
  { service, green, stable }: Traffic,
  { wrote, awsNow }: Pick<Run, 'wrote' | 'awsNow'>,
): D {
  const retreat = stable === 'Blue' ? retreatOf(service, green.taskSet.id) : undefined;
  if (!retreat || wrote || decision.kind === 'wait') return decision;
  const sentence = describeRetreat(retreat, awsNow);
  const warnings = decision.warnings ?? [];
  return warnings.some((warning) => warning.startsWith(sentence))
    ? decision
    : { ...decision, warnings: [sentence, ...warnings] };
}
