import type {
  Compatibility,
  ContainerDefinition,
  RegisterTaskDefinitionRequest,
  TaskDefinition,
} from '@aws-sdk/client-ecs';

/** What AWS stores of a registration: the request without tags, with defaults filled in. */
export function buildTaskDefinition(input: RegisterTaskDefinitionRequest) {
  const { tags: _, ...request } = structuredClone(input);
  const compatibilities: Compatibility[] = request.networkMode === 'awsvpc' ? ['EC2', 'FARGATE'] : ['EXTERNAL', 'EC2'];
  return {
    ...request,
    containerDefinitions: (request.containerDefinitions ?? []).map(fillContainer),
    volumes: request.volumes ?? [],
    placementConstraints: request.placementConstraints ?? [],
    compatibilities,
  } satisfies TaskDefinition;
}

function fillContainer(container: ContainerDefinition): ContainerDefinition {
  return {
    ...container,
    cpu: container.cpu ?? 0,
    essential: container.essential ?? true,
    environment: container.environment ?? [],
    mountPoints: container.mountPoints ?? [],
    volumesFrom: container.volumesFrom ?? [],
    portMappings: (container.portMappings ?? []).map((mapping) => ({
      ...mapping,
      hostPort: mapping.hostPort ?? mapping.containerPort,
      protocol: mapping.protocol ?? 'tcp',
    })),
  };
}
