import type { SharedWorld } from '../contract/shared-world.ts';
import { addServiceEvent } from './events.ts';
import type { ServiceRecord, TaskSetRecord } from './state.ts';

/** The number of tasks in a percentage of a service; AWS rounds up. */
export function computeDesiredCount(service: ServiceRecord, percent: number): number {
  // Rounded first because floating point makes 7 % of 100 a little more than 7.
  return Math.ceil(Number(((service.shape.desiredCount * percent) / 100).toFixed(6)));
}

/** Sets a task set's desired count from its scale and its service. */
export function rescale(world: SharedWorld, set: TaskSetRecord): void {
  const { shape, service } = set;
  const desired = shape.status === 'DRAINING' ? 0 : computeDesiredCount(service, shape.scale.value ?? 0);
  if (desired === shape.computedDesiredCount) return;
  shape.computedDesiredCount = desired;
  shape.updatedAt = world.clock.now();
  unsettle(world, set);
  addServiceEvent(world, service, `updated computedDesiredCount for taskSet ${shape.id} to ${desired}.`);
}

/** Starts to drain a task set: it gets no new tasks, and the targets of the old ones are deregistered. */
export function startDraining(world: SharedWorld, set: TaskSetRecord): void {
  set.shape.status = 'DRAINING';
  set.shape.updatedAt = world.clock.now();
  rescale(world, set);
}

/** Sets STABILIZING until the scheduler finds the task set steady again. */
export function unsettle(world: SharedWorld, set: TaskSetRecord): void {
  set.service.steady = false;
  if (set.shape.stabilityStatus === 'STABILIZING') return;
  set.shape.stabilityStatus = 'STABILIZING';
  set.shape.stabilityStatusAt = world.clock.now();
}
