import type { CreateServiceRequest, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { invalidParameter, unsupported } from './errors.ts';
import type { ServiceRecord } from './state.ts';

/** Refuses what an EXTERNAL service cannot have, and every service that the emulator could not run. */
export function refuseCreate(input: CreateServiceRequest): void {
  if (input.desiredCount !== undefined && input.desiredCount < 0)
    throw invalidParameter('desiredCount cannot be negative.');
  if (input.deploymentController?.type === 'EXTERNAL') refuseBesidesTaskSets(input);
  else refuseUnlessIdle(input);
}

function refuseBesidesTaskSets(input: CreateServiceRequest): void {
  for (const [field, label] of blankWithExternal)
    if (!isBlank(input[field])) throw invalidParameter(`${label} must be blank`);
  if (input.schedulingStrategy === 'DAEMON')
    throw invalidParameter('The scheduling strategy DAEMON is not supported with an EXTERNAL deployment controller.');
  const { deploymentCircuitBreaker, alarms, strategy } = input.deploymentConfiguration ?? {};
  if (deploymentCircuitBreaker?.enable || alarms?.enable || (strategy && strategy !== 'ROLLING'))
    throw invalidParameter('Deployment circuit breaker, alarms and strategy need an ECS deployment controller.');
  if (input.serviceConnectConfiguration?.enabled || input.vpcLatticeConfigurations?.length)
    throw invalidParameter('Service Connect and VPC Lattice are not supported with an EXTERNAL deployment controller.');
}

/** Refuses what UpdateService cannot change on an EXTERNAL service. */
export function refuseUpdate(service: ServiceRecord, input: UpdateServiceRequest): void {
  if (service.shape.deploymentController.type !== 'EXTERNAL') {
    if (input.desiredCount) throw unsupported('tasks of a service that is not EXTERNAL.');
    return;
  }
  if (input.desiredCount !== undefined && input.desiredCount < 0)
    throw invalidParameter('desiredCount cannot be negative.');
  for (const [field, label] of belongsToTaskSet)
    if (!isBlank(input[field]))
      throw invalidParameter(
        `Unable to update ${label} on services with an EXTERNAL deployment controller. Create a new task set instead.`,
      );
}

/** An ECS-controlled service without tasks may exist, so that tests can see clients refuse it. */
function refuseUnlessIdle(input: CreateServiceRequest): void {
  const type = input.deploymentController?.type ?? 'ECS';
  if (type !== 'ECS') throw unsupported(`the deployment controller ${type}.`);
  if (!input.taskDefinition) throw invalidParameter('TaskDefinition can not be blank.');
  if (input.desiredCount !== 0) throw unsupported('tasks of a service that is not EXTERNAL; use desiredCount 0.');
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === false || (Array.isArray(value) && value.length === 0);
}

const blankWithExternal = [
  ['taskDefinition', 'TaskDefinition'],
  ['launchType', 'LaunchType'],
  ['capacityProviderStrategy', 'CapacityProviderStrategy'],
  ['platformVersion', 'PlatformVersion'],
  ['networkConfiguration', 'NetworkConfiguration'],
  ['loadBalancers', 'LoadBalancers'],
  ['serviceRegistries', 'ServiceRegistries'],
] as const satisfies [keyof CreateServiceRequest, string][];

const belongsToTaskSet = [
  ['taskDefinition', 'task definition'],
  ['capacityProviderStrategy', 'capacity provider strategy'],
  ['platformVersion', 'platform version'],
  ['networkConfiguration', 'network parameters'],
  ['loadBalancers', 'load balancers'],
  ['serviceRegistries', 'service registries'],
  ['deploymentConfiguration', 'deployment configuration'],
  ['deploymentController', 'the deployment controller'],
  ['forceNewDeployment', 'the deployment'],
  ['serviceConnectConfiguration', 'Service Connect'],
  ['volumeConfigurations', 'volumes'],
  ['vpcLatticeConfigurations', 'VPC Lattice'],
  ['enableExecuteCommand', 'execute command'],
  ['availabilityZoneRebalancing', 'availability zone rebalancing'],
] as const satisfies [keyof UpdateServiceRequest, string][];
