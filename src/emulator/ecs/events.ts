import { randomUUID } from 'node:crypto';
import type { SharedWorld } from '../contract/shared-world.ts';
import type { ServiceRecord, TaskSetRecord } from './state.ts';

const keptEvents = 100;

/** Adds a service event, newest first; the text, in AWS's words, follows `(service name) `. */
export function addServiceEvent(world: SharedWorld, service: ServiceRecord, text: string): void {
  addEvent(world, service, `(service ${service.shape.serviceName}) ${text}`);
}

/** Adds a service event about one task set; the text follows `(service name, taskSet id) `. */
export function addTaskSetEvent(world: SharedWorld, set: TaskSetRecord, text: string): void {
  addEvent(world, set.service, `(service ${set.service.shape.serviceName}, taskSet ${set.shape.id}) ${text}`);
}

function addEvent(world: SharedWorld, service: ServiceRecord, message: string): void {
  service.shape.events.unshift({ id: randomUUID(), createdAt: world.clock.now(), message });
  service.shape.events.splice(keptEvents);
}
