import type { CloudFormation, ResourceState, Stack } from '../state.ts';
import { findStack, invalid, requireMember, requireStack } from './lookup.ts';
import { page } from './paging.ts';

interface ResourceRequest {
  readonly StackName?: string;
  readonly LogicalResourceId?: string;
  readonly PhysicalResourceId?: string;
  readonly NextToken?: string;
}

/** ListStackResources, paged. */
export function listStackResources(cloud: CloudFormation, request: ResourceRequest): object {
  const stack = requireStack(cloud, requireMember(request.StackName, 'stackName'), 'id');
  const all = [...stack.resources.values()];
  const { items, ...next } = page(all, ({ logicalId }) => logicalId, request.NextToken, cloud.world.options.pageSize);
  return {
    StackResourceSummaries: items.map((item) => ({ ...common(stack, item), LastUpdatedTimestamp: item.timestamp })),
    ...next,
  };
}

/** DescribeStackResources: all resources of a stack, one of them, or all of the stack that a physical resource belongs to. */
export function describeStackResources(cloud: CloudFormation, request: ResourceRequest): object {
  const stack = request.StackName
    ? requireStack(cloud, request.StackName, 'id')
    : ownerOf(cloud, request.PhysicalResourceId);
  const wanted = [...stack.resources.values()].filter(
    ({ logicalId }) => request.LogicalResourceId === undefined || request.LogicalResourceId === logicalId,
  );
  return {
    StackResources: wanted.map((resource) => ({
      ...place(stack),
      ...common(stack, resource),
      Timestamp: resource.timestamp,
    })),
  };
}

/** DescribeStackResource. */
export function describeStackResource(cloud: CloudFormation, request: ResourceRequest): object {
  const stack = findStack(cloud, requireMember(request.StackName, 'stackName'));
  if (!stack) throw invalid(`Stack '${request.StackName}' does not exist`);
  const resource = stack.resources.get(requireMember(request.LogicalResourceId, 'logicalResourceId'));
  if (!resource) throw invalid(`Resource ${request.LogicalResourceId} does not exist for stack ${stack.name}`);
  const Metadata = JSON.stringify(resource.metadata ?? {});
  return {
    StackResourceDetail: {
      ...place(stack),
      ...common(stack, resource),
      LastUpdatedTimestamp: resource.timestamp,
      Metadata,
    },
  };
}

function ownerOf(cloud: CloudFormation, physicalId: string | undefined): Stack {
  const stack = cloud.stacks.find(({ resources }) =>
    [...resources.values()].some((resource) => resource.physicalId === physicalId),
  );
  if (physicalId === undefined || !stack) throw invalid(`Stack for ${physicalId} does not exist`);
  return stack;
}

function place(stack: Stack): object {
  return { StackName: stack.name, StackId: stack.id };
}

function common({ undo }: Stack, resource: ResourceState): object {
  // Until its replacement exists, a resource is shown with its old id.
  const physicalId = resource.physicalId ?? undo.get(resource.logicalId)?.physicalId;
  return {
    LogicalResourceId: resource.logicalId,
    ...(physicalId === undefined ? {} : { PhysicalResourceId: physicalId }),
    ResourceType: resource.type,
    ResourceStatus: resource.status,
    ...(resource.statusReason === undefined ? {} : { ResourceStatusReason: resource.statusReason }),
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
  };
}
