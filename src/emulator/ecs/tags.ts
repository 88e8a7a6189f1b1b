import type { Tag } from '@aws-sdk/client-ecs';
import { invalidParameter } from './errors.ts';

/** Merges tags; new ones replace those with the same key. Throws InvalidParameterException like AWS. */
export function mergeTags(current: readonly Tag[], added: readonly Tag[] | undefined): Tag[] {
  for (const { key } of added ?? []) assertKey(key);
  const merged = new Map([...current, ...(added ?? [])].map(({ key, value }) => [key, value ?? '']));
  if (merged.size > 50) throw invalidParameter('Tags can have a maximum of 50 items.');
  return [...merged].map(([key, value]) => ({ key, value }));
}

function assertKey(key: string | undefined): void {
  if (!key) throw invalidParameter('Tag key cannot be blank.');
  if (key.length > 128) throw invalidParameter('Tag keys can have at most 128 characters.');
  if (/^aws:/i.test(key)) throw invalidParameter(`Tag keys must not start with the reserved prefix aws: (${key}).`);
}
