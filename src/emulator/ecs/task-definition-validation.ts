import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { clientException } from './errors.ts';

/** Refuses what AWS refuses in a task definition, including Fargate's rules; throws ClientException. */
export function validateTaskDefinition(input: RegisterTaskDefinitionRequest): void {
  if (!input.family) throw clientException('Family should not be null or empty.');
  if (!/^[\w-]{1,255}$/.test(input.family)) throw clientException('Family contains invalid characters.');
  const containers = input.containerDefinitions ?? [];
  if (containers.length === 0) throw clientException('Container list cannot be empty.');
  for (const container of containers) validateContainer(container, input.networkMode);
  if (new Set(containers.map(({ name }) => name)).size < containers.length)
    throw clientException('Container names must be unique in a task definition.');
  if (containers.every(({ essential }) => essential === false))
    throw clientException('Invalid setting for container. At least one container must be essential.');
  if (input.requiresCompatibilities?.includes('FARGATE')) validateFargate(input, containers);
  else validateContainerMemory(input, containers);
}

function validateContainer(container: ContainerDefinition, networkMode: string | undefined): void {
  if (!container.name) throw clientException('Container.name should not be null or empty.');
  if (!container.image) throw clientException('Container.image should not be null or empty.');
  for (const { containerPort, hostPort } of container.portMappings ?? [])
    if (networkMode === 'awsvpc' && hostPort && hostPort !== containerPort)
      throw clientException('When networkMode=awsvpc, the host ports and container ports in port mappings must match.');
}

function validateContainerMemory(
  input: RegisterTaskDefinitionRequest,
  containers: readonly ContainerDefinition[],
): void {
  const lacking = input.memory ? undefined : containers.find((one) => !one.memory && !one.memoryReservation);
  if (lacking)
    throw clientException(
      `Invalid setting for container '${lacking.name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    );
}

function validateFargate(input: RegisterTaskDefinitionRequest, containers: readonly ContainerDefinition[]): void {
  if (input.networkMode !== 'awsvpc') throw clientException('Fargate only supports network mode ‘awsvpc’.');
  if (!input.cpu || !input.memory)
    throw clientException("Fargate requires that 'cpu' and 'memory' be defined at the task level.");
  if (!isFargateSize(toUnits(input.cpu, 'vcpu'), toUnits(input.memory, 'gb')))
    throw clientException(
      `No Fargate configuration exists for given values: ${input.cpu} CPU, ${input.memory} memory. See the Amazon ECS documentation for the valid values.`,
    );
  if (input.executionRoleArn) return;
  if (containers.some(({ image }) => /\.dkr\.ecr\..+\.amazonaws\.com/.test(image ?? '')))
    throw clientException('Fargate requires task definition to have execution role ARN to support ECR images.');
  if (containers.some(({ logConfiguration }) => logConfiguration?.logDriver === 'awslogs'))
    throw clientException('Fargate requires task definition to have execution role ARN to support log driver awslogs.');
  if (containers.some(({ secrets }) => secrets?.length))
    throw clientException(
      'When you are specifying container secrets, you must also specify a value for executionRoleArn.',
    );
}

/** Converts `1 vCPU` or `2 GB` to units of 1/1024; plain numbers already are in them. */
function toUnits(text: string, unit: 'vcpu' | 'gb'): number {
  const match = new RegExp(`^([\\d.]+)\\s*${unit}$`, 'i').exec(text);
  return match ? Number(match[1]) * 1024 : Number(text);
}

function isFargateSize(cpu: number, memory: number): boolean {
  if (cpu === 256) return [512, 1024, 2048].includes(memory);
  const [least, most, step] = fargateMemory.get(cpu) ?? [Number.POSITIVE_INFINITY, 0, 1];
  return memory >= least && memory <= most && memory % step === 0;
}

/** Memory of each CPU size in MiB: least, most, step. */
const fargateMemory = new Map<number, readonly [number, number, number]>([
  [512, [1024, 4096, 1024]],
  [1024, [2048, 8192, 1024]],
  [2048, [4096, 16_384, 1024]],
  [4096, [8192, 30_720, 1024]],
  [8192, [16_384, 61_440, 4096]],
  [16_384, [32_768, 122_880, 8192]],
]);
