import type { Stack } from '../../aws/aws.ts';
import { OperatorError } from '../../canary/operator-error.ts';
import type { StackOperation } from '../../canary/run.ts';
import type { StackCondition } from '../../canary/stack-status.ts';

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
    'Fix the cause and run the deployment again. The traffic split was not changed.',
  );
}

/** The error for a stack in a status that only a person can resolve, with the exact command. */
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
      ? 'Check the stack in the CloudFormation console and bring it to a *_COMPLETE status. These steps never delete a stack that has served traffic.'
      : `Run: ${command}${condition.remedy === 'continue-update-rollback' ? ' (add --resources-to-skip LOGICAL_ID for a resource that cannot be rolled back)' : ''}. Then run this step again. These steps never delete a stack that has served traffic.`,
  );
}

const commandOf = {
  'continue-update-rollback': 'continue-update-rollback',
  'rollback-stack': 'rollback-stack',
  'retry-delete': 'delete-stack',
  console: 'describe-stacks',
} as const;
