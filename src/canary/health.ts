import type { Decision } from './decision.ts';
import { OperatorError } from './operator-error.ts';
import { regionOf } from './region-option.ts';
import type { TaskSet } from './service.ts';
import type { Side } from './traffic.ts';

/** A stopped task, as far as health is concerned. */
export interface StoppedTask {
  readonly stopCode: string;
  /** One sentence with the reason and exit codes. */
  readonly stopped: string;
}

/**
 * How many failed tasks of one task set make a crash loop: half of the desired count, from 3 to 200,
 * as ECS's own circuit breaker counts (which EXTERNAL services cannot have).
 */
export function crashLoopTasks(desiredCount: number): number {
  return Math.min(200, Math.max(3, Math.ceil(desiredCount / 2)));
}

/** Stopped tasks that failed by themselves, not because something scaled in or was stopped by a person. */
export function failedTasks<T extends StoppedTask>(stopped: readonly T[]): readonly T[] {
  return stopped.filter(
    (task) =>
      task.stopCode === 'TaskFailedToStart' ||
      task.stopCode === 'EssentialContainerExited' ||
      /failed .*health checks/i.test(task.stopped),
  );
}

/** The distinct reasons of failed tasks, one per line, with how often each occurred. */
export function describeFailures(failed: readonly StoppedTask[]): string {
  const counts = new Map<string, number>();
  for (const task of failed) counts.set(task.stopped, (counts.get(task.stopped) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `  - ${count > 1 ? `${count} tasks: ` : ''}${reason}`).join('\n');
}

/**
 * The error for a task set whose tasks keep failing.
 * @param cause what leads to the cause, if it was found already; otherwise the task set tells
 */
export function crashLoop(
  side: { readonly colour?: Side['colour'] | undefined; readonly taskSet?: TaskSet },
  taskDefinition: string,
  failed: readonly StoppedTask[],
  hint: string,
  cause = '',
): OperatorError {
  return new OperatorError(
    'tasks-failing',
    `${failed.length} tasks of ${side.colour?.toLowerCase() ?? 'a new task set'} (${taskDefinition}) failed:\n${describeFailures(failed)}${cause}`,
    hint,
    { taskSet: side.taskSet },
  );
}

/**
 * Whether a side has enough healthy targets for what it is to serve: undefined when it has, else a wait.
 * @param needed healthy targets, see targetsNeeded
 * @param stopped stopped tasks of the side, read only while it is short of targets
 * @throws OperatorError when waiting cannot help
 */
export function awaitHealthy(side: Side, needed: number, stopped: readonly StoppedTask[]): Decision | undefined {
  if (side.healthy >= needed) return undefined;
  const failed = failedTasks(stopped);
  if (failed.length >= crashLoopTasks(side.taskSet.computedDesired)) {
    throw crashLoop(
      side,
      side.taskSet.taskDefinition,
      failed,
      'It gets no more traffic. Fix the version and deploy it again; if it already has traffic, roll back.',
    );
  }
  const { taskSet } = side;
  const starting = taskSet.pending > 0 || taskSet.running < taskSet.computedDesired;
  const registering = side.targets.some((target) => target.state === 'initial');
  const have = `${side.colour} has ${side.healthy} of ${needed} healthy targets`;
  if ((starting || registering) && taskSet.computedDesired >= needed) {
    return {
      kind: 'wait',
      reason: `${have}; ${taskSet.running} of ${taskSet.computedDesired} tasks are running.`,
      percent: Math.floor((side.healthy / needed) * 100),
      taskSet,
    };
  }
  throw new OperatorError(
    'not-enough-healthy',
    `${have} (${describeTargets(side)}), too few for its share of the traffic.`,
    taskSet.computedDesired === 0
      ? `${side.colour} is set to run no tasks. ${commandToScale(taskSet)} . Then run the step again.`
      : `Check the tasks of task set ${taskSet.id} (${taskSet.taskDefinition}) and the health check of the target group. It gets no more traffic; if it already has some, shift it to 0 or roll back.`,
    { taskSet },
  );
}

/** The ARN of a task set is `…:task-set/cluster/service/ecs-svc/id`. */
function commandToScale({ arn, id, scalePercent }: TaskSet): string {
  const [, cluster, service] = arn.split('/');
  const place = `--cluster ${cluster} --service ${service}`;
  return scalePercent === 0
    ? `Run: aws ecs update-task-set ${place} --task-set ${id} --scale value=100,unit=PERCENT ${regionOf(arn)}`
    : `EcsCanary.DesiredCount takes effect only when it changes. To raise the count now, replace COUNT with the number of tasks and run: aws ecs update-service ${place} --desired-count COUNT ${regionOf(arn)}`;
}

function describeTargets(side: Side): string {
  if (side.targets.length === 0) return 'no targets';
  const counts = new Map<string, number>();
  for (const target of side.targets) {
    const told = target.description ? ` (${target.description})` : '';
    const state = target.reason ? `${target.state}: ${target.reason}${told}` : target.state;
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
}
