import type { Operation, ServiceName, World } from '../../emulator/world.ts';
import { operationsOf } from './direct-read.ts';

/** One write that took effect in the emulated AWS, whoever made it and whatever was answered. */
export interface Entry {
  /** Emulated epoch milliseconds. */
  readonly time: number;
  readonly operation: string;
  readonly input: object;
}

/** Every write that took effect, in its order; what was refused, cut off before, or only repeated in words is not here. */
export interface WriteLog {
  readonly position: () => number;
  readonly since: (position: number) => readonly Entry[];
  /** Called at once after each entry. @returns what ends that */
  readonly onWrite: (listener: (entry: Entry) => void) => () => void;
}

/** Stands around every writing operation of the three services. */
export function keepWriteLog(world: World): WriteLog {
  const entries: Entry[] = [];
  const listeners: ((entry: Entry) => void)[] = [];
  const note = (operation: string, input: object): void => {
    const entry = { time: world.clock.now().getTime(), operation, input: structuredClone(input) };
    entries.push(entry);
    for (const listener of listeners) listener(entry);
  };
  for (const service of ['ecs', 'elb', 'cloudformation'] as const) surround(world, service, note);
  return {
    position: () => entries.length,
    since: (position) => entries.slice(position),
    onWrite: (listener) => {
      listeners.push(listener);
      return () => void listeners.splice(listeners.indexOf(listener), 1);
    },
  };
}

function surround(world: World, service: ServiceName, note: (operation: string, input: object) => void): void {
  // The services are handed out read-only; this is the one place that stands between them and their callers.
  const table = operationsOf(world, service) as Record<string, Operation>;
  for (const [name, run] of Object.entries(table)) {
    if (/^(Describe|List|Get|Validate)/.test(name)) continue;
    table[name] = ((input: never) => {
      const answer = run(input);
      note(name, input);
      return answer;
    }) as Operation;
  }
}
