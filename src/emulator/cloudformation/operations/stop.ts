import { rollbackCreate } from '../engine/create-run.ts';
import { startDelete } from '../engine/delete-run.ts';
import { startRollback } from '../engine/rollback-run.ts';
import { createRun, launch } from '../engine/run.ts';
import type { CloudFormation, Stack } from '../state.ts';
import { findStack, invalid, requireMember, requireStack } from './lookup.ts';

interface StopRequest {
  readonly StackName?: string;
  readonly RoleARN?: string;
  readonly ClientRequestToken?: string;
  readonly RetainResources?: readonly string[];
  readonly ResourcesToSkip?: readonly string[];
  readonly EnableTerminationProtection?: boolean;
}

const deletable = /^(CREATE_IN_PROGRESS|REVIEW_IN_PROGRESS|[A-Z_]+_(COMPLETE|FAILED))$/;

/** DeleteStack; succeeds if there is no such stack. */
export function deleteStack(cloud: CloudFormation, request: StopRequest): object {
  const stack = findStack(cloud, requireMember(request.StackName, 'stackName'));
  if (!stack || stack.deletionTime || stack.status === 'DELETE_IN_PROGRESS') return {};
  if (stack.terminationProtection)
    throw invalid(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
  if (!deletable.test(stack.status))
    throw invalid(`Stack [${stack.id}] cannot be deleted while in status ${stack.status}`);
  const retain = request.RetainResources ?? [];
  if (retain.length > 0 && stack.status !== 'DELETE_FAILED')
    throw invalid(
      `Invalid operation on stack [${stack.id}]. RetainResources can only be specified for a stack in DELETE_FAILED state`,
    );
  if (request.RoleARN !== undefined) stack.settings = { ...stack.settings, roleArn: request.RoleARN };
  startDelete(cloud, stack, request.ClientRequestToken, retain);
  return {};
}

/** CancelUpdateStack, only for an update that has not reached its cleanup. */
export function cancelUpdateStack(cloud: CloudFormation, request: StopRequest): object {
  const stack = requireStack(cloud, requireMember(request.StackName, 'stackName'), 'brackets');
  if (stack.status !== 'UPDATE_IN_PROGRESS')
    throw invalid('CancelUpdateStack cannot be called from current stack status');
  stack.running?.controller.abort('user');
  return {};
}

/** ContinueUpdateRollback. */
export function continueUpdateRollback(cloud: CloudFormation, request: StopRequest): object {
  const stack = requireStack(cloud, requireMember(request.StackName, 'stackName'), 'brackets');
  if (stack.status !== 'UPDATE_ROLLBACK_FAILED')
    throw invalid(`Stack:${stack.id} is in ${stack.status} state and can not continue update rollback.`);
  const skip = request.ResourcesToSkip ?? [];
  const wrong = skip.filter((id) => stack.resources.get(id)?.status !== 'UPDATE_FAILED');
  if (wrong.length > 0)
    throw invalid(
      `ResourcesToSkip can only name resources in UPDATE_FAILED state, which these are not: [${wrong.join(', ')}]`,
    );
  startRollback(cloud, stack, 'CONTINUE_ROLLBACK', request.ClientRequestToken, skip);
  return {};
}

/** RollbackStack, after a failed operation with rollback disabled. */
export function rollbackStack(cloud: CloudFormation, request: StopRequest): object {
  const stack = requireStack(cloud, requireMember(request.StackName, 'stackName'), 'brackets');
  if (stack.status === 'UPDATE_FAILED') {
    const OperationId = startRollback(cloud, stack, 'ROLLBACK', request.ClientRequestToken, []);
    return { StackId: stack.id, OperationId };
  }
  if (stack.status !== 'CREATE_FAILED')
    throw invalid(`Stack:${stack.id} is in ${stack.status} state and can not be rolled back.`);
  return rollBackCreated(cloud, stack, request.ClientRequestToken);
}

function rollBackCreated(cloud: CloudFormation, stack: Stack, token: string | undefined): object {
  launch(createRun(cloud, stack, 'cleanup'), () => rollbackCreate(cloud, stack, 'User Initiated', 'ROLLBACK', token));
  return { StackId: stack.id };
}

/** UpdateTerminationProtection. */
export function updateTerminationProtection(cloud: CloudFormation, request: StopRequest): object {
  const stack = requireStack(cloud, requireMember(request.StackName, 'stackName'), 'brackets');
  stack.terminationProtection = request.EnableTerminationProtection ?? false;
  return { StackId: stack.id };
}
