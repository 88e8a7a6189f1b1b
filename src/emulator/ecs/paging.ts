import type { SharedWorld } from '../contract/shared-world.ts';
import { invalidParameter } from './errors.ts';

export interface Page {
  readonly items: string[];
  readonly nextToken: string | undefined;
}

/** One page of a list of ARNs, never longer than the world's page size; throws InvalidParameterException for an invalid token. */
export function takePage(
  world: SharedWorld,
  arns: readonly string[],
  input: { maxResults?: number | undefined; nextToken?: string | undefined },
): Page {
  const start = input.nextToken ? positionAfter(arns, input.nextToken) : 0;
  const size = Math.min(input.maxResults ?? world.options.pageSize, world.options.pageSize);
  const items = arns.slice(start, start + size);
  const more = items.length > 0 && start + items.length < arns.length;
  return { items, nextToken: more ? Buffer.from(JSON.stringify(items)).toString('base64url') : undefined };
}

/** Lists are in order of creation and the oldest items are deleted first, so if nothing of the last page is left, the next page is the first one. */
function positionAfter(arns: readonly string[], token: string): number {
  const shown = readToken(token);
  return arns.findLastIndex((arn) => shown.includes(arn)) + 1;
}

function readToken(token: string): readonly string[] {
  try {
    const shown: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (Array.isArray(shown) && shown.every((arn) => typeof arn === 'string')) return shown;
  } catch {
    // Refused below.
  }
  throw invalidParameter('Invalid token');
}
