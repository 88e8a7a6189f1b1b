import { AwsError } from '../../contract/aws-error.ts';
import { startCreate } from '../engine/create-run.ts';
import { type CloudFormation, createStackRecord } from '../state.ts';
import { findStack, invalid, requireMember } from './lookup.ts';
import { isRepeated, readDeployment, readSettings, rememberToken, type StackRequest } from './request.ts';

/** CreateStack. */
export function createStack(cloud: CloudFormation, request: StackRequest): { StackId: string; OperationId?: string } {
  const name = checkStackName(request.StackName);
  const existing = findStack(cloud, name);
  if (existing && isRepeated(existing, 'CreateStack', request)) return { StackId: existing.id };
  if (existing) throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`);
  const stack = createStackRecord(cloud.world, name, readSettings(request));
  const deployment = readDeployment(cloud, stack, request);
  stack.terminationProtection = request.EnableTerminationProtection ?? false;
  cloud.stacks.push(stack);
  rememberToken(stack, 'CreateStack', request);
  return { StackId: stack.id, OperationId: startCreate(cloud, stack, deployment, request.ClientRequestToken) };
}

/** The name for a new stack; throws ValidationError if AWS would refuse it. */
export function checkStackName(value: string | undefined): string {
  const name = requireMember(value, 'stackName');
  if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name))
    throw invalid(
      `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
    );
  return name;
}
