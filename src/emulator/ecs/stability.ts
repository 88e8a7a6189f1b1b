import { addServiceEvent, addTaskSetEvent } from './events.ts';
import {
  type EcsState,
  type EcsWorld,
  type ServiceRecord,
  type TaskRecord,
  type TaskSetRecord,
  tasksOf,
} from './state.ts';
import { unsettle } from './task-set-changes.ts';

/** Updates a task set's stability: steady if the desired number of tasks runs, none is pending and all targets are healthy. */
export function settleTaskSet(world: EcsWorld, state: EcsState, set: TaskSetRecord): void {
  if (doubtTaskSet(world, state, set) || set.shape.stabilityStatus === 'STEADY_STATE') return;
  set.shape.stabilityStatus = 'STEADY_STATE';
  set.shape.stabilityStatusAt = world.clock.now();
  addTaskSetEvent(world, set, 'updated state to STEADY_STATE.');
}

/** Falls back to STABILIZING as soon as something changes; returns whether the task set is not steady. */
export function doubtTaskSet(world: EcsWorld, state: EcsState, set: TaskSetRecord): boolean {
  const shaky = !isSteady(world, state, set);
  if (shaky) unsettle(world, set);
  return shaky;
}

/** Adds AWS's event once all of the service's task sets are steady. */
export function settleService(world: EcsWorld, service: ServiceRecord): void {
  const steady = service.sets.length > 0 && service.sets.every(({ shape }) => shape.stabilityStatus === 'STEADY_STATE');
  if (steady && !service.steady) addServiceEvent(world, service, 'has reached a steady state.');
  service.steady = steady;
}

function isSteady(world: EcsWorld, state: EcsState, set: TaskSetRecord): boolean {
  const { status, runningCount, computedDesiredCount, pendingCount } = set.shape;
  if (status === 'DRAINING' || runningCount !== computedDesiredCount || pendingCount > 0) return false;
  const running = tasksOf(state, set).filter(({ shape }) => shape.lastStatus === 'RUNNING');
  return running.every((task) => isTargetHealthy(world, task));
}

function isTargetHealthy(world: EcsWorld, { targetGroupArn, ip, containerPort }: TaskRecord): boolean {
  return !targetGroupArn || world.elb.targetHealth(targetGroupArn, ip, containerPort)?.state === 'healthy';
}
