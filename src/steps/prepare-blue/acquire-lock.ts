import type { Tags } from '../../canary/change.ts';
import type { Decision } from '../../canary/decision.ts';
import { isLockedByOther, lockOf, lockText, refuseLockedByOther } from '../../canary/lock.ts';
import { mostGreen } from '../../canary/production-rules.ts';
import { noRetreat, retreatTagKey } from '../../canary/retreat.ts';
import type { Run } from '../../canary/run.ts';
import type { Service } from '../../canary/service.ts';
import type { Traffic } from '../../canary/traffic.ts';
import { entryTags } from '../shared/ledger-record.ts';

/** Acquires the lock before anything else, so that a second canary is refused from here on. */
export function acquireLock(
  { service, productionRules }: Traffic,
  run: Run,
  request: { readonly takeOver: boolean; readonly dryRun: boolean },
): Decision | undefined {
  const lock = lockOf(service);
  if (run.lockOwner.id === '' || lock?.id === run.lockOwner.id) return undefined;
  // A lock that appeared after this run's own belongs to a deployment that is still running.
  const newer = run.replacedLock !== undefined && run.replacedLock !== (lock?.text ?? '');
  if (!request.takeOver || newer) refuseLockedByOther(service, run.lockOwner);
  // The lock is only bookkeeping: a dry run reports the change after it.
  if (request.dryRun) return undefined;
  const entry = beginning(service, mostGreen(productionRules), run);
  return {
    kind: 'change',
    reason: isLockedByOther(service, run.lockOwner)
      ? `Taking over the lock from ${lock?.text}, as EcsCanary.TakeOver requests.`
      : `Locking the canary of ${service.name} for ${run.lockOwner.id}.`,
    change: {
      kind: 'acquire-lock',
      serviceArn: service.arn,
      text: lockText(run.lockOwner, run.startedAt, mostGreen(productionRules) > 0 || lock?.green !== undefined),
      from: lock?.text ?? '',
      ...(entry && { entry }),
    },
  };
}

/** The ledger's entry for a new canary. @param share that green has already, in percent */
function beginning(service: Service, share: number, run: Run): Tags | undefined {
  const { release, project, environment } = run.lockOwner;
  const note = `release ${release} of ${project} to ${environment}`;
  const entry = entryTags(service, { kind: 'begin', from: share, to: share, note }, run);
  if (service.tags[retreatTagKey] === undefined || run.entryRefusal !== undefined) return entry;
  // Green may stay the same task set, but what a Guard did belongs to the canary before.
  return { ...entry, [retreatTagKey]: noRetreat };
}
