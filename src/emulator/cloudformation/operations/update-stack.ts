import { planUpdate } from '../engine/plan.ts';
import { startUpdate } from '../engine/update-run.ts';
import type { CloudFormation, Deployment, Stack } from '../state.ts';
import { invalid, requireMember, requireStack } from './lookup.ts';
import { isRepeated, readDeployment, readSettings, rememberToken, type StackRequest } from './request.ts';

const updatable = /^((CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT|IMPORT_ROLLBACK)_COMPLETE|UPDATE_FAILED)$/;

/** UpdateStack. */
export function updateStack(cloud: CloudFormation, request: StackRequest): { StackId: string; OperationId?: string } {
  const stack = requireStack(cloud, requireMember(request.StackName, 'stackName'), 'brackets');
  if (isRepeated(stack, 'UpdateStack', request)) return { StackId: stack.id };
  checkUpdatable(stack, request.DisableRollback ?? false);
  const deployment = readDeployment(cloud, stack, request);
  if (!isUpdate(cloud, stack, deployment)) throw invalid('No updates are to be performed.');
  stack.settings = readSettings(request, stack.settings);
  rememberToken(stack, 'UpdateStack', request);
  return { StackId: stack.id, OperationId: startUpdate(cloud, stack, deployment, request.ClientRequestToken) };
}

/** Throws ValidationError while the stack's status forbids an update. */
export function checkUpdatable(stack: Stack, disableRollback: boolean): void {
  if (!updatable.test(stack.status))
    throw invalid(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
  if (stack.status === 'UPDATE_FAILED' && !disableRollback)
    throw invalid(
      'This stack is currently in a non-terminal [UPDATE_FAILED] state. To update the stack from this state, please use the disable-rollback parameter with update-stack API. To rollback to the last known good state, use the rollback-stack API',
    );
}

/** Whether a deployment differs in a resource, in metadata or in stack tags; differences only in outputs, conditions or policies do not count. */
export function isUpdate(cloud: CloudFormation, stack: Stack, deployment: Deployment): boolean {
  const before = JSON.stringify(stack.deployment?.tags);
  return before !== JSON.stringify(deployment.tags) || planUpdate(cloud, stack, deployment).length > 0;
}
