import type { Emulator } from '../emulator/emulator.ts';
import type { ServedRequest } from './approval-ledger.ts';
import type { EntryPoint } from './entry-point.ts';
import { findEntryPoints } from './entry-point-search.ts';
import type { StackTraffic } from './stack-traffic.ts';
import { readTold } from './users-rules.ts';

/** The entry points of a stack as they change. */
export interface EntryPointWatch {
  readonly findEntryPoints: () => Promise<readonly EntryPoint[]>;
  /** Requests that the weights of users' rules, past and present, sent to a task. */
  readonly served: () => Promise<readonly ServedRequest[]>;
}

/**
 * Watches the entry points of a stack.
 * @param parameters step parameters, including what the operator says about the stack's rules
 */
export function watchEntryPoints(
  emulator: Pick<Emulator, 'listeners' | 'traffic'>,
  readTraffic: () => Promise<StackTraffic>,
  parameters: Readonly<Record<string, string>> = {},
): EntryPointWatch {
  const rules = new Map<string, string>();
  let entryPoints: readonly EntryPoint[] = [];
  const kept = new Set<string>();
  const told = readTold(parameters);
  const learn = async (): Promise<void> => {
    const found = findEntryPoints(await readTraffic(), emulator.listeners(), told);
    for (const [arn, name] of found.rules) rules.set(arn, name);
    for (const arn of found.keptRules) kept.add(arn);
    // A failed release may have removed the stack, but users still send requests to its address.
    if (found.entryPoints.length > 0) entryPoints = found.entryPoints;
  };
  return {
    findEntryPoints: async () => {
      await learn();
      if (entryPoints.length === 0) throw new Error(noEntryPoints);
      return entryPoints;
    },
    served: async () => {
      await learn();
      const several = new Set(rules.values()).size > 1;
      return emulator.traffic().flatMap(({ time, ruleArn, taskDefinitionArn, isBound }) => {
        const entryPoint = rules.get(ruleArn);
        // Steps control only the weights: nobody can take a client's cookie away.
        if (entryPoint === undefined || taskDefinitionArn === undefined || isBound) return [];
        const request = { time, taskDefinitionArn, entryPoint: several ? entryPoint : undefined };
        return [kept.has(ruleArn) ? { ...request, isKept: true } : request];
      });
    },
  };
}

const noEntryPoints =
  'No user can reach blue or green: no GET without a query string or special headers reaches a rule or default action of the stack that forwards to them.';
