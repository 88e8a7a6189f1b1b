import type { Emulator } from '../emulator/emulator.ts';
import type { ServedRequest } from './approval-ledger.ts';
import type { Door } from './entry-point.ts';
import { findDoors } from './entry-point-search.ts';
import type { StackTraffic } from './stack-traffic.ts';

/** The doors of a stack as they come and go. */
export interface DoorWatch {
  readonly findDoors: () => Promise<readonly Door[]>;
  /** Requests that users' rules, also those of earlier on, brought to a task. */
  readonly served: () => Promise<readonly ServedRequest[]>;
}

/**
 * Watches the doors of a stack.
 * @param testListeners logical ids or ARNs, separated by commas
 */
export function watchDoors(
  emulator: Pick<Emulator, 'listeners' | 'traffic'>,
  readTraffic: () => Promise<StackTraffic>,
  testListeners = '',
): DoorWatch {
  const rules = new Map<string, string>();
  let doors: readonly Door[] = [];
  const named = testListeners.split(/[\s,]+/).filter((name) => name !== '');
  const learn = async (): Promise<void> => {
    const found = findDoors(await readTraffic(), emulator.listeners(), named);
    for (const [arn, name] of found.rules) rules.set(arn, name);
    // A failed release may have taken the stack away, and users still ask where it was.
    if (found.doors.length > 0) doors = found.doors;
  };
  return {
    findDoors: async () => {
      await learn();
      if (doors.length === 0) throw new Error(noDoors);
      return doors;
    },
    served: async () => {
      await learn();
      const several = new Set(rules.values()).size > 1;
      return emulator.traffic().flatMap(({ time, ruleArn, taskDefinitionArn }) => {
        const door = rules.get(ruleArn);
        if (door === undefined || taskDefinitionArn === undefined) return [];
        return [{ time, taskDefinitionArn, door: several ? door : undefined }];
      });
    },
  };
}

const noDoors =
  'No user can reach blue or green: no GET without a query string or special headers reaches a rule or default action of the stack that forwards to them.';
