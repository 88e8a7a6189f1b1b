import type { Stack, StackEvent } from '../aws/aws.ts';
import type { Run, StackOperation } from '../canary/run.ts';
import { stackCondition } from '../canary/stack-status.ts';
import type { CanaryReader } from './canary-reader.ts';
import { describeEvent } from './stack-event.ts';

/** Request tokens start with it, so that a later run recognises an operation that an earlier one started. */
export const tokenPrefix = 'ecs-canary-';

/** A stack operation after it was read again, and whether there was anything new. */
export interface Watched {
  readonly operation: StackOperation | undefined;
  readonly hasNews: boolean;
}

/**
 * Reads what is new about the stack operation in progress until its events say how it ended: this run's own, or one
 * that an earlier run of these steps started and did not finish. Somebody else's operation is only waited for.
 * @param isBusy whether the stack's status says that an operation is in progress
 */
export async function watchOperation(reader: CanaryReader, run: Run, isBusy: boolean): Promise<Watched> {
  // The last events come after the last in-progress status, and may report further failures.
  const isOver = run.operation ? run.operation.ended : run.submitted?.outcome !== 'accepted';
  if (isOver && !isBusy) return { operation: run.operation, hasNews: false };
  const operation = run.operation ?? (await adoptOperation(reader, run));
  if (!operation) return { operation, hasNews: false };
  const events = await reader.events(operation.token, operation.seenEvent);
  return { operation: events.reduce(withEvent, operation), hasNews: events.length > 0 };
}

async function adoptOperation(reader: CanaryReader, run: Run): Promise<StackOperation | undefined> {
  const token = run.submitted ? run.token : await reader.latestToken();
  if (!token.startsWith(tokenPrefix)) return undefined;
  return { token, begun: new Set(), finished: new Set(), ended: false };
}

function withEvent(operation: StackOperation, event: StackEvent): StackOperation {
  const isStack = event.physicalId.startsWith('arn:') && event.type === 'AWS::CloudFormation::Stack';
  const isCause = event.status.endsWith('_FAILED') && !/cancelled/i.test(event.reason);
  const seen: StackOperation = {
    ...operation,
    startedAt: operation.startedAt ?? event.time,
    seenEvent: event.id,
    ...(isCause && { rootCause: operation.rootCause ?? describeEvent(event) }),
  };
  if (isStack)
    return {
      ...seen,
      ended: !event.status.endsWith('_IN_PROGRESS'),
      rolledBack: operation.rolledBack === true || event.status.includes('ROLLBACK'),
    };
  const others = [...operation.finished].filter((id) => id !== event.logicalId);
  const isFinished = event.status.endsWith('_COMPLETE');
  return {
    ...seen,
    begun: new Set([...operation.begun, event.logicalId]),
    finished: new Set(isFinished ? [...others, event.logicalId] : others),
  };
}

/** Whether an operation that AWS accepted has not yet reported its end: a settled status read before that is stale. */
export function isPending({ submitted }: Run, operation: StackOperation | undefined): boolean {
  return submitted?.outcome === 'accepted' && !operation?.ended;
}

/** Whether the stack rolled back; once its events say how the operation ended, a different status is stale. */
export function wentBack(stack: Stack, operation: StackOperation | undefined): boolean {
  if (operation?.ended || operation?.rolledBack) return operation.rolledBack === true;
  const condition = stackCondition(stack.status);
  return condition.kind === 'settled' && condition.rolledBack;
}
