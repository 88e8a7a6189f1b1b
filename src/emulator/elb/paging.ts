import { validationError } from './errors.ts';

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly NextMarker?: string;
}

/** A page of at most `largest` items, or fewer if the caller asked for fewer; throws ValidationError for an invalid marker. */
export function takePage<Item>(
  all: readonly Item[],
  request: { Marker?: string | undefined; PageSize?: number | undefined },
  largest: number,
): Page<Item> {
  const { Marker, PageSize } = request;
  if (PageSize !== undefined && !(PageSize >= 1 && PageSize <= 400)) {
    throw validationError(`Page size '${PageSize}' must be between '1' and '400' inclusive`);
  }
  const start = Marker === undefined ? 0 : readMarker(Marker);
  const end = start + Math.min(largest, PageSize ?? largest);
  return { items: all.slice(start, end), ...(end < all.length ? { NextMarker: writeMarker(end) } : {}) };
}

function writeMarker(offset: number): string {
  return Buffer.from(`from:${offset}`).toString('base64url');
}

function readMarker(marker: string): number {
  const offset = /^from:(\d+)$/.exec(Buffer.from(marker, 'base64url').toString())?.[1];
  if (offset === undefined) throw validationError(`Invalid marker '${marker}'`);
  return Number(offset);
}
