import { describe, expect, it } from 'vitest';
import type { EntryPoint } from '../../src/rehearsal/entry-point.ts';
import { gatherUsers, measureEntryPoints, takeTurns } from '../../src/rehearsal/users.ts';
import { createFakeCloud } from './fake-cloud.ts';

const entryPoint = (name: string): EntryPoint => ({
  name,
  url: 'http://x',
  host: undefined,
  kind: 'service',
  ports: new Map(),
});
const named = (...names: readonly string[]): readonly EntryPoint[] => names.map(entryPoint);

function draw(count: number, turns: () => EntryPoint): readonly string[] {
  return Array.from({ length: count }, () => turns().name);
}

describe('takeTurns', () => {
  it('chooses every entry point once per round, in a changing but repeatable order', () => {
    const entryPoints = named('a', 'b', 'c');
    const drawn = draw(
      300,
      takeTurns(() => entryPoints),
    );
    const rounds = Array.from({ length: 100 }, (_, round) => drawn.slice(3 * round, 3 * round + 3).join(''));
    expect(new Set(rounds)).toEqual(new Set(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']));
    expect(
      draw(
        300,
        takeTurns(() => entryPoints),
      ),
    ).toEqual(drawn);
  });

  it('gives an entry point that shares a rule with others only its part of every tenth request', () => {
    const entryPoints = named('a', 'b');
    const drawn = draw(
      2400,
      takeTurns(() => entryPoints),
    );
    const green = drawn.filter((_, index) => index % 10 === 4);
    expect(green.filter((name) => name === 'a').length).toBeGreaterThan(90);
    expect(green.filter((name) => name === 'b').length).toBeGreaterThan(90);
  });

  it('stops using entry points at once that no longer exist', () => {
    let entryPoints = named('a', 'b', 'c', 'd');
    const turns = takeTurns(() => entryPoints);
    draw(1, turns);
    entryPoints = named('e');
    expect(draw(3, turns)).toEqual(['e', 'e', 'e']);
  });
});

describe('gatherUsers', () => {
  it('measures the same number of answers at each entry point', async () => {
    const cloud = await createFakeCloud({ entryPoints: [{ name: 'one' }, { name: 'two', fails: true }] });
    const crowd = gatherUsers(cloud, 1000, () => undefined);
    try {
      expect(crowd.present()).toBeUndefined();
      const seen = await measureEntryPoints(await crowd.welcome(), 30);
      expect(seen.map(({ entryPoint: { name }, measured }) => [name, measured.requests, measured.errors])).toEqual([
        ['one', 30, 0],
        ['two', 30, 30],
      ]);
    } finally {
      await crowd.stop();
      await cloud.close();
    }
  });

  it.each([
    [true, 1],
    [false, 0],
  ])('says if sticky users (%s) never got a cookie', async (isSticky, expected) => {
    const cloud = await createFakeCloud();
    const notes: string[] = [];
    const crowd = gatherUsers(cloud, 1000, (note) => notes.push(note), { isSilent: false, isSticky });
    try {
      await measureEntryPoints(await crowd.welcome(), 5);
    } finally {
      await crowd.stop();
      await cloud.close();
    }
    expect(notes).toHaveLength(expected);
  });

  it('uses at most twenty entry points, and says so once', async () => {
    const cloud = await createFakeCloud({
      entryPoints: Array.from({ length: 22 }, (_, index) => ({ name: `entry point ${index}` })),
    });
    const notes: string[] = [];
    const crowd = gatherUsers(cloud, 1000, (note) => notes.push(note));
    try {
      await crowd.welcome();
      const { entryPoints } = await crowd.welcome();
      expect(entryPoints.map(({ name }) => name)).toEqual(
        Array.from({ length: 20 }, (_, index) => `entry point ${index}`),
      );
      expect(notes).toEqual(['The stack has 22 entry points; the simulated users use only the first 20.']);
    } finally {
      await crowd.stop();
      await cloud.close();
    }
  });
});
