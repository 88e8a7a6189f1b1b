import type { Stack } from '../../aws/aws.ts';
import type { Decision } from '../../canary/decision.ts';
import { OperatorError } from '../../canary/operator-error.ts';
import type { Run, StackOperation } from '../../canary/run.ts';
import { everCompleted, type StackCondition } from '../../canary/stack-status.ts';

/**
 * The wait for a stack operation, with how far it is: the share of the resources that have begun to change.
 * @param phase what happens, as the beginning of the sentence
 */
export function awaitOperation(
  phase: string,
  stack: Stack,
  operation: StackOperation | undefined,
): Extract<Decision, { kind: 'wait' }> {
  const { begun = new Set(), finished = new Set() } = operation ?? {};
  if (begun.size === 0) return { kind: 'wait', reason: `${phase} (${stack.status}).` };
  return {
    kind: 'wait',
    reason: `${phase} (${stack.status}, ${finished.size} of ${begun.size} resources done).`,
    percent: Math.min(99, Math.floor((finished.size / begun.size) * 100)),
  };
}

/** The error for a stack that failed to change. */
export function stackFailed(stack: Stack, operation: StackOperation | undefined): OperatorError {
  const cause = operation?.cancelledFor ?? operation?.rootCause ?? (stack.statusReason || 'AWS gives no reason');
  return new OperatorError(
    operation?.cancelledFor ? 'tasks-failing' : 'stack-failed',
    `The stack ${stack.name} ended in ${stack.status}. First failure: ${cause}`,
    `Fix the cause and run the deployment again${everCompleted(stack.status) ? '' : ', with EcsCanary.DeleteFailedStack ticked, because the stack never completed'}. The traffic split was not changed.`,
  );
}

/** The error for a stack in a status that only a person can resolve, with the exact command. */
export function stackStuck(
  stack: Stack,
  condition: Extract<StackCondition, { kind: 'stuck' }>,
  { region, operation }: Pick<Run, 'region' | 'operation'>,
): OperatorError {
  const cause = operation?.rootCause === undefined ? '' : ` First failure: ${operation.rootCause}`;
  const command = `aws cloudformation ${commandOf[condition.remedy]} --stack-name ${stack.name} --region ${region}`;
  // AWS lists them as [A, B].
  const failed = /failed to \w+: \[([^\]]+)\]/.exec(stack.statusReason)?.[1]?.replaceAll(',', '') ?? 'LOGICAL_ID';
  return new OperatorError(
    'stack-stuck',
    `The stack ${stack.name} is in ${stack.status}, in which AWS accepts no update${stack.statusReason ? ` (${stack.statusReason})` : ''}.${cause}`,
    condition.remedy === 'console'
      ? 'Check the stack in the CloudFormation console and bring it to a *_COMPLETE status. These steps never delete a stack that has served traffic.'
      : `Run: ${command}${condition.remedy === 'continue-update-rollback' ? ` (if that fails again, add --resources-to-skip ${failed})` : ''}. Then run this step again. These steps never delete a stack that has served traffic.`,
  );
}

const commandOf = {
  'continue-update-rollback': 'continue-update-rollback',
  'rollback-stack': 'rollback-stack',
  'retry-delete': 'delete-stack',
  console: 'describe-stacks',
} as const;
