import { invalid } from './lookup.ts';

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly NextToken?: string;
}

/** One page; its token names the last item of the previous page, so that new items do not shift the pages. */
export function page<Item>(
  items: readonly Item[],
  key: (item: Item) => string,
  token: string | undefined,
  size: number,
): Page<Item> {
  const start = token === undefined ? 0 : items.findIndex((item) => encode(key(item)) === token) + 1;
  if (token !== undefined && start === 0) throw invalid('Invalid NextToken');
  const slice = items.slice(start, start + size);
  const last = slice.at(-1);
  const isLast = last === undefined || start + size >= items.length;
  return { items: slice, ...(isLast ? {} : { NextToken: encode(key(last)) }) };
}

function encode(key: string): string {
  return Buffer.from(key).toString('base64url');
}
