import type { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs';
import { clientException } from './errors.ts';

/** A way in which an emulated task can misbehave. */
export interface BehaviourDescription {
  readonly name: string;
  /** What the value means; absent if the behaviour takes none. */
  readonly value?: string;
  /** The default value; absent if a value is required. */
  readonly fallback?: number;
  /** The highest value; absent if only Node.js's timers limit it. */
  readonly most?: number;
  /** Whether the value may be a percentage. */
  readonly isShare?: boolean;
  readonly sentence: string;
}

/** Every behaviour that an image tag or EMULATOR_BEHAVIOUR can request. */
export const behaviours = [
  {
    name: 'slow-start',
    value: 'emulated seconds',
    sentence: 'The container runs at once, but starts to listen only after that time.',
  },
  {
    name: 'crash-loop',
    value: 'emulated seconds',
    // Before the first health check, so that no task looks healthy by chance.
    fallback: 0.5,
    sentence: 'The task reaches RUNNING, then its container exits with code 1 after that time (0.5 by default).',
  },
  { name: 'failed-pull', sentence: 'The image cannot be pulled, so no task ever runs.' },
  { name: 'failing-health-check', sentence: 'Health checks get a 500, every other request a 200.' },
  {
    name: 'error-rate',
    value: 'share from 0 to 1, or a percentage such as 2%',
    most: 1,
    isShare: true,
    sentence: 'That share of the requests gets a 500, evenly spread; health checks still get a 200.',
  },
  { name: 'latency', value: 'real milliseconds', sentence: 'Every answer takes that much longer.' },
  { name: 'latency-doubled', sentence: 'Every answer takes twice as long as usual; health checks do not.' },
  {
    name: 'slow-leak',
    value: 'emulated minutes',
    fallback: 20,
    sentence:
      'Tasks work for that long after the first request (20 by default), then get worse. Every minute, the error rate rises by 2 percentage points, and answers take a fifth of the usual time longer. Health checks still get a 200.',
  },
  {
    name: 'start-then-fail',
    value: 'emulated seconds',
    sentence: 'Health checks get a 200 for that time, then a 500.',
  },
] as const satisfies readonly BehaviourDescription[];

type BehaviourName = (typeof behaviours)[number]['name'];

/** Behaviours of one container, by name; a behaviour without a value has the value 0. */
export type Behaviour = Readonly<Partial<Record<BehaviourName, number>>>;

/** Behaviours of a whole task, and the container that requested each. */
export interface TaskBehaviour {
  readonly settings: Behaviour;
  readonly containers: Readonly<Partial<Record<BehaviourName, string>>>;
}

/** The behaviours that a task definition requests; throws ClientException for an unknown name or invalid value. */
export function readTaskBehaviour(definition: Pick<TaskDefinition, 'containerDefinitions'>): TaskBehaviour {
  const settings: Partial<Record<BehaviourName, number>> = {};
  const containers: Partial<Record<BehaviourName, string>> = {};
  for (const container of definition.containerDefinitions ?? [])
    for (const [name, value] of requestedBehaviours(container)) {
      settings[name] = value;
      containers[name] = container.name ?? '';
    }
  return { settings, containers };
}

/** The number that a behaviour's value stands for, or the default; undefined if the value is invalid or missing. */
export function readBehaviourValue(behaviour: BehaviourDescription, value: string | undefined): number | undefined {
  const { value: meaning, fallback, most = mostOfTimers, isShare = false } = behaviour;
  if (value === undefined) return meaning === undefined ? 0 : fallback;
  // AWS allows no percent sign in an image name, so a tag says pct.
  const [, digits, percent] = /^\s*(\d+(?:\.\d+)?)(%|pct)?\s*$/.exec(value) ?? [];
  if (meaning === undefined || digits === undefined || (percent !== undefined && !isShare)) return undefined;
  const number = percent === undefined ? Number(digits) : Number(digits) / 100;
  return number <= most ? number : undefined;
}

/** Node.js's timers are limited to 24 days. */
const mostOfTimers = 1_000_000;

function requestedBehaviours(container: ContainerDefinition): [BehaviourName, number][] {
  const variable = container.environment?.find(({ name }) => name === 'EMULATOR_BEHAVIOUR')?.value ?? '';
  const fromVariable = variable.split(',').map((item) => item.trim().split('='));
  // AWS allows no equals sign in an image name, so a tag separates name and value by an underscore.
  const fromTag = imageTag(container.image ?? '')
    .split('--')
    .slice(1)
    .map((item) => item.split('_'));
  return [...fromVariable, ...fromTag]
    .filter(([name]) => name !== '')
    .map(([name = '', ...value]) => parseBehaviour(name, value.length > 0 ? value.join('=') : undefined));
}

function imageTag(image: string): string {
  const name = image.slice(image.lastIndexOf('/') + 1);
  return name.includes(':') ? name.slice(name.indexOf(':') + 1) : '';
}

function parseBehaviour(name: string, value: string | undefined): [BehaviourName, number] {
  const known: readonly BehaviourDescription[] = behaviours;
  const behaviour = known.find((candidate) => candidate.name === name);
  if (!behaviour) throw clientException(`The emulator knows no behaviour '${name}'. It knows: ${knownForms()}.`);
  if (behaviour.value === undefined && value !== undefined)
    throw clientException(`The emulator behaviour '${name}' takes no value, but '${value}' was given.`);
  const number = readBehaviourValue(behaviour, value);
  if (number === undefined)
    throw clientException(
      `The emulator behaviour '${name}' needs a number (${behaviour.value}), not '${value ?? ''}'. Known behaviours: ${knownForms()}.`,
    );
  return [name as BehaviourName, number];
}

function knownForms(): string {
  const known: readonly BehaviourDescription[] = behaviours;
  return known.map(({ name, value }) => (value ? `${name}=<${value}>` : name)).join(', ');
}
