import type { Applied, Change } from './change.ts';
import { weightsOf } from './listener-rule.ts';
import { type LockOwner, lockOf } from './lock.ts';
import { OperatorError } from './operator-error.ts';
import type { ProductionRule } from './production-rules.ts';
import type { PlannedRetreat } from './retreat.ts';
import type { RunMemory, StackOperation } from './run.ts';
import type { Service } from './service.ts';
import { greenPercentOf } from './weights.ts';

/** What a read of AWS showed that later reads depend on. */
export interface Seen {
  readonly service?: Service | undefined;
  readonly productionRules?: readonly ProductionRule[];
  /** The stack operation in progress, with what its events say so far. */
  readonly operation?: StackOperation | undefined;
  /** Whether the lock could not be read. */
  readonly isBlind?: boolean;
  /** What the look gave reason to take from green. */
  readonly planned?: PlannedRetreat | undefined;
  /** AWS's time of the look, in epoch milliseconds; only the first one is remembered. */
  readonly awsTime?: number;
}

/** What happened in a run; `at` is in epoch milliseconds, `awsAt` is the same time by AWS's clock. */
export type RunEvent =
  | { readonly kind: 'looked'; readonly seen: Seen; readonly at: number; readonly awsAt: number }
  | {
      readonly kind: 'wrote';
      readonly change: Change;
      /** What AWS answered; undefined where it refused, or where its answer was lost. */
      readonly outcome: Applied | undefined;
      readonly requestId?: string | undefined;
      readonly error?: unknown;
      readonly began: number;
      /** When the write ended. */
      readonly at: number;
      readonly awsAt: number;
    };

/** The memory of a run after one more event. @param lockOwner whose run it is */
export function remember(memory: RunMemory, event: RunEvent, lockOwner: LockOwner): RunMemory {
  return event.kind === 'looked' ? afterLook(memory, event, lockOwner) : afterWrite(memory, event);
}

function afterLook(
  memory: RunMemory,
  { seen, at, awsAt }: Extract<RunEvent, { kind: 'looked' }>,
  lockOwner: LockOwner,
): RunMemory {
  const { service, productionRules, operation, isBlind, awsTime } = seen;
  const text = productionRules && splitText(productionRules);
  return {
    ...memory,
    ...(service && lockOf(service)?.id === lockOwner.id && { heldLock: true }),
    ...(text !== undefined && text !== memory.split?.text && { split: { text, since: at, awsSince: awsAt } }),
    ...(operation && { operation }),
    ...(awsTime !== undefined && { firstLook: memory.firstLook ?? awsTime }),
    ...('planned' in seen && { planned: seen.planned }),
    ...(isBlind && { blindLooks: (memory.blindLooks ?? 0) + 1 }),
  };
}

function splitText(productionRules: readonly ProductionRule[]): string {
  return JSON.stringify(productionRules.map(({ rule, weights }) => [rule.arn, weights.blue, weights.green]));
}

type Write = Extract<RunEvent, { kind: 'wrote' }>;

function afterWrite(memory: RunMemory, write: Write): RunMemory {
  const { change, outcome, error, began, at } = write;
  const written: RunMemory = { ...memory, wrote: true };
  // Without the entry, the same write may be allowed.
  if ('entry' in change && change.entry && isRefusal(error)) return { ...written, entryRefusal: error.message };
  switch (change.kind) {
    case 'set-weights':
      return afterMove(written, change, write);
    case 'acquire-lock':
      return outcome === undefined ? written : { ...written, replacedLock: change.from };
    case 'prove-way-back':
      if (isRefusal(error)) return { ...written, noWayBack: error };
      return outcome === undefined ? written : afterProof(written, change.rule.arn, (at - began) / 1000);
    case 'record':
      return isRefusal(error) ? { ...written, recordRefusal: error.message } : written;
    case 'create-stack':
    case 'update-stack':
      return afterSubmission(written, change, outcome);
    case 'cancel-stack-update':
      return afterCancelling(written, change.because, error);
    default:
      return written;
  }
}

function afterMove(
  { unwritable = new Set(), loweredTo: before, ...memory }: RunMemory,
  { rule, groups, weights }: Extract<Change, { kind: 'set-weights' }>,
  { outcome, requestId, at, awsAt }: Write,
): RunMemory {
  const others = [...unwritable].filter((arn) => arn !== rule.arn);
  const share = greenPercentOf(weights);
  const old = greenPercentOf(weightsOf(rule, groups));
  const increase = share - old;
  // Once green gains traffic at a rule, the run no longer only lowers its share.
  const loweredTo = increase < 0 ? share : increase > 0 ? undefined : before;
  return {
    ...memory,
    movedAt: awsAt,
    movedFrom: Math.max(memory.movedFrom ?? 0, old),
    ...(requestId !== undefined && { requestIds: [...(memory.requestIds ?? []), requestId] }),
    unwritable: new Set(outcome === undefined ? [...others, rule.arn] : others),
    // The answer may be lost although the write took effect, and may have taken minutes.
    ...(weights.green === 0 && { leftGreenAt: at }),
    ...(loweredTo !== undefined && { loweredTo }),
  };
}

function afterProof({ wayBack, ...memory }: RunMemory, rule: string, seconds: number): RunMemory {
  const rules = new Set([...(wayBack?.rules ?? []), rule]);
  // The log and the tag have hundredths of a second, and no call takes zero.
  return { ...memory, wayBack: { rules, seconds: (wayBack?.seconds ?? 0) + Math.max(seconds, 0.01) } };
}

/** Once this run submits, the operation of an earlier run is over; AWS refuses its token for a different request. */
function afterSubmission(
  { operation: _over, ...memory }: RunMemory,
  change: Extract<Change, { kind: 'create-stack' | 'update-stack' }>,
  outcome: Applied | undefined,
): RunMemory {
  if (outcome === undefined) return memory;
  return {
    ...memory,
    submitted: {
      kind: change.kind,
      outcome,
      ...(change.kind === 'update-stack' && { blueHealthy: change.blueHealthy }),
    },
  };
}

/** AWS refuses to cancel again what a first, unanswered attempt cancelled; after any other failure nothing is cancelled. */
function afterCancelling(memory: RunMemory, because: string, error: unknown): RunMemory {
  const isCancelled = error === undefined || (error instanceof OperatorError && error.code === 'aws-refused');
  if (!memory.operation || !isCancelled) return memory;
  return { ...memory, operation: { ...memory.operation, cancelledFor: because } };
}

/** Whether AWS refuses the write itself, however often it is retried. */
function isRefusal(error: unknown): error is OperatorError {
  return error instanceof OperatorError && (error.code === 'aws-access-denied' || error.code === 'aws-refused');
}
