import type { FaultKind } from '../../emulator/faults.ts';
import type { Case, InjectedFault, Scenario } from './case.ts';
import { isWatching } from './step-uses.ts';

/** The calls that a fault-free run made. */
export interface Recording {
  /** API operations in call order. */
  readonly operations: readonly string[];
  /** Writes that took effect. */
  readonly writes: readonly string[];
}

/** Every case of a step from a state: each fault at the first, second and last call of each operation, kills, and concurrent runs. */
export function planCases(scenario: Scenario, { operations, writes }: Recording, seed: number): Case[] {
  // A scenario that could not run without faults has no cases.
  if (operations.length === 0) return [];
  const changes = writes.length > 0;
  const isThorough: Thoroughness = (operation) => changes || (isWatching(scenario.stepUse) && watching.has(operation));
  const positions = positionsOf(operations, isThorough);
  const faults = positions.flatMap((position) => faultsAt(position, isThorough(position.operation)));
  const kills = positions
    // A step keeps no state between reads, so a kill before one equals a kill after the previous one.
    .filter(({ operation, occurrence }) => changes || occurrence === 1 || !isRead(operation))
    .flatMap((position) => killsAt(position));
  const company: InjectedFault[] = [0, 1].flatMap((number) => [
    { kind: 'same-twice', seed: seed + number },
    { kind: 'two-deployments', seed: seed + number },
  ]);
  return [
    ...[...faults, ...kills, ...company].map((injectedFault): Case => ({ ...scenario, injectedFault, next: 'retry' })),
    ...(changes ? kills : []).map((injectedFault): Case => ({ ...scenario, injectedFault, next: 'rollback' })),
  ];
}

interface CallPosition {
  readonly operation: string;
  /** From 1. */
  readonly occurrence: number;
}

/** Whether an operation gets faults at more than its first call. */
type Thoroughness = (operation: string) => boolean;

/** What Watch Canary reads for its card besides the traffic. */
const watching: ReadonlySet<string> = new Set([
  'GetMetricData',
  'DescribeAlarms',
  'ListTasks',
  'DescribeTasks',
  'DescribeTaskDefinition',
]);

/** The first, second and last call of each operation; the first where the run only reads. */
function positionsOf(operations: readonly string[], isThorough: Thoroughness): readonly CallPosition[] {
  return [...new Set(operations)].sort().flatMap((operation) => {
    const count = operations.filter((each) => each === operation).length;
    return [...new Set(isThorough(operation) ? [1, 2, count] : [1])]
      .filter((occurrence) => occurrence <= count)
      .map((occurrence) => ({ operation, occurrence }));
  });
}

const kinds: readonly FaultKind[] = [
  'throttle',
  'internal-error',
  'unavailable',
  'reset-before',
  'reset-after',
  'slow',
  'hang-before',
  'hang-after',
  'stale-read',
  'partial-data',
  'access-denied',
  'expired-credentials',
];

/** At a later read these have the same effect as another fault; the first read tests the error's text. */
const alike: ReadonlySet<FaultKind> = new Set(['throttle', 'internal-error', 'expired-credentials']);

/** More consecutive calls than a client's attempts, so that the step itself has to cope. */
const storm = 7;

function faultsAt({ operation, occurrence }: CallPosition, isThorough: boolean): readonly InjectedFault[] {
  const possible = kinds.filter((kind) => isPossible(kind, operation));
  const single = possible.filter((kind) => occurrence === 1 || !isRead(operation) || !alike.has(kind));
  const stormy = storms(operation).filter((kind) => isPossible(kind, operation));
  return [
    ...single.map((kind): InjectedFault => ({ kind, operation, occurrence, times: 1 })),
    ...(isThorough && occurrence === 1 ? stormy : []).map(
      (kind): InjectedFault => ({ kind, operation, occurrence, times: storm }),
    ),
  ];
}

function killsAt({ operation, occurrence }: CallPosition): readonly InjectedFault[] {
  return [
    { kind: 'kill-before', operation, occurrence },
    ...(isRead(operation) ? [] : [{ kind: 'kill-after', operation, occurrence } as const]),
  ];
}

/** CloudWatch may be denied, unreachable or partial for a whole run, and the step that reads it goes on. */
function storms(operation: string): readonly FaultKind[] {
  if (operation === 'GetMetricData' || operation === 'DescribeAlarms')
    return ['throttle', 'unavailable', 'reset-before', 'access-denied', 'partial-data'];
  return isRead(operation) ? ['throttle', 'unavailable'] : ['throttle', 'unavailable', 'reset-after'];
}

/** The emulator keeps no stale figures, because each look asks for different ones, but it can return only a part. */
function isPossible(kind: FaultKind, operation: string): boolean {
  if (operation === 'GetMetricData') return !isAfter(kind) && kind !== 'stale-read';
  if (kind === 'partial-data') return false;
  return isRead(operation) ? !isAfter(kind) : kind !== 'stale-read';
}

/** A read has no effect before its answer. */
function isAfter(kind: FaultKind): boolean {
  return kind === 'reset-after' || kind === 'hang-after';
}

function isRead(operation: string): boolean {
  return /^(Describe|List|Get)/.test(operation);
}
