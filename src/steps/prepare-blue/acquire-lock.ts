import type { Decision } from '../../canary/decision.ts';
import { isTakenByOther, occupationOf, occupationText, refuseTakenByOther } from '../../canary/lock.ts';
import { mostGreen } from '../../canary/production-rules.ts';
import type { Traffic } from '../../canary/traffic.ts';
import type { Run } from '../step.ts';

/** Marks the service as taken before anything else, so that a second canary is refused from here on. */
export function takeCanary(
  { service, doors }: Traffic,
  run: Run,
  wish: { readonly takeOver: boolean; readonly dryRun: boolean },
): Decision | undefined {
  const occupation = occupationOf(service);
  if (run.occupant.id === '' || occupation?.id === run.occupant.id) return undefined;
  // A mark that appeared after this run's own was made by a deployment that is alive.
  const newer = run.tookCanaryFrom !== undefined && run.tookCanaryFrom !== (occupation?.text ?? '');
  if (!wish.takeOver || newer) refuseTakenByOther(service, run.occupant);
  // The mark is only bookkeeping: a dry run tells what would come after it.
  if (wish.dryRun) return undefined;
  return {
    kind: 'change',
    reason: isTakenByOther(service, run.occupant)
      ? `Taking the canary over from ${occupation?.text}, as EcsCanary.TakeOver asks.`
      : `Marking the canary of ${service.name} as taken by ${run.occupant.id}.`,
    change: {
      kind: 'take-canary',
      serviceArn: service.arn,
      text: occupationText(run.occupant, run.startedAt, mostGreen(doors) > 0 || occupation?.green !== undefined),
      from: occupation?.text ?? '',
    },
  };
}
