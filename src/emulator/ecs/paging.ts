import type { World } from '../world.ts';
import { invalidParameter } from './errors.ts';

export interface Page {
  readonly items: string[];
  readonly nextToken: string | undefined;
}

/** One page of a list of ARNs, never longer than the world's page size; throws InvalidParameterException for a foreign token. */
export function takePage(
  world: World,
  arns: readonly string[],
  input: { maxResults?: number | undefined; nextToken?: string | undefined },
): Page {
  const start = input.nextToken ? positionAfter(arns, input.nextToken) : 0;
  const size = Math.min(input.maxResults ?? world.options.pageSize, world.options.pageSize);
  const items = arns.slice(start, start + size);
  const last = items.at(-1);
  const more = last !== undefined && start + items.length < arns.length;
  return { items, nextToken: more ? Buffer.from(last).toString('base64url') : undefined };
}

function positionAfter(arns: readonly string[], token: string): number {
  const position = arns.indexOf(Buffer.from(token, 'base64url').toString());
  if (position === -1) throw invalidParameter('Invalid token');
  return position + 1;
}
