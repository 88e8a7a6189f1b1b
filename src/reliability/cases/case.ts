import type { FaultKind } from '../../emulator/faults.ts';
import type { StateId } from './starting-state.ts';
import type { StepUseId } from './step-uses.ts';

/** What goes wrong in a case: an AWS fault, a kill of the step's process, or a concurrent run. */
export type InjectedFault =
  | {
      readonly kind: FaultKind;
      readonly operation: string;
      /** Which call of the operation, counted from 1. */
      readonly occurrence: number;
      /** How many calls, starting with that one. */
      readonly times: number;
    }
  | {
      readonly kind: 'kill-before' | 'kill-after';
      readonly operation: string;
      readonly occurrence: number;
    }
  | {
      /** The same deployment runs the step twice at once, or two deployments do. */
      readonly kind: 'same-twice' | 'two-deployments';
      readonly seed: number;
    }
  | { readonly kind: 'none' };

/** A step used from a starting state. */
export type Scenario = Pick<Case, 'stepUse' | 'state'>;

/** One cell of the matrix. */
export interface Case {
  readonly stepUse: StepUseId;
  readonly state: StateId;
  readonly injectedFault: InjectedFault;
  /** Whether the step runs again after the fault, or Rollback comes at once. */
  readonly next: 'retry' | 'rollback';
}

export type InjectedFaultKind = InjectedFault['kind'];

/** Every column of the matrix. */
export const injectedFaults: readonly { readonly kind: Exclude<InjectedFaultKind, 'none'>; readonly title: string }[] =
  [
    { kind: 'throttle', title: 'throttled' },
    { kind: 'internal-error', title: 'HTTP 500' },
    { kind: 'unavailable', title: 'HTTP 503' },
    { kind: 'reset-before', title: 'reset before it took effect' },
    { kind: 'reset-after', title: 'reset after it took effect' },
    { kind: 'slow', title: 'slow answer' },
    { kind: 'hang-before', title: 'no answer, no effect' },
    { kind: 'hang-after', title: 'no answer after it took effect' },
    { kind: 'stale-read', title: 'stale read' },
    { kind: 'partial-data', title: 'partial data' },
    { kind: 'access-denied', title: 'access denied' },
    { kind: 'expired-credentials', title: 'expired credentials' },
    { kind: 'kill-before', title: 'SIGKILL before the call' },
    { kind: 'kill-after', title: 'SIGKILL after the call' },
    { kind: 'same-twice', title: 'the same deployment twice at once' },
    { kind: 'two-deployments', title: 'two deployments at once' },
  ];

/** For example `promote from tenth: reset-after ModifyRule #1, then retry`. */
export function nameCase({ stepUse, state, injectedFault, next }: Case): string {
  return `${stepUse} from ${state}: ${describeInjectedFault(injectedFault)}, then ${next}`;
}

function describeInjectedFault(injectedFault: InjectedFault): string {
  if (injectedFault.kind === 'none') return 'none';
  if ('seed' in injectedFault) return `${injectedFault.kind} seed ${injectedFault.seed}`;
  const times = 'times' in injectedFault && injectedFault.times > 1 ? ` x${injectedFault.times}` : '';
  return `${injectedFault.kind} ${injectedFault.operation} #${injectedFault.occurrence}${times}`;
}

/** Parses a case's name. @returns undefined when it is not valid */
export function parseCase(name: string): Case | undefined {
  const match = /^(?<stepUse>[a-z-]+) from (?<state>[a-z-]+): (?<injectedFault>.+), then (?<next>retry|rollback)$/.exec(
    name.trim(),
  );
  const { stepUse, state, injectedFault: text = '', next } = match?.groups ?? {};
  const injectedFault = parseInjectedFault(text);
  return (
    injectedFault && {
      stepUse: stepUse as StepUseId,
      state: state as StateId,
      injectedFault,
      next: next as Case['next'],
    }
  );
}

function parseInjectedFault(text: string): InjectedFault | undefined {
  if (text === 'none') return { kind: 'none' };
  const match =
    /^(?<kind>[a-z-]+) (?:seed (?<seed>\d+)|(?<operation>\w+) #(?<occurrence>\d+)(?: x(?<times>\d+))?)$/.exec(text);
  const { kind, seed, operation = '', occurrence, times = '1' } = match?.groups ?? {};
  switch (kind) {
    case undefined:
      return undefined;
    case 'same-twice':
    case 'two-deployments':
      return { kind, seed: Number(seed) };
    case 'kill-before':
    case 'kill-after':
      return { kind, operation, occurrence: Number(occurrence) };
    default:
      return { kind: kind as FaultKind, operation, occurrence: Number(occurrence), times: Number(times) };
  }
}
