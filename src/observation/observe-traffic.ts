import type { StoppedTask } from '../canary/health.ts';
import { type ListenerRule, listenerArnOf } from '../canary/listener-rule.ts';
import { partSays } from '../canary/location-hints.ts';
import { describeUsersListener, namesBlue } from '../canary/test-listener.ts';
import type { Side, Traffic } from '../canary/traffic.ts';
import { assembleTraffic } from '../canary/traffic.ts';
import { type CanaryAddress, lacksTaskSet, notFound, refuseMixedColours } from './canary-address.ts';
import type { CanaryReader } from './canary-reader.ts';
import { stackMissing } from './canary-reader.ts';
import type { Certainty } from './find-production-rules.ts';

/** Reads everything about the traffic in two round trips. @throws OperatorError `stack-missing`, `canary-not-found` */
export async function observeTraffic(
  reader: CanaryReader,
  stackName: string,
  region: string,
  certainty: Certainty = 'whole',
): Promise<Traffic> {
  // The second read is only started here, to run in parallel with the first; address() awaits it.
  const [stack] = await Promise.all([reader.stack(), reader.resources()]);
  if (!stack) throw stackMissing(stackName, region);
  const address = await reader.address();
  if (address.missing.length > 0) throw lacksTaskSet(stack, address.missing);
  const [rules, service, blueTargets, greenTargets] = await Promise.all([
    reader.listenerRules(),
    reader.service(),
    reader.targets('Blue'),
    reader.targets('Green'),
  ]);
  refuseMixedColours(service, address);
  refuseMisnamed(rules, address);
  return assembleTraffic({
    stackName,
    stackStatus: stack.status,
    address,
    production: (await reader.productionRules(certainty)).rules,
    rules,
    service,
    blueTargets,
    greenTargets,
  });
}

/** Refuses names that do not exist, and test listeners that users reach: nothing else would check that entry point. */
function refuseMisnamed(rules: readonly ListenerRule[], address: CanaryAddress): void {
  const listeners = rules.map(({ arn }) => listenerArnOf(arn));
  const gone = address.testListeners.filter((arn) => !listeners.includes(arn));
  const serving = rules.filter(
    (rule) => address.testListeners.includes(listenerArnOf(rule.arn)) && namesBlue(rule, address.groups),
  );
  const problems = [
    ...address.misnamed,
    ...gone.map((arn) => `${partSays('TestListener', arn)}, which does not exist.`),
    ...serving.map((rule) => describeUsersListener(rule, address.names)),
  ];
  if (problems.length > 0) throw notFound(problems);
}

/** Stopped tasks of a side, read only while it lacks healthy targets, because they explain why. */
export async function observeStopped(
  reader: CanaryReader,
  side: Side,
  needed: number,
): Promise<readonly StoppedTask[]> {
  return side.healthy >= needed ? [] : reader.tasks(side.taskSet.id, 'STOPPED');
}
