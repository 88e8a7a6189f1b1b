import { type GateAnswer, refuseUnlessApproved } from '../canary/gate.ts';
import { occupationOf, refuseChangedGreen, refuseTakenByOther, refuseUnlessTakenBy } from '../canary/occupation.ts';
import type { Traffic } from '../canary/traffic.ts';
import { greenPercentOf } from '../canary/weights.ts';
import type { Run } from './step.ts';

/**
 * What must hold before a person's decision moves traffic: whose canary it is, that they approved, and of which green.
 * @param answerOf what the person decided, given green's share at present in percent
 */
export function passGate(
  { service, weights, stable, green }: Traffic,
  run: Run,
  answerOf: (now: number) => GateAnswer,
): GateAnswer {
  refuseTakenByOther(service, run.occupant);
  refuseUnlessApproved(run.approval);
  run.heldCanary ||= occupationOf(service)?.id === run.occupant.id;
  if (run.approval || run.heldCanary) refuseUnlessTakenBy(service, run.occupant);
  const now = greenPercentOf(weights);
  const answer = answerOf(now);
  // A share that green keeps or gains is for the green that was checked alone; a retreat asks nothing.
  const keeps = answer.greenPercent > 0 && answer.greenPercent >= now && answer.held === undefined;
  if (keeps && stable === 'Blue') refuseChangedGreen(service, green.taskSet.id);
  return answer;
}
