import { notFound } from './refusal.ts';
import type { Resource } from './state.ts';

/** A resource by its id. @throws Refusal 404 */
export function findIn(resources: readonly Resource[], id: string): Resource {
  const found = resources.find(({ Id }) => Id === id);
  if (found === undefined) throw notFound(id);
  return found;
}
