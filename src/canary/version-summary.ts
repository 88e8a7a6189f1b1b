import { shortTaskDefinition } from './service.ts';
import { plainMarkdown } from './summary.ts';
import type { TaskVersion } from './task-version.ts';
import {
  aspects,
  type ColourVersion,
  compareVersions,
  type Difference,
  type Image,
  type ImageDifference,
  mayHideImages,
} from './version-difference.ts';

/** A colour's version; undefined if ECS has deleted its task definition. */
export type SeenVersion = Omit<ColourVersion, 'version'> & { readonly version: TaskVersion | undefined };

/** What changed from blue to green, as Markdown of at most 900 characters, in lines of 80 where names are not too long. */
export function summariseVersions(blue: SeenVersion, green: SeenVersion): string {
  const gone = [blue, green].filter((seen) => !isKnown(seen)).map(shortName);
  if (!isKnown(blue) || !isKnown(green))
    return `**What changed** is unknown: ECS no longer has the task definition ${[...new Set(gone)].join(' or ')}.`;
  const differences = compareVersions(blue, green);
  const remarks = [inactive('Blue', blue), inactive('Green', green)].filter(Boolean);
  if (differences.length === 0) return [`**What changed:** nothing. ${nothing(blue, green)}`, ...remarks].join('\n');
  const end = ['', ...conclusions(blue, green, differences), ...remarks];
  const heading = `**What changed** from blue (${shortName(blue)}) to green (${shortName(green)}):`;
  return [heading, '', ...fitLines(differences, 900 - [heading, '', ...end].join('\n').length), ...end]
    .join('\n')
    .trimEnd();
}

function isKnown(seen: SeenVersion): seen is ColourVersion {
  return seen.version !== undefined;
}

function shortName({ taskDefinition }: SeenVersion): string {
  return show(shortTaskDefinition(taskDefinition));
}

function nothing(blue: ColourVersion, green: ColourVersion): string {
  const isOne = blue.taskDefinition === green.taskDefinition;
  const what = isOne ? `Both run ${shortName(blue)}` : `${shortName(blue)} and ${shortName(green)} are identical`;
  return mayHideImages(blue, green)
    ? `${what}. ECS does not say\nwhether their images are identical too.`
    : `${what}:\na canary of one version proves nothing.`;
}

/** What the lines themselves do not say. */
function conclusions(blue: ColourVersion, green: ColourVersion, differences: readonly Difference[]): readonly string[] {
  const images = differences.filter((difference) => difference.aspect === 'image');
  if (images.length < differences.length) return [];
  const isOneImage = !mayHideImages(blue, green) && images.every(({ sameBytes }) => sameBytes === true);
  return [
    isOneImage
      ? 'Nothing else differs: a canary of one image proves nothing.'
      : 'Nothing else in the task definitions differs.',
  ];
}

function inactive(colour: string, seen: ColourVersion): string {
  return seen.version.active ? '' : `${colour}'s task definition is INACTIVE: ECS starts no new task set from it.`;
}

/** One line for each kind while there is room, then the names of the other kinds. */
function fitLines(differences: readonly Difference[], room: number): readonly string[] {
  const kinds = aspects.flatMap((aspect) => {
    const own = differences.filter((difference) => difference.aspect === aspect);
    return own.length === 0 ? [] : [{ aspect, line: fitLine(aspect, own) }];
  });
  const shown = (count: number): readonly string[] => {
    const rest = kinds.slice(count).map(({ aspect }) => aspect);
    const lines = kinds.slice(0, count).map(({ line }) => line);
    return rest.length === 0 ? lines : [...lines, `- Also different: ${rest.join(', ')}`];
  };
  const counts = kinds.map((_, index) => kinds.length - index);
  return shown(counts.find((count) => shown(count).join('\n').length < room) ?? 0);
}

/** The line with as many names, and then as many containers, as fit. */
function fitLine(aspect: string, differences: readonly Difference[]): string {
  const line = (containers: number, names: number): string => {
    const phrases = differences.slice(0, containers).map((difference) => phrase(difference, names));
    const hidden = differences.length - containers;
    const more = hidden === 0 ? [] : [`and in ${hidden} more`];
    return `- ${aspect[0]?.toUpperCase()}${aspect.slice(1)}: ${[...phrases, ...more].join('; ')}`;
  };
  const all = differences.length;
  const tries = [
    ...Array.from({ length: 12 }, (_, index) => () => line(all, 12 - index)),
    ...differences.slice(1).map((_, index) => () => line(all - index - 1, 1)),
  ];
  return tries.map((attempt) => attempt()).find((text) => text.length <= 80) ?? line(1, 1);
}

function phrase(difference: Difference, limit: number): string {
  const where = difference.container === undefined ? '' : `${show(difference.container)} `;
  if (difference.aspect === 'image') return `${where}${describeImages(difference)}`;
  if ('blue' in difference) return `${where || 'task '}${change(difference.blue, difference.green)}`;
  const isNameless = difference.aspect === 'command' || difference.aspect === 'entry point';
  const lists = (['changed', 'added', 'removed'] as const)
    .filter((verb) => difference[verb].length > 0)
    .map((verb) => (isNameless ? verb : `${verb} ${list(difference[verb], limit)}`));
  return `${where}${lists.join(', ')}`;
}

function list(names: readonly string[], limit: number): string {
  const hidden = names.length - limit;
  const shown = names
    .slice(0, limit)
    .map((name) => show(name.replace(/^arn:.*:::/, '')))
    .join(', ');
  return hidden > 0 ? `${shown} and ${hidden} more` : shown;
}

/** Roles by their last part, unless the last parts are equal. */
function change(blue: string, green: string): string {
  const [one, other] = [lastPart(blue), lastPart(green)];
  const [from, to] = (one === other ? [blue, green] : [one, other]).map(show);
  return from === to ? 'changed' : `${from || 'none'} → ${to || 'none'}`;
}

function lastPart(text: string): string {
  return text.startsWith('arn:') ? text.slice(text.lastIndexOf('/') + 1) : text;
}

function describeImages({ blue, green, sameBytes }: ImageDifference): string {
  const digests = `${describeDigests(blue)} → ${describeDigests(green)}`;
  if (blue.name === green.name) return `${show(shortImage(blue.name))}, same name, different image (${digests})`;
  const [from, to] = [splitImage(blue.name), splitImage(green.name)];
  const isRenamed = from.repository !== to.repository || to.tag === '';
  const names = isRenamed
    ? `${show(blue.name)} → ${show(green.name)}`
    : `${show(shortImage(blue.name))} → ${show(to.tag)}`;
  return `${names}${sameBytes === undefined ? '' : sameBytes ? ' (the same image)' : ` (${digests})`}`;
}

function describeDigests({ digests }: Image): string {
  const [first = '', ...more] = digests.map((digest) => show(digest.replace(/^sha256:/, '').slice(0, 12)));
  return more.length === 0 ? first : `${first} and ${more.length} more`;
}

function shortImage(image: string): string {
  const { repository, tag } = splitImage(image);
  const name = repository.slice(repository.lastIndexOf('/') + 1);
  return tag === '' ? name : `${name}:${tag}`;
}

/** The tag may be a digest or end with one, of which twelve digits are enough. */
function splitImage(image: string): { readonly repository: string; readonly tag: string } {
  const [, repository = image, tag = ''] = /^(.*?)(?:[:@]([^/]*))?$/.exec(image) ?? [];
  return { repository, tag: tag.replace(/sha256:(\w{12})\w*/, '$1') };
}

/** Foreign text without control characters; if it is long, only both ends. */
function show(text: string): string {
  const letters = [...text.replace(/\p{C}/gu, '?')];
  const short = letters.length <= 40 ? letters : [...letters.slice(0, 19), '…', ...letters.slice(-20)];
  return plainMarkdown(short.join(''));
}
