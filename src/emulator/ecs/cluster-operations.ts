import type {
  CreateClusterRequest,
  CreateClusterResponse,
  DeleteClusterRequest,
  DeleteClusterResponse,
  DescribeClustersRequest,
  DescribeClustersResponse,
  PutClusterCapacityProvidersRequest,
  PutClusterCapacityProvidersResponse,
} from '@aws-sdk/client-ecs';
import { AwsError } from '../contract/aws-error.ts';
import type { OperationTable } from '../contract/operations.ts';
import { ecsArn, lastSegment } from './arns.ts';
import type { EcsContext } from './context.ts';
import { clusterNotFound, invalidParameter } from './errors.ts';
import { getCluster } from './lookups.ts';
import { mergeTags } from './tags.ts';
import { viewCluster } from './views.ts';

export const clusterOperations: OperationTable<EcsContext> = {
  CreateCluster: createCluster,
  DescribeClusters: describeClusters,
  DeleteCluster: deleteCluster,
  PutClusterCapacityProviders: putClusterCapacityProviders,
};

/** A cluster of that name or ARN, created if there is none; without a name the first active cluster. */
export function anyCluster(ecs: EcsContext, given?: string): string {
  if (given !== undefined) {
    createCluster(ecs, { clusterName: lastSegment(given) });
    return given;
  }
  const existing = [...ecs.state.clusters.values()].find(({ shape }) => shape.status === 'ACTIVE');
  return existing?.shape.clusterName ?? createCluster(ecs, { clusterName: 'stand-in' }).cluster?.clusterName ?? '';
}

/** Idempotent: returns an existing active cluster of that name unchanged. */
function createCluster({ world, state }: EcsContext, input: CreateClusterRequest): CreateClusterResponse {
  const name = input.clusterName ?? 'default';
  if (!/^[A-Za-z][\w-]{0,254}$/.test(name))
    throw invalidParameter('Identifier can only contain letters, numbers, underscores and hyphens.');
  const existing = state.clusters.get(name);
  if (existing?.shape.status === 'ACTIVE') return { cluster: viewCluster(state, existing, ['TAGS']) };
  const record = {
    shape: {
      clusterArn: ecsArn(world, `cluster/${name}`),
      clusterName: name,
      status: 'ACTIVE',
      settings: structuredClone(input.settings ?? [{ name: 'containerInsights' as const, value: 'disabled' }]),
      statistics: [],
      capacityProviders: [...(input.capacityProviders ?? [])],
      defaultCapacityProviderStrategy: structuredClone(input.defaultCapacityProviderStrategy ?? []),
    },
    tags: mergeTags([], input.tags),
  };
  state.clusters.set(name, record);
  return { cluster: viewCluster(state, record, ['TAGS']) };
}

function describeClusters({ world, state }: EcsContext, input: DescribeClustersRequest): DescribeClustersResponse {
  const names = (input.clusters?.length ? input.clusters : ['default']).map(lastSegment);
  if (names.length > 100) throw invalidParameter('Clusters cannot have more than 100 elements.');
  const found = names.flatMap((name) => state.clusters.get(name) ?? []);
  const missing = names.filter((name) => !state.clusters.has(name));
  return {
    clusters: found.map((cluster) => viewCluster(state, cluster, input.include)),
    failures: missing.map((name) => ({ arn: ecsArn(world, `cluster/${name}`), reason: 'MISSING' })),
  };
}

function putClusterCapacityProviders(
  { state }: EcsContext,
  input: PutClusterCapacityProvidersRequest,
): PutClusterCapacityProvidersResponse {
  const record = getCluster(state, input.cluster);
  Object.assign(record.shape, {
    capacityProviders: [...(input.capacityProviders ?? [])],
    defaultCapacityProviderStrategy: structuredClone(input.defaultCapacityProviderStrategy ?? []),
  });
  return { cluster: viewCluster(state, record, ['TAGS']) };
}

function deleteCluster({ state }: EcsContext, input: DeleteClusterRequest): DeleteClusterResponse {
  const record = state.clusters.get(lastSegment(input.cluster ?? ''));
  if (!record) throw clusterNotFound();
  const { activeServicesCount = 0, runningTasksCount = 0, pendingTasksCount = 0 } = viewCluster(state, record);
  if (activeServicesCount > 0)
    throw new AwsError('ClusterContainsServicesException', 'The Cluster cannot be deleted while Services are active.');
  if (runningTasksCount + pendingTasksCount > 0)
    throw new AwsError('ClusterContainsTasksException', 'The Cluster cannot be deleted while Tasks are active.');
  record.shape.status = 'INACTIVE';
  return { cluster: viewCluster(state, record) };
}
