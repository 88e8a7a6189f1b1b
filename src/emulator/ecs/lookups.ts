import { arnSegments, lastSegment } from './arns.ts';
import { clientException, clusterNotFound, invalidParameter, serviceNotActive, serviceNotFound } from './errors.ts';
import type {
  ClusterRecord,
  EcsState,
  ServiceRecord,
  TaskDefinitionRecord,
  TaskRecord,
  TaskSetRecord,
} from './state.ts';

/** The active cluster of that name or ARN, `default` when absent; throws ClusterNotFoundException. */
export function getCluster(state: EcsState, cluster: string | undefined): ClusterRecord {
  const record = state.clusters.get(lastSegment(cluster ?? 'default'));
  if (record?.shape.status !== 'ACTIVE') throw clusterNotFound();
  return record;
}

/** The service of that name or ARN, whatever its status. */
export function findService(state: EcsState, cluster: ClusterRecord, service: string): ServiceRecord | undefined {
  const segments = arnSegments(service, 'service');
  if (segments?.length === 2 && segments[0] !== cluster.shape.clusterName) return undefined;
  return state.services.get(`${cluster.shape.clusterName}/${lastSegment(service)}`);
}

/** The service of that name or ARN; throws ClusterNotFoundException, ServiceNotFoundException, InvalidParameterException. */
export function getService(state: EcsState, cluster: string | undefined, service: string | undefined): ServiceRecord {
  const clusterRecord = getCluster(state, cluster);
  if (!service) throw invalidParameter('Service cannot be blank.');
  const record = findService(state, clusterRecord, service);
  if (!record) throw serviceNotFound();
  return record;
}

/** Like getService, but only an ACTIVE service; throws ServiceNotActiveException. */
export function getActiveService(
  state: EcsState,
  cluster: string | undefined,
  service: string | undefined,
): ServiceRecord {
  const record = getService(state, cluster, service);
  if (record.shape.status !== 'ACTIVE') throw serviceNotActive();
  return record;
}

/** Refuses task set operations on a service that is not EXTERNAL, as AWS does. */
export function assertExternal(service: ServiceRecord): void {
  if (service.shape.deploymentController.type !== 'EXTERNAL')
    throw invalidParameter(
      'Amazon ECS only supports task set management on services configured to use external deployment controllers.',
    );
}

/** The task set with that id or ARN. */
export function findTaskSet(service: ServiceRecord, idOrArn: string): TaskSetRecord | undefined {
  return service.sets.find(({ shape }) => shape.id === idOrArn || shape.taskSetArn === idOrArn);
}

/** The revision that `family`, `family:revision` or an ARN names; a bare family means its newest active revision. */
export function findTaskDefinition(state: EcsState, reference: string): TaskDefinitionRecord | undefined {
  const name = lastSegment(reference);
  if (name.includes(':')) return state.taskDefinitions.get(name);
  return [...state.taskDefinitions.values()].findLast(
    ({ shape }) => shape.family === name && shape.status === 'ACTIVE',
  );
}

/** An active revision; throws ClientException. */
export function getActiveTaskDefinition(state: EcsState, reference: string | undefined): TaskDefinitionRecord {
  if (!reference) throw invalidParameter('TaskDefinition can not be blank.');
  const record = findTaskDefinition(state, reference);
  if (!record) throw clientException('TaskDefinition not found.');
  if (record.shape.status !== 'ACTIVE') throw clientException('TaskDefinition is inactive');
  return record;
}

/** The task of that cluster with that id or ARN. */
export function findTask(state: EcsState, cluster: ClusterRecord, idOrArn: string): TaskRecord | undefined {
  const id = lastSegment(idOrArn);
  return [...state.tasks.values()].find(
    ({ shape }) => shape.clusterArn === cluster.shape.clusterArn && lastSegment(shape.taskArn) === id,
  );
}
