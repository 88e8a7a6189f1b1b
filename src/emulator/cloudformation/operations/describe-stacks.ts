import { knownParameter } from '../engine/outside.ts';
import type { CloudFormation, Deployment, Stack } from '../state.ts';
import { storedType } from '../template/parameters.ts';
import { requireStack } from './lookup.ts';
import { page } from './paging.ts';

interface DescribeRequest {
  readonly StackName?: string;
  readonly NextToken?: string;
  readonly StackStatusFilter?: readonly string[];
}

const drift = { StackDriftStatus: 'NOT_CHECKED' };

/** DescribeStacks: one by name or id, or all that are not deleted. */
export function describeStacks(cloud: CloudFormation, request: DescribeRequest): object {
  const found = request.StackName
    ? [requireStack(cloud, request.StackName, 'id')]
    : cloud.stacks.filter(({ deletionTime }) => !deletionTime).toReversed();
  const { items, ...next } = page(found, ({ id }) => id, request.NextToken, cloud.world.options.pageSize);
  return { Stacks: items.map((stack) => describe(cloud, stack)), ...next };
}

/** ListStacks, including deleted stacks. */
export function listStacks(cloud: CloudFormation, request: DescribeRequest): object {
  const wanted = request.StackStatusFilter ?? [];
  const found = cloud.stacks.filter(({ status }) => wanted.length === 0 || wanted.includes(status)).toReversed();
  const { items, ...next } = page(found, ({ id }) => id, request.NextToken, cloud.world.options.pageSize);
  return { StackSummaries: items.map(summarize), ...next };
}

/** Parameters as AWS shows them, with NoEcho values masked. */
export function shownParameters(cloud: CloudFormation, deployment: Deployment | undefined): object[] {
  if (!deployment) return [];
  return Object.entries(deployment.parameters).map(([name, value]) => ({
    ParameterKey: name,
    ParameterValue: deployment.template.parameters.get(name)?.noEcho ? '****' : value,
    ...(isStored(deployment, name) ? optional('ResolvedValue', knownParameter(cloud, value)) : {}),
  }));
}

function isStored({ template }: Deployment, name: string): boolean {
  const declared = template.parameters.get(name);
  return declared !== undefined && storedType(declared) !== undefined;
}

function describe(cloud: CloudFormation, stack: Stack): object {
  const { deployment, settings } = stack;
  return {
    StackId: stack.id,
    StackName: stack.name,
    ...optional('Description', deployment?.template.description),
    Parameters: shownParameters(cloud, deployment),
    CreationTime: stack.creationTime,
    ...optional('LastUpdatedTime', stack.lastUpdatedTime),
    ...optional('DeletionTime', stack.deletionTime),
    RollbackConfiguration: settings.rollbackConfiguration ?? {},
    StackStatus: stack.status,
    ...optional('StackStatusReason', stack.statusReason),
    DisableRollback: settings.disableRollback,
    NotificationARNs: settings.notificationArns,
    ...optional('TimeoutInMinutes', settings.timeoutInMinutes),
    Capabilities: settings.capabilities,
    ...(stack.outputs.length > 0 ? { Outputs: stack.outputs } : {}),
    ...optional('RoleARN', settings.roleArn),
    Tags: deployment?.tags ?? [],
    EnableTerminationProtection: stack.terminationProtection,
    DriftInformation: drift,
    LastOperations: stack.operations.slice(-1).map(({ id, type }) => ({ OperationId: id, OperationType: type })),
  };
}

function summarize(stack: Stack): object {
  return {
    StackId: stack.id,
    StackName: stack.name,
    ...optional('TemplateDescription', stack.deployment?.template.description),
    CreationTime: stack.creationTime,
    ...optional('LastUpdatedTime', stack.lastUpdatedTime),
    ...optional('DeletionTime', stack.deletionTime),
    StackStatus: stack.status,
    ...optional('StackStatusReason', stack.statusReason),
    DriftInformation: drift,
  };
}

function optional(key: string, value: unknown): object {
  return value === undefined ? {} : { [key]: value };
}
