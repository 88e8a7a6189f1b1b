import { createHmac, randomBytes } from 'node:crypto';
import {
  type ContainerDefinition,
  ECSClient,
  type KeyValuePair,
  type PortMapping,
  type Task as SdkTask,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { ContainerVersion, Mark, Marks, TaskVersion } from '../canary/task-version.ts';
import type { Task } from './aws.ts';
import type { Extend } from './clients.ts';
import { listTasks, readTaskDefinition, toLog, toTask } from './ecs.ts';
import { saysMissingTaskDefinition } from './errors.ts';

/** Adds reading task definitions, for which a bundle keeps all members of ECS's messages, and the digests of tasks. */
export const readVersions: Extend = (aws, { config, prepare }) => {
  const client = prepare(new ECSClient(config));
  const mark = createMarker();
  // A revision never changes.
  const known = new Map<string, Promise<TaskVersion | undefined>>();
  return {
    ...aws,
    ecs: {
      ...aws.ecs,
      listTasks: (cluster, service, taskSetId, status) =>
        listTasks(client, cluster, service, taskSetId, status, toTaskWithDigests),
      taskVersion: (arn) => {
        const version = known.get(arn) ?? readVersion(client, arn, mark);
        known.set(arn, version);
        version.catch(() => known.delete(arn));
        return version;
      },
    },
  };
};

function toTaskWithDigests(task: SdkTask): Task {
  const pulled = (task.containers ?? []).filter(({ imageDigest }) => imageDigest);
  return { ...toTask(task), digests: Object.fromEntries(pulled.map(({ name, imageDigest }) => [name, imageDigest])) };
}

async function readVersion(client: ECSClient, arn: string, mark: Marker): Promise<TaskVersion | undefined> {
  try {
    return toVersion(await readTaskDefinition(client, arn), mark);
  } catch (error) {
    if (saysMissingTaskDefinition(error)) return undefined;
    throw error;
  }
}

type Marker = (value: unknown) => Mark;

/** The key is gone when the run ends, so that not even a short password can be found by guessing. */
function createMarker(): Marker {
  const key = randomBytes(32);
  return (value) => {
    const text = JSON.stringify(simplify(value));
    return text === undefined ? '' : createHmac('sha256', key).update(text).digest('base64url');
  };
}

/** Equal for equal settings: sorted where order means nothing, and without empty values, which ECS treats as absent. */
function simplify(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value
      .map((item) => (typeof item === 'string' ? item : simplify(item)))
      .filter((item) => item !== undefined);
    if (items.length === 0) return undefined;
    // The order of words means something, for example in a health check's command.
    return items.every((item) => typeof item === 'string') ? items : items.sort(byText);
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, member]) => [name, simplify(member)] as const);
    const set = members.filter(([, member]) => member !== undefined).sort(([one], [other]) => (one < other ? -1 : 1));
    return set.length === 0 ? undefined : Object.fromEntries(set);
  }
  return value === '' || value === null ? undefined : value;
}

function byText(one: unknown, other: unknown): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}

function toVersion(definition: TaskDefinition, mark: Marker): TaskVersion {
  const {
    containerDefinitions = [],
    status,
    cpu = '',
    memory = '',
    taskRoleArn,
    executionRoleArn,
    ...more
  } = definition;
  // Members that name this revision, or that ECS derives from the rest.
  const { taskDefinitionArn: _arn, family: _family, revision: _revision, ...unnamed } = more;
  const { requiresAttributes: _attributes, compatibilities: _compatibilities, ...underived } = unnamed;
  const { registeredAt: _at, registeredBy: _by, deregisteredAt: _end, ...rest } = underived;
  return {
    active: status === 'ACTIVE',
    cpu,
    memory,
    taskRole: taskRoleArn ?? '',
    executionRole: executionRoleArn ?? '',
    containers: containerDefinitions.map((container) => toContainer(container, mark)),
    others: markEach(rest, mark),
  };
}

function toContainer(definition: ContainerDefinition, mark: Marker): ContainerVersion {
  const { name = '', image = '', cpu = 0, memory = 0, command, entryPoint, ...more } = definition;
  const { environment = [], secrets = [], environmentFiles = [], logConfiguration, portMappings = [], ...rest } = more;
  const log = toLog(logConfiguration);
  return {
    ...{ name, image, cpu, memory, log },
    command: mark(command),
    entryPoint: mark(entryPoint),
    environment: markValues(environment, mark),
    secrets: markValues(
      secrets.map((secret) => ({ name: secret.name, value: secret.valueFrom })),
      mark,
    ),
    environmentFiles: environmentFiles.map(({ value = '' }) => value),
    ports: portMappings.map(describePort),
    others: markEach(
      {
        ...rest,
        logConfiguration: { ...logConfiguration, logDriver: '', options: withoutPlace(logConfiguration?.options) },
        portMappings: portMappings.map(({ name: portName, appProtocol }) => ({ portName, appProtocol })),
      },
      mark,
    ),
  };
}

/** A value may be empty, which is different from having none. */
function markValues(pairs: readonly KeyValuePair[], mark: Marker): Marks {
  return Object.fromEntries(pairs.map(({ name = '', value = '' }) => [name, mark([value])]));
}

function markEach(settings: object, mark: Marker): Marks {
  const marks = Object.entries(settings).map(([name, value]): [string, Mark] => [name, mark(value)]);
  return Object.fromEntries(marks.filter(([, found]) => found !== ''));
}

/** Options other than those that `toLog` reads; a log driver's may contain keys. */
function withoutPlace(options: Readonly<Record<string, string>> = {}): object {
  const place = ['awslogs-group', 'awslogs-stream-prefix', 'awslogs-region'];
  return Object.fromEntries(Object.entries(options).filter(([name]) => !place.includes(name)));
}

function describePort({ containerPort, containerPortRange, hostPort, protocol = 'tcp' }: PortMapping): string {
  const host = hostPort && hostPort !== containerPort ? `${hostPort}:` : '';
  return `${host}${containerPortRange ?? containerPort}/${protocol}`;
}
