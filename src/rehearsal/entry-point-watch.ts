import type { Emulator } from '../emulator/emulator.ts';
import type { ServedRequest } from './approval-ledger.ts';
import type { EntryPoint } from './entry-point.ts';
import { findEntryPoints } from './entry-point-search.ts';
import type { StackTraffic } from './stack-traffic.ts';

/** The doors of a stack as they come and go. */
export interface EntryPointWatch {
  readonly findEntryPoints: () => Promise<readonly EntryPoint[]>;
  /** Requests that users' rules, also those of earlier on, brought to a task. */
  readonly served: () => Promise<readonly ServedRequest[]>;
}

/**
 * Watches the doors of a stack.
 * @param testListeners logical ids or ARNs
 */
export function watchEntryPoints(
  emulator: Pick<Emulator, 'listeners' | 'traffic'>,
  readTraffic: () => Promise<StackTraffic>,
  testListeners: readonly string[] = [],
): EntryPointWatch {
  const rules = new Map<string, string>();
  let entryPoints: readonly EntryPoint[] = [];
  const learn = async (): Promise<void> => {
    const found = findEntryPoints(await readTraffic(), emulator.listeners(), testListeners);
    for (const [arn, name] of found.rules) rules.set(arn, name);
    // A failed release may have taken the stack away, and users still ask where it was.
    if (found.entryPoints.length > 0) entryPoints = found.entryPoints;
  };
  return {
    findEntryPoints: async () => {
      await learn();
      if (entryPoints.length === 0) throw new Error(noDoors);
      return entryPoints;
    },
    served: async () => {
      await learn();
      const several = new Set(rules.values()).size > 1;
      return emulator.traffic().flatMap(({ time, ruleArn, taskDefinitionArn }) => {
        const entryPoint = rules.get(ruleArn);
        if (entryPoint === undefined || taskDefinitionArn === undefined) return [];
        return [{ time, taskDefinitionArn, entryPoint: several ? entryPoint : undefined }];
      });
    },
  };
}

const noDoors =
  'No user can reach blue or green: no GET without a query string or special headers reaches a rule or default action of the stack that forwards to them.';
