import { atLeastTwoRealMinutes } from '../contract/options.ts';
import { lastSegment } from './arns.ts';
import { addServiceEvent, addTaskSetEvent } from './events.ts';
import { doubtTaskSet, settleService, settleTaskSet } from './stability.ts';
import {
  type EcsState,
  type EcsWorld,
  type ServiceRecord,
  type TaskRecord,
  type TaskSetRecord,
  tasksOf,
} from './state.ts';
import { newTask } from './task-launch.ts';
import { finishDrained, startTask, stopTask } from './task-lifecycle.ts';

/** Keeps every task set at its desired count, once per emulated second and after every change. */
export interface Scheduler {
  /** Acts on a change at once; a task set becomes steady only at the next tick, because AWS takes a while too. */
  reconcile(service: ServiceRecord): void;
  /** Stops ticking, and every task's server. */
  close(): Promise<void>;
}

export function createScheduler(world: EcsWorld, state: EcsState): Scheduler {
  let cancelTick: (() => void) | undefined;
  let closed = false;
  const tick = () => {
    cancelTick = undefined;
    for (const service of state.services.values()) {
      reconcileService(world, state, service, reconcile);
      for (const set of service.sets) settleTaskSet(world, state, set);
      settleService(world, service);
    }
    forgetOldTasks(world, state);
    scheduleTick();
  };
  const scheduleTick = () => {
    const busy = [...state.services.values()].some(({ sets, shape }) => sets.length > 0 || shape.status === 'DRAINING');
    if (busy && !closed) cancelTick ??= world.clock.after(tickSeconds(world), tick);
  };
  const reconcile = (service: ServiceRecord) => {
    if (closed) return;
    reconcileService(world, state, service, reconcile);
    scheduleTick();
  };
  const close = async () => {
    closed = true;
    cancelTick?.();
    await Promise.all([...state.tasks.values()].map(closeTask));
  };
  return { reconcile, close };
}

/** One emulated second, but at most 200 ticks per real second. */
function tickSeconds(world: EcsWorld): number {
  return Math.max(1, world.options.timeScale * 0.005);
}

function reconcileService(
  world: EcsWorld,
  state: EcsState,
  service: ServiceRecord,
  changed: (service: ServiceRecord) => void,
): void {
  for (const set of service.sets) {
    const tasks = tasksOf(state, set);
    for (const task of tasks) {
      stopIfUnhealthy(world, task);
      finishDrained(world, task);
    }
    balance(world, state, set, () => changed(service));
    countTasks(world, state, set);
    doubtTaskSet(world, state, set);
  }
  service.sets = service.sets.filter((set) => set.shape.status !== 'DRAINING' || hasLiveTasks(state, set));
  if (service.shape.status === 'DRAINING' && service.sets.length === 0) service.shape.status = 'INACTIVE';
}

function stopIfUnhealthy(world: EcsWorld, task: TaskRecord): void {
  const { targetGroupArn: group, shape, set, ip, containerPort } = task;
  if (!group || shape.lastStatus !== 'RUNNING' || !shape.startedAt) return;
  const grace = (set.service.shape.healthCheckGracePeriodSeconds ?? 0) * 1000;
  if (world.clock.now().getTime() < shape.startedAt.getTime() + grace) return;
  const health = world.elb.targetHealth(group, ip, containerPort);
  if (health?.state !== 'unhealthy') return;
  const reason = health.description ?? health.reason ?? 'Health checks failed';
  addServiceEvent(
    world,
    set.service,
    `(task ${lastSegment(shape.taskArn)}) (port ${containerPort}) is unhealthy in (target-group ${group}) due to (reason ${reason})`,
  );
  stopTask(world, task, {
    stopCode: 'ServiceSchedulerInitiated',
    reason: `Task failed ELB health checks in (target-group ${group})`,
  });
}

function balance(world: EcsWorld, state: EcsState, set: TaskSetRecord, changed: () => void): void {
  const wanted = tasksOf(state, set).filter(({ shape }) => shape.desiredStatus === 'RUNNING');
  const missing = set.shape.computedDesiredCount - wanted.length;
  if (missing < 0) stopSurplus(world, set, wanted, -missing);
  if (missing <= 0 || world.clock.now().getTime() < set.notBefore) return;
  const started = Array.from({ length: missing }, () => newTask(world, set));
  for (const task of started) {
    state.tasks.set(task.shape.taskArn, task);
    startTask(world, task, changed);
  }
  addTaskSetEvent(world, set, `has started ${started.length} tasks: ${nameTasks(started)}.`);
}

/** Tasks that are not running yet stop first, then the newest. */
function stopSurplus(world: EcsWorld, set: TaskSetRecord, tasks: readonly TaskRecord[], surplus: number): void {
  const order = (task: TaskRecord) => (task.shape.lastStatus === 'RUNNING' ? 1 : 0);
  const victims = [...tasks]
    .reverse()
    .sort((a, b) => order(a) - order(b))
    .slice(0, surplus);
  const serving = victims.filter((task) => order(task) === 1 && task.targetGroupArn);
  const reason = `Scaling activity initiated by (deployment ${set.shape.id})`;
  for (const task of victims) stopTask(world, task, { stopCode: 'ServiceSchedulerInitiated', reason });
  if (serving.length > 0) addTaskSetEvent(world, set, `has begun draining connections on ${serving.length} tasks.`);
  addTaskSetEvent(world, set, `has stopped ${victims.length} running tasks: ${nameTasks(victims)}.`);
}

function nameTasks(tasks: readonly TaskRecord[]): string {
  return tasks.map(({ shape }) => `(task ${lastSegment(shape.taskArn)})`).join(' ');
}

function countTasks(world: EcsWorld, state: EcsState, set: TaskSetRecord): void {
  const statuses = tasksOf(state, set)
    .filter(({ shape }) => shape.desiredStatus === 'RUNNING')
    .map(({ shape }) => shape.lastStatus);
  const runningCount = statuses.filter((status) => status === 'RUNNING').length;
  const pendingCount = statuses.length - runningCount;
  if (runningCount !== set.shape.runningCount || pendingCount !== set.shape.pendingCount)
    set.shape.updatedAt = world.clock.now();
  Object.assign(set.shape, { runningCount, pendingCount });
}

function hasLiveTasks(state: EcsState, set: TaskSetRecord): boolean {
  return tasksOf(state, set).some(({ shape }) => shape.lastStatus !== 'STOPPED');
}

const stoppedTasksKeptSeconds = 2 * 3600;

function forgetOldTasks(world: EcsWorld, state: EcsState): void {
  const kept = atLeastTwoRealMinutes(world.options, stoppedTasksKeptSeconds);
  const horizon = world.clock.now().getTime() - kept * 1000;
  for (const [arn, { shape }] of state.tasks)
    if (shape.stoppedAt && shape.stoppedAt.getTime() < horizon) state.tasks.delete(arn);
}

async function closeTask(task: TaskRecord): Promise<void> {
  for (const cancel of task.timers.splice(0)) cancel();
  // A task whose port is still being opened sees this and closes it.
  task.shape.desiredStatus = 'STOPPED';
  await task.application?.close();
}
