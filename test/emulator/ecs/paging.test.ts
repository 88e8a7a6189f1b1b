import { expect, it } from 'vitest';
import type { SharedWorld } from '../../../src/emulator/contract/shared-world.ts';
import { takePage } from '../../../src/emulator/ecs/paging.ts';

const world = { options: { pageSize: 2 } } as SharedWorld;

it('a list continues where it was, even if the items shown before have been deleted', () => {
  const first = takePage(world, ['a', 'b', 'c', 'd', 'e'], {});
  expect(first).toEqual({ items: ['a', 'b'], nextToken: expect.any(String) });
  const { nextToken } = first;
  expect(takePage(world, ['a', 'b', 'c', 'd', 'e'], { nextToken }).items).toEqual(['c', 'd']);
  expect(takePage(world, ['a', 'c', 'd', 'e'], { nextToken }).items).toEqual(['c', 'd']);
  // The oldest are deleted first, so whatever is left comes after them.
  expect(takePage(world, ['c', 'd', 'e', 'f'], { nextToken }).items).toEqual(['c', 'd']);
});

it('a token that no list returned is refused', () => {
  const foreign = ['foreign', ...['{}', '[1]', 'null'].map((text) => Buffer.from(text).toString('base64url'))];
  for (const nextToken of foreign) expect(() => takePage(world, ['a'], { nextToken })).toThrow('Invalid token');
});
