import type { SpaceRequest } from './request.ts';

/** One page of a collection, as `skip`, `take`, `ids` and `partialName` choose it. */
export function page<T extends { Id: string; Name: string }>(
  items: readonly T[],
  { query, pageSize }: Pick<SpaceRequest, 'query' | 'pageSize'>,
): object {
  const get = (name: string): string | null => {
    for (const [key, value] of query) if (key.toLowerCase() === name) return value;
    return null;
  };
  const partial = get('partialname')?.toLowerCase();
  const ids = get('ids')?.split(',');
  const found = items.filter(
    ({ Id, Name }) =>
      (partial === undefined || Name.toLowerCase().includes(partial)) && (ids === undefined || ids.includes(Id)),
  );
  const skip = Number(get('skip') ?? 0);
  // A server may return fewer than requested, so clients must page.
  const take = Math.min(Number(get('take') ?? pageSize), pageSize);
  return {
    ItemsPerPage: take,
    TotalResults: found.length,
    NumberOfPages: Math.max(1, Math.ceil(found.length / take)),
    LastPageNumber: Math.max(0, Math.ceil(found.length / take) - 1),
    Items: found.slice(skip, skip + take),
    Links: {},
  };
}
