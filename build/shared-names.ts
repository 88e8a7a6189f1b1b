import { restoreNames, type SharedText, shortNames } from '../src/set-up/carried-templates.ts';

/**
 * Gives the names of each program to what it has in common with an earlier one, so that a compressor finds the same text.
 * It pairs the names that stand at the same places of the same code, those that it finds most often first.
 */
export function shareNames(programs: readonly string[]): SharedText[] {
  const seen = new Map<number, Place>();
  const ids = new Map<string, number>();
  return programs.map((program) => {
    const parts = split(program, ids);
    const names = substitutes(parts, pairNames(parts, seen));
    const substituted = parts.names.map((name) => names.get(name) as string);
    remember(seen, parts.hashes, substituted);
    const shared = { text: join(program, substituted), names: ownNames(parts.names, substituted) };
    if (restoreNames(shared) !== program) throw new Error('A program cannot be restored from its shared text.');
    return shared;
  });
}

/** The short names of a program, and for each a hash of the code around it. */
interface Parts {
  readonly names: readonly string[];
  readonly hashes: readonly number[];
}

/** Where a piece of code was seen first: the names from there on. */
interface Place {
  readonly names: readonly string[];
  readonly index: number;
}

/** How many names in a row must have the same code between them. */
const run = 16;

function split(program: string, ids: Map<string, number>): Parts {
  const names: string[] = [];
  const between: number[] = [];
  let end = 0;
  for (const { 0: name, index } of program.matchAll(shortNames)) {
    const code = program.slice(end, index);
    const id = ids.get(code) ?? ids.size;
    ids.set(code, id);
    names.push(name);
    between.push(id);
    end = index + name.length;
  }
  return { names, hashes: between.map((_, index) => hash(between.slice(index, index + run))) };
}

function hash(ids: readonly number[]): number {
  return ids.reduce((sum, id) => Math.imul(sum ^ id, 0x01000193), 0x811c9dc5);
}

/** How often each name stands where an earlier program has another one, the most frequent pairs first. */
function pairNames({ names, hashes }: Parts, seen: ReadonlyMap<number, Place>): (readonly [string, string])[] {
  const counts = new Map<string, number>();
  for (const [index, code] of hashes.entries()) {
    const place = seen.get(code);
    if (place === undefined) continue;
    for (let offset = 0; offset < run; offset++) {
      const [own, other] = [names[index + offset], place.names[place.index + offset]];
      if (own === undefined || other === undefined) break;
      const pair = `${own} ${other}`;
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
  }
  const pairs = [...counts].sort(([, one], [, other]) => other - one);
  return pairs.map(([pair]) => pair.split(' ') as [string, string]);
}

/** A different substitute for each name: its partner, or else itself, or else a name that is free. */
function substitutes({ names }: Parts, pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, string> {
  const chosen = new Map<string, string>();
  const taken = new Set<string>();
  const choose = (own: string, other: string): void => {
    if (chosen.has(own) || taken.has(other)) return;
    chosen.set(own, other);
    taken.add(other);
  };
  for (const [own, other] of pairs) choose(own, other);
  const rest = new Set(names.filter((name) => !chosen.has(name)));
  for (const name of rest) choose(name, name);
  const free = freeNames(taken);
  for (const name of rest) if (!chosen.has(name)) choose(name, free.next().value as string);
  return chosen;
}

function* freeNames(taken: ReadonlySet<string>): Generator<string> {
  for (let number = 36 ** 2; ; number++) {
    const name = `$${number.toString(36).slice(-2)}`;
    if (!taken.has(name)) yield name;
  }
}

function remember(seen: Map<number, Place>, hashes: readonly number[], names: readonly string[]): void {
  for (const [index, code] of hashes.entries()) if (!seen.has(code)) seen.set(code, { names, index });
}

function join(program: string, substituted: readonly string[]): string {
  let index = 0;
  return program.replace(shortNames, () => substituted[index++] as string);
}

function ownNames(names: readonly string[], substituted: readonly string[]): string {
  const own = new Map(substituted.map((name, index) => [name, names[index] === name ? '' : names[index]]));
  return [...own.values()].join(' ');
}
