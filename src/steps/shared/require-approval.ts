import { type GateAnswer, refuseUnlessApproved } from '../../canary/approval.ts';
import { occupationOf, refuseChangedGreen, refuseTakenByOther, refuseUnlessTakenBy } from '../../canary/lock.ts';
import { leastGreen, mostGreen } from '../../canary/production-rules.ts';
import type { Service } from '../../canary/service.ts';
import type { Traffic } from '../../canary/traffic.ts';
import type { Run } from '../step.ts';

/**
 * What must hold before a person's decision moves traffic: whose canary it is, that they approved, and of which green.
 * @param answerOf what the person decided, given the largest share that green has at any door, in percent
 */
export function passGate(
  { service, doors, stable, green }: Traffic,
  run: Run,
  answerOf: (now: number) => GateAnswer,
): GateAnswer {
  refuseLostCanary(service, run);
  refuseUnlessApproved(run.approval);
  if (run.approval) refuseUnlessTakenBy(service, run.occupant);
  const answer = answerOf(mostGreen(doors));
  const isRetreat =
    answer.greenPercent === 0 || answer.held !== undefined || onlyTakes(answer.greenPercent, doors, run);
  // A share that green keeps or gains is for the green that was checked alone; a retreat asks nothing.
  if (!isRetreat && stable === 'Blue') refuseChangedGreen(service, green.taskSet.id);
  return answer;
}

/** Whether that share only takes traffic from green; one that this run brought a rule down to is kept there while the others follow. */
function onlyTakes(greenPercent: number, doors: Traffic['doors'], run: Run): boolean {
  if (greenPercent > leastGreen(doors)) return false;
  if (greenPercent < mostGreen(doors)) run.retreatTo = greenPercent;
  return run.retreatTo === greenPercent;
}

/** Refuses when another deployment has the canary, or when this run saw its own mark and it is gone: a person rolled back meanwhile. */
export function refuseLostCanary(service: Service, run: Run): void {
  refuseTakenByOther(service, run.occupant);
  run.heldCanary ||= occupationOf(service)?.id === run.occupant.id;
  if (run.heldCanary) refuseUnlessTakenBy(service, run.occupant);
}
