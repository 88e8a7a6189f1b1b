import type { ContainerLog, ContainerVersion, Marks, TaskVersion } from './task-version.ts';

/** What a colour runs. */
export interface ColourVersion {
  /** ARN with revision. */
  readonly taskDefinition: string;
  readonly version: TaskVersion;
  /** By container: the digests of its image in the running tasks, usually one; missing if ECS does not say. */
  readonly digests: Readonly<Record<string, readonly string[]>>;
}

/** The kinds of difference, the most important first. */
export const aspects = [
  'containers',
  'image',
  'command',
  'entry point',
  'CPU',
  'memory',
  'variables',
  'secrets',
  'environment files',
  'task role',
  'execution role',
  'ports',
  'log',
  'other settings',
] as const;

type Aspect = (typeof aspects)[number];

/** A difference of one kind, in one container or, without its name, in the whole task. */
export type Difference = ImageDifference | ValueDifference | NameDifference;

/** A different image, by its name or by its digest. */
export interface ImageDifference {
  readonly aspect: 'image';
  readonly container: string;
  readonly blue: Image;
  readonly green: Image;
  /** Whether all tasks of both colours run the same bytes; undefined if ECS does not say. */
  readonly sameBytes: boolean | undefined;
}

/** An image's name, and its digests in the running tasks. */
export interface Image {
  readonly name: string;
  readonly digests: readonly string[];
}

/** A value that may be shown; empty if there is none. */
export interface ValueDifference {
  readonly aspect: Exclude<Aspect, 'image'>;
  readonly container?: string;
  readonly blue: string;
  readonly green: string;
}

/** Names that only green has, only blue has, or both have with different values; the values are never shown. */
export interface NameDifference {
  readonly aspect: Exclude<Aspect, 'image'>;
  readonly container?: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** Every difference, by kind, the most important first; none if both colours run the same version. */
export function compareVersions(blue: ColourVersion, green: ColourVersion): readonly Difference[] {
  const [old, fresh] = [byName(blue.version), byName(green.version)];
  const both = [...old.values()].flatMap((container) => {
    const other = fresh.get(container.name);
    return other ? [[container, other] as const] : [];
  });
  const found = [
    ...names('containers', undefined, toMarks([...old.keys()]), toMarks([...fresh.keys()])),
    ...compareTasks(blue.version, green.version),
    ...both.flatMap(([one, other]) => [
      ...compareImages(imageOf(blue, one), imageOf(green, other), one.name),
      ...compareContainers(one, other),
    ]),
  ];
  return aspects.flatMap((aspect) => found.filter((difference) => difference.aspect === aspect));
}

/** Whether some container's image may differ under the same name, because ECS does not give its digest. */
export function mayHideImages(blue: ColourVersion, green: ColourVersion): boolean {
  const fresh = byName(green.version);
  return blue.version.containers.some((container) => {
    const other = fresh.get(container.name);
    const isPinned = container.image.includes('@') && container.image === other?.image;
    return other && !isPinned && sameBytes(imageOf(blue, container), imageOf(green, other)) === undefined;
  });
}

/** The digests of a colour's tasks, by container. */
export function digestsOf(
  tasks: readonly { readonly digests?: Readonly<Record<string, string>> }[],
): ColourVersion['digests'] {
  const found = new Map<string, Set<string>>();
  for (const [name, digest] of tasks.flatMap(({ digests = {} }) => Object.entries(digests)))
    found.set(name, (found.get(name) ?? new Set()).add(digest));
  return Object.fromEntries([...found].map(([name, digests]) => [name, [...digests].sort()]));
}

function byName({ containers }: TaskVersion): ReadonlyMap<string, ContainerVersion> {
  return new Map(containers.map((container) => [container.name, container]));
}

function imageOf({ digests }: ColourVersion, { name, image }: ContainerVersion): Image {
  return { name: image, digests: new Map(Object.entries(digests)).get(name) ?? [] };
}

function compareImages(blue: Image, green: Image, container: string): readonly Difference[] {
  const same = sameBytes(blue, green);
  return blue.name === green.name && same !== false
    ? []
    : [{ aspect: 'image', container, blue, green, sameBytes: same }];
}

function sameBytes(blue: Image, green: Image): boolean | undefined {
  if (blue.digests.length === 0 || green.digests.length === 0) return undefined;
  return new Set([...blue.digests, ...green.digests]).size === 1;
}

function compareTasks(blue: TaskVersion, green: TaskVersion): readonly Difference[] {
  return [
    ...value('CPU', undefined, blue.cpu, green.cpu),
    ...value('memory', undefined, blue.memory, green.memory),
    ...value('task role', undefined, blue.taskRole, green.taskRole),
    ...value('execution role', undefined, blue.executionRole, green.executionRole),
    ...names('other settings', undefined, blue.others, green.others),
  ];
}

function compareContainers(blue: ContainerVersion, green: ContainerVersion): readonly Difference[] {
  const { name } = blue;
  return [
    ...names('command', name, onlyIfSet(blue.command), onlyIfSet(green.command)),
    ...names('entry point', name, onlyIfSet(blue.entryPoint), onlyIfSet(green.entryPoint)),
    ...value('CPU', name, amount(blue.cpu), amount(green.cpu)),
    ...value('memory', name, amount(blue.memory), amount(green.memory)),
    ...names('variables', name, blue.environment, green.environment),
    ...names('secrets', name, blue.secrets, green.secrets),
    ...names('environment files', name, toMarks(blue.environmentFiles), toMarks(green.environmentFiles)),
    ...names('ports', name, toMarks(blue.ports), toMarks(green.ports)),
    ...value('log', name, logText(blue.log), logText(green.log)),
    ...names('other settings', name, blue.others, green.others),
  ];
}

function value(
  aspect: ValueDifference['aspect'],
  container: string | undefined,
  blue: string,
  green: string,
): readonly Difference[] {
  return blue === green ? [] : [{ aspect, ...(container !== undefined && { container }), blue, green }];
}

function names(
  aspect: NameDifference['aspect'],
  container: string | undefined,
  blue: Marks,
  green: Marks,
): readonly Difference[] {
  // A variable may be called __proto__.
  const [old, fresh] = [new Map(Object.entries(blue)), new Map(Object.entries(green))];
  const added = [...fresh.keys()].filter((name) => !old.has(name)).sort();
  const removed = [...old.keys()].filter((name) => !fresh.has(name)).sort();
  const changed = [...old.keys()].filter((name) => fresh.has(name) && fresh.get(name) !== old.get(name)).sort();
  if (added.length + removed.length + changed.length === 0) return [];
  return [{ aspect, ...(container !== undefined && { container }), added, removed, changed }];
}

function toMarks(listed: readonly string[]): Marks {
  return Object.fromEntries(listed.map((name) => [name, 'listed']));
}

function onlyIfSet(mark: string): Marks {
  return mark === '' ? {} : { set: mark };
}

function amount(number: number): string {
  return number === 0 ? '' : String(number);
}

function logText({ driver, group, streamPrefix, region }: ContainerLog): string {
  return [driver, group, streamPrefix, region].filter(Boolean).join(' ');
}
