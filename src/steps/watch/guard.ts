import { isLockedByOther, isUnlocked } from '../../canary/lock.ts';
import { areAlike, mostGreen } from '../../canary/production-rules.ts';
import { type PlannedRetreat, retreatOf } from '../../canary/retreat.ts';
import type { Run } from '../../canary/run.ts';
import { sharesOf } from '../../canary/share-record.ts';
import { everCompleted, stackCondition } from '../../canary/stack-status.ts';
import type { Traffic } from '../../canary/traffic.ts';
import type { CanaryReader } from '../../observation/canary-reader.ts';
import { observeTraffic } from '../../observation/observe-traffic.ts';
import type { WatchRequest } from './assessment.ts';
import { basisOf, planRetreat } from './planned-retreat.ts';
import { lookClosely, type Sighting } from './sighting.ts';

/** What a look of Watch Canary found. */
export type WatchState =
  | { readonly kind: 'seen'; readonly sighting: Sighting; readonly planned?: PlannedRetreat | undefined }
  /** A Guard has nothing to watch. */
  | { readonly kind: 'closed'; readonly why: string; readonly traffic?: Traffic; readonly now: number }
  /** A retreat goes on; figures are not read again, because the split that they were of is over. */
  | { readonly kind: 'planned'; readonly traffic: Traffic; readonly planned: PlannedRetreat };

/**
 * A look as a Guard, which may take traffic from green.
 *
 * Who wins when a Guard meets a person: what a person has approved. A Guard judges green only by figures from after
 * the present share was recorded, so a person who approves a share although the figures were bad is not overruled by
 * those figures; it does nothing while green has more than the record says, because a shift is under way; and it
 * leaves off if green gains traffic meanwhile. It only ever lowers green, so where it overtakes a Rollback or
 * another Guard, both write the same.
 */
export async function observeGuard(
  reader: CanaryReader,
  { stackName, alarms, ...request }: WatchRequest & { readonly stackName: string },
  run: Run,
): Promise<WatchState> {
  const planned = run.planned;
  const hasBegun = planned !== undefined && run.movedAt !== undefined;
  const stack = hasBegun ? undefined : await observeStack(reader, stackName);
  if (stack !== undefined) return { kind: 'closed', why: stack, now: run.awsNow };
  const traffic = await observeTraffic(reader, stackName, run.region);
  if (planned && (hasBegun || planned.basis === basisOf(traffic))) return { kind: 'planned', traffic, planned };
  const why = whyClosed(traffic, run, reader.now());
  if (why !== undefined) return { kind: 'closed', why, traffic, now: reader.now() };
  const sighting = await lookClosely(reader, traffic, alarms, run, true);
  return { kind: 'seen', sighting, planned: planRetreat(sighting, { ...request, alarms }) };
}

/** Why there can be no canary in the stack; undefined if there can. */
async function observeStack(reader: CanaryReader, stackName: string): Promise<string | undefined> {
  const stack = await reader.stack();
  if (!stack) return `there is no stack named ${stackName}`;
  const { kind } = stackCondition(stack.status);
  if (!everCompleted(stack.status)) return `the stack ${stackName} was never created completely`;
  return kind === 'busy' ? `an operation on the stack ${stackName} is in progress (${stack.status})` : undefined;
}

/** Why no canary is open, or not for this run; undefined if one is. */
function whyClosed(traffic: Traffic, { lockOwner }: Pick<Run, 'lockOwner'>, now: number): string | undefined {
  const { stable, service, productionRules } = traffic;
  if (stable === 'Green') return 'green is the stable version';
  if (stable === undefined)
    return 'the StableStack tag says neither Blue nor Green, so a person must decide what is stable';
  if (lockOwner.isDeployment && isLockedByOther(service, lockOwner))
    return 'another deployment holds the lock on this canary';
  return mostGreen(productionRules) === 0 && !isUnrecorded(traffic, now) ? 'green gets no traffic' : undefined;
}

/** Whether green has less than the record says, and nobody has said why: a Guard may have been killed before it could. */
function isUnrecorded(traffic: Traffic, now: number): boolean {
  const { service, green, productionRules } = traffic;
  const last = sharesOf(traffic, now).at(-1);
  if (last === undefined || isUnlocked(service) || !areAlike(productionRules)) return false;
  const retreat = retreatOf(service, green.taskSet.id);
  // The tag has whole seconds.
  return mostGreen(productionRules) < last.percent && (retreat === undefined || retreat.at + 1000 < last.at);
}
