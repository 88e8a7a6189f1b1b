import type { CreateTaskSetRequest, LoadBalancer } from '@aws-sdk/client-ecs';
import { invalidParameter, unsupported } from './errors.ts';
import type { EcsWorld, TaskDefinitionRecord } from './state.ts';

/** Refuses a task set whose launch type, network or load balancer AWS would refuse for its task definition. */
export function validateTaskSet(world: EcsWorld, definition: TaskDefinitionRecord, input: CreateTaskSetRequest): void {
  if ((input.clientToken?.length ?? 0) > 36) throw invalidParameter('ClientToken can have at most 36 characters.');
  validateLaunch(definition, input);
  validateNetwork(definition, input);
  const balancers = input.loadBalancers ?? [];
  if (balancers.length > 1) throw invalidParameter('load balancers can have at most 1 items.');
  for (const balancer of balancers) validateLoadBalancer(world, definition, balancer);
}

function validateLaunch({ shape }: TaskDefinitionRecord, input: CreateTaskSetRequest): void {
  if (input.launchType && input.capacityProviderStrategy?.length)
    throw invalidParameter(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  if (input.launchType === 'FARGATE' && !shape.requiresCompatibilities?.includes('FARGATE'))
    throw invalidParameter('Task definition does not support launch_type FARGATE.');
}

function validateNetwork({ shape }: TaskDefinitionRecord, input: CreateTaskSetRequest): void {
  if (shape.networkMode !== 'awsvpc') throw unsupported(`task sets with the network mode ${shape.networkMode}.`);
  const network = input.networkConfiguration?.awsvpcConfiguration;
  if (!network)
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  if (!network.subnets?.length) throw invalidParameter('subnets can not be empty.');
}

function validateLoadBalancer(world: EcsWorld, { shape }: TaskDefinitionRecord, balancer: LoadBalancer): void {
  const { targetGroupArn, containerName, containerPort } = balancer;
  if (!targetGroupArn) throw invalidParameter('targetGroupArn cannot be blank.');
  const container = shape.containerDefinitions.find(({ name }) => name === containerName);
  if (!container) throw invalidParameter(`The container ${containerName} does not exist in the task definition.`);
  if (!container.portMappings?.some((mapping) => mapping.containerPort === containerPort))
    throw invalidParameter(`The container ${containerName} did not have a container port ${containerPort} defined.`);
  if (!world.elb.targetGroupExists(targetGroupArn))
    throw invalidParameter(`The target group with targetGroupArn ${targetGroupArn} does not exist.`);
  if (!world.elb.isAttached(targetGroupArn))
    throw invalidParameter(
      `The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
    );
}
