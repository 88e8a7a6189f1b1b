import type { Stack, StackEvent } from '../../aws/aws.ts';
import { OperatorError } from '../../canary/operator-error.ts';
import { type StackCondition, stackCondition } from '../../canary/stack-status.ts';
import type { CanaryReader } from '../../observation/canary-reader.ts';
import type { Run, StackOperation } from '../step.ts';

/** Request tokens begin with it, so that a later run recognises an operation that an earlier one started. */
export const tokenPrefix = 'ecs-canary-';

/**
 * Reads what is new about the stack operation under way: this run's own, or one that an earlier run of these
 * steps started and did not live to see the end of. Somebody else's operation is only waited for.
 */
export async function observeOperation(reader: CanaryReader, run: Run): Promise<readonly string[]> {
  const operation = run.operation ?? (await adoptOperation(reader, run));
  if (!operation) return [];
  const events = await reader.events(operation.token, operation.seenEvent);
  for (const event of events) note(operation, event);
  return events.map(describeEvent);
}

async function adoptOperation(reader: CanaryReader, run: Run): Promise<StackOperation | undefined> {
  const token = run.submitted ? run.token : await reader.latestToken();
  if (!token.startsWith(tokenPrefix)) return undefined;
  run.operation = { token, begun: new Set(), finished: new Set(), ended: false };
  return run.operation;
}

function note(operation: StackOperation, event: StackEvent): void {
  operation.startedAt ??= event.time;
  operation.seenEvent = event.id;
  const isStack = event.physicalId.startsWith('arn:') && event.type === 'AWS::CloudFormation::Stack';
  if (event.status.endsWith('_FAILED') && !/cancelled/i.test(event.reason))
    operation.rootCause ??= describeEvent(event);
  if (isStack) {
    operation.ended = !event.status.endsWith('_IN_PROGRESS');
    operation.rolledBack ||= event.status.includes('ROLLBACK');
    return;
  }
  operation.begun.add(event.logicalId);
  if (event.status.endsWith('_COMPLETE')) operation.finished.add(event.logicalId);
  else operation.finished.delete(event.logicalId);
}

/** Whether an operation that AWS accepted has not said that it is over: a settled status read before that is an old one. */
export function isPending(run: Run): boolean {
  return run.submitted?.outcome === 'accepted' && !run.operation?.ended;
}

/** Whether the stack went back; once its events said how the operation ended, a status that differs is an old one. */
export function wentBack(stack: Stack, operation: StackOperation | undefined): boolean {
  if (operation?.ended || operation?.rolledBack) return operation.rolledBack === true;
  const condition = stackCondition(stack.status);
  return condition.kind === 'settled' && condition.rolledBack;
}

/** For example "GreenTaskSet (TaskSet): CREATE_FAILED: the reason". */
function describeEvent(event: StackEvent): string {
  const type = event.type.slice(event.type.lastIndexOf('::') + 2);
  return `${event.logicalId} (${type}): ${event.status}${event.reason ? `: ${event.reason}` : ''}`;
}

/** How far the operation is, as a sentence part and a percentage of the resources that have begun to change. */
export function describeProgress(operation: StackOperation | undefined): {
  readonly text: string;
  readonly percent?: number;
} {
  if (!operation || operation.begun.size === 0) return { text: '' };
  const { begun, finished } = operation;
  return {
    text: `, ${finished.size} of ${begun.size} resources done`,
    percent: Math.min(99, Math.floor((finished.size / begun.size) * 100)),
  };
}

/** The error for a stack that failed to change. */
export function stackFailed(stack: Stack, operation: StackOperation | undefined): OperatorError {
  const cause = operation?.cancelledFor ?? operation?.rootCause ?? (stack.statusReason || 'AWS gives no reason');
  return new OperatorError(
    operation?.cancelledFor ? 'tasks-failing' : 'stack-failed',
    `The stack ${stack.name} ended in ${stack.status}. First failure: ${cause}`,
    'Correct the cause and run the deployment again. The split of the traffic was not touched.',
  );
}

/** The error for a stack that only a person can lead out of its status, with the exact command. */
export function stackStuck(
  stack: Stack,
  condition: Extract<StackCondition, { kind: 'stuck' }>,
  region: string,
): OperatorError {
  const command = `aws cloudformation ${commandOf[condition.remedy]} --stack-name ${stack.name} --region ${region}`;
  return new OperatorError(
    'stack-stuck',
    `The stack ${stack.name} is in ${stack.status}, in which AWS accepts no update${stack.statusReason ? ` (${stack.statusReason})` : ''}.`,
    condition.remedy === 'console'
      ? 'Look at the stack in the CloudFormation console and lead it to a complete status; these steps never delete a stack that has served.'
      : `Run: ${command}${condition.remedy === 'continue-update-rollback' ? ' (add --resources-to-skip LOGICAL_ID for a resource that cannot be rolled back)' : ''}. Then run this step again. These steps never delete a stack that has served.`,
  );
}

const commandOf = {
  'continue-update-rollback': 'continue-update-rollback',
  'rollback-stack': 'rollback-stack',
  'retry-delete': 'delete-stack',
  console: 'describe-stacks',
} as const;
