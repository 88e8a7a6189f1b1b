import { type CloudFormation, type OperationType, type ResourceState, type Stack, uuid } from '../state.ts';

const stackType = 'AWS::CloudFormation::Stack';

/** Begins an operation; later events carry its id and client request token. */
export function beginOperation(cloud: CloudFormation, stack: Stack, type: OperationType, token?: string): string {
  const id = uuid(cloud.world);
  stack.operations.push({ id, type, token });
  return id;
}

/** Sets a stack's status and records the event. */
export function setStackStatus(cloud: CloudFormation, stack: Stack, status: string, reason?: string): void {
  stack.status = status;
  stack.statusReason = reason;
  record(cloud, stack, {
    EventId: uuid(cloud.world),
    LogicalResourceId: stack.name,
    PhysicalResourceId: stack.id,
    ResourceType: stackType,
    ResourceStatus: status,
    ...(reason ? { ResourceStatusReason: reason } : {}),
  });
}

/** Sets a resource's status and records the event. */
export function setResourceStatus(
  cloud: CloudFormation,
  stack: Stack,
  resource: ResourceState,
  status: string,
  reason?: string,
): void {
  resource.status = status;
  resource.statusReason = reason;
  resource.timestamp = cloud.world.clock.now();
  record(cloud, stack, {
    EventId: `${resource.logicalId}-${uuid(cloud.world)}`,
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId ?? '',
    ResourceType: resource.type,
    ResourceStatus: status,
    ResourceProperties: JSON.stringify(resource.properties),
    ...(reason ? { ResourceStatusReason: reason } : {}),
  });
}

function record(
  cloud: CloudFormation,
  stack: Stack,
  event: Omit<Stack['events'][number], 'StackId' | 'StackName' | 'Timestamp'>,
): void {
  const operation = stack.operations.at(-1);
  stack.events.push({
    StackId: stack.id,
    StackName: stack.name,
    Timestamp: cloud.world.clock.now(),
    ...(operation ? { OperationId: operation.id } : {}),
    ...(operation?.token ? { ClientRequestToken: operation.token } : {}),
    ...event,
  });
}
