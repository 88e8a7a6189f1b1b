import { readFileSync } from 'node:fs';

/**
 * Leaves out of a service's schemas every member that our adapter for the service never names, and whatever only that
 * member needs. The SDK neither sends nor reads a member without a schema, so an adapter must not pass on whole AWS objects.
 * @param source the SDK's module of schemas
 * @param adapter file in `src/aws`
 * @throws Error if the module does not have the expected form
 */
export function leaveOutMembers(source: string, adapter: string): string {
  const words = new Set(readFileSync(new URL(`../src/aws/${adapter}`, import.meta.url), 'utf8').match(/\w+/g));
  const names = new Map(
    [...source.matchAll(/^const (\w+) = "(.*)";$/gm)].map(([, name = '', text = '']) => [name, text]),
  );
  let leftOut = 0;
  const contents = source.replace(structure, (_, head, members, types, required = '') => {
    const [listed, kinds] = [splitList(members), splitList(types)];
    const kept = listed.flatMap((name, index) => (words.has(names.get(name) ?? name) ? [index] : []));
    leftOut += listed.length - kept.length;
    // The required members come first; this is their number.
    const stillRequired = kept.filter((index) => index < Number(required)).length;
    const ends = stillRequired === 0 ? '' : `, ${stillRequired}`;
    return `${head}[${kept.map((index) => listed[index])}],\n[${kept.map((index) => kinds[index])}]${ends}\n];`;
  });
  if (leftOut < 100)
    throw new Error(
      `The SDK's schemas for ${adapter} do not have the form that build/trimmed-schemas.ts expects. Check the SDK's new version.`,
    );
  return contents;
}

/** `export var Name$ = [kind, namespace, name, traits, [members], [their types], required];` */
const structure = /^(export var \w+\$ = \[-?3, \w+, \w+,\n {4}.*,\n {4})\[(.*)\],\n {4}\[(.*)\](?:, (\d+))?\n\];$/gm;

/** Splits a JavaScript list at the commas outside brackets. */
function splitList(text: string): string[] {
  const items: string[] = [];
  let depth = 0;
  let item = '';
  for (const character of text) {
    if ('[('.includes(character)) depth += 1;
    if ('])'.includes(character)) depth -= 1;
    if (character === ',' && depth === 0) {
      items.push(item.trim());
      item = '';
    } else item += character;
  }
  return item.trim() === '' ? items : [...items, item.trim()];
}
