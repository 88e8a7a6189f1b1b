import type { Colour } from '../canary/colour.ts';
import { crashLoopTasks, failedTasks, type StoppedTask } from '../canary/health.ts';
import { OperatorError } from '../canary/operator-error.ts';
import type { StackOperation } from '../canary/run.ts';
import { healthyTargets, type Service, type TaskSet } from '../canary/service.ts';
import type { Traffic } from '../canary/traffic.ts';
import type { CanaryReader } from './canary-reader.ts';
import { findCause } from './failure-cause.ts';

/** A task set under deployment whose tasks do not stay up. */
export interface FailingTaskSet {
  /** Undefined while the stack does not tell yet. */
  readonly colour: Colour | undefined;
  readonly taskDefinition: string;
  readonly failed: readonly StoppedTask[];
  readonly taskSet: TaskSet;
  /** Lines that lead to the cause; empty if it is to be read later. */
  readonly cause: string;
  /** Its tags name the lock's owner: only the deployment that started an update decides about it. */
  readonly service?: Service | undefined;
}

/**
 * Looks for a crash loop in the task sets that the watched stack operation created.
 * ECS never calls such a set failed, so CloudFormation would wait for it for hours.
 * @param readsCause false if something urgent is to be done first
 */
export async function observeFailing(
  reader: CanaryReader,
  operation: StackOperation | undefined,
  readsCause = true,
): Promise<FailingTaskSet | undefined> {
  const startedAt = operation?.startedAt;
  if (!startedAt || operation.cancelledFor) return undefined;
  const service = (await reader.service().catch(unlessIncomplete)) ?? (await reader.unfinishedService());
  // Between two restarts, a crash loop can look steady, so a young task set is always examined.
  const young = (service?.taskSets ?? []).filter(
    (taskSet) => taskSet.status !== 'DRAINING' && taskSet.createdAt >= startedAt,
  );
  for (const taskSet of young) {
    const failed = failedTasks(await reader.tasks(taskSet.id, 'STOPPED', service));
    if (failed.length < crashLoopTasks(taskSet.computedDesired)) continue;
    const { taskDefinition } = taskSet;
    const cause = readsCause ? await findCause(reader, taskSet, service) : '';
    return { colour: await colourOf(reader, taskSet), taskDefinition, failed, taskSet, cause, service };
  }
  return undefined;
}

/** Blue may be as new as green, in a first deployment. */
async function colourOf(reader: CanaryReader, { targetGroupArns }: TaskSet): Promise<Colour | undefined> {
  const address = await reader.address().catch(unlessIncomplete);
  return address && (targetGroupArns.includes(address.groups.blue) ? 'Blue' : 'Green');
}

/** While a stack is being created or rolled back, the service may not exist. */
export function unlessIncomplete(error: unknown): undefined {
  if (error instanceof OperatorError && error.code === 'canary-not-found') return undefined;
  throw error;
}

/** How many healthy targets are green's own tasks, and the tasks of green that stopped so far. */
export async function observeOwnHealth(
  reader: CanaryReader,
  traffic: Traffic,
): Promise<{ readonly ownHealthy: number; readonly stoppedGreen: readonly StoppedTask[] }> {
  const { green } = traffic;
  const [tasks, stoppedGreen] = await Promise.all([
    reader.tasks(green.taskSet.id, 'RUNNING'),
    reader.tasks(green.taskSet.id, 'STOPPED'),
  ]);
  const addresses = new Set(tasks.map((task) => task.ip).filter((ip) => ip !== ''));
  const healthy = healthyTargets(green.targets);
  // Tasks without an address of their own (bridge and host networking) register their instance, so the group's count has to do.
  const ownHealthy =
    addresses.size === 0 ? healthy.length : healthy.filter((target) => addresses.has(target.id)).length;
  return { ownHealthy, stoppedGreen };
}
