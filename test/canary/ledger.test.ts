import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isChapterOpen, ledgerOf, mostEntries, nextEntry, tagsForEntry } from '../../src/canary/ledger.ts';
import type { EntryKind, LedgerEntry } from '../../src/canary/ledger-entry.ts';

const anyKind = fc.constantFrom<EntryKind>('begin', 'share', 'hold', 'promotion', 'rollback', 'retreat', 'lease-ended');

type TagsOfService = Readonly<Record<string, string>>;

function write(tags: TagsOfService, kind: EntryKind): TagsOfService {
  const service = { tags };
  const at = Date.parse('2026-11-28T14:00:00Z');
  return { ...tags, ...tagsForEntry(service, nextEntry(service, { kind, at, to: 10 })) };
}

const keyOf = (n: number): string => `EcsCanaryLog${String(n).padStart(2, '0')}`;
const entryIn = (n: number, kind = 'share'): string => `${n} c1 2026-11-28T14:02:11Z ${kind} 10 to 50`;
const foreign = (count: number): TagsOfService =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`team-${index}`, 'x']));

describe('the ring', () => {
  it('has entry n at place (n - 1) mod 16 + 1, and keeps the newest, whose numbers go on', () => {
    fc.assert(
      fc.property(fc.array(anyKind, { minLength: 1, maxLength: 60 }), (kinds) => {
        const tags = kinds.reduce<TagsOfService>(write, {});
        const entries = ledgerOf({ tags });
        expect(entries.map(({ n }) => n)).toEqual(
          Array.from({ length: Math.min(kinds.length, mostEntries) }, (_, index) => index + 1).map(
            (n) => n + Math.max(0, kinds.length - mostEntries),
          ),
        );
        expect(entries.map(({ kind }) => kind)).toEqual(kinds.slice(-mostEntries));
        for (const { n } of entries) expect(tags[keyOf(((n - 1) % mostEntries) + 1)]).toMatch(new RegExp(`^${n} c`));
      }),
    );
  });

  it('begins a chapter with each canary', () => {
    const kinds: EntryKind[] = ['share', 'begin', 'share', 'promotion', 'rollback', 'begin', 'hold'];
    const tags = kinds.reduce<TagsOfService>(write, {});
    expect(ledgerOf({ tags }).map(({ chapter }) => chapter)).toEqual([1, 2, 2, 2, 2, 3, 3]);
  });

  it('is open until a promotion or a rollback', () => {
    const open = (...kinds: EntryKind[]) => isChapterOpen({ tags: kinds.reduce<TagsOfService>(write, {}) });
    expect(open()).toBe(false);
    for (const kind of ['begin', 'share', 'hold', 'retreat', 'lease-ended'] as const)
      expect(open('begin', kind), kind).toBe(true);
    for (const kind of ['promotion', 'rollback'] as const) expect(open('begin', kind), kind).toBe(false);
  });

  it('has fewer places where the service has many other tags, and never more than AWS allows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 50 }),
        fc.array(anyKind, { minLength: 20, maxLength: 40 }),
        (count, kinds) => {
          const tags = kinds.reduce<TagsOfService>(write, foreign(count));
          const room = Math.max(0, Math.min(mostEntries, 44 - count));
          expect(ledgerOf({ tags }).map(({ n }) => n)).toEqual(
            Array.from({ length: room }, (_, index) => kinds.length - room + index + 1),
          );
          expect(Object.keys(tags).length).toBeLessThanOrEqual(Math.max(count, 44));
        },
      ),
    );
  });

  it('goes on in the places that it has once other tags leave no room for another', () => {
    const early = ['begin', 'share', 'share'].map((kind) => kind as EntryKind).reduce<TagsOfService>(write, {});
    const tags = ['hold', 'hold']
      .map((kind) => kind as EntryKind)
      .reduce<TagsOfService>(write, { ...early, ...foreign(47) });
    expect(Object.keys(tags)).toHaveLength(50);
    expect(ledgerOf({ tags }).map(({ n }) => n)).toEqual([3, 4, 5]);
  });

  it("counts neither AWS's own tags nor the canary's", () => {
    const own = { StableStack: 'Blue', EcsCanaryTakenBy: 'x', EcsCanaryGreenIdleSince: 'x', EcsCanaryShares: 'x' };
    const aws = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`aws:cloudformation:${index}`, 'x']));
    expect(write({ ...own, ...aws }, 'begin')[keyOf(1)]).toMatch(/^1 c1/);
  });
});

describe('tags that somebody edited', () => {
  it('are left out, and give way before any entry', () => {
    const tags = { ...foreign(43), [keyOf(1)]: entryIn(7), [keyOf(2)]: 'mine' };
    expect(ledgerOf({ tags }).map(({ n }) => n)).toEqual([7]);
    expect(tagsForEntry({ tags }, nextEntry({ tags }, { kind: 'hold', at: 0, to: 1 }))).toEqual({
      [keyOf(2)]: '8 c1 1970-01-01T00:00:00Z hold to 1',
    });
  });

  it('count once if they have the number of another', () => {
    expect(ledgerOf({ tags: { [keyOf(4)]: entryIn(7), [keyOf(9)]: entryIn(7) } })).toHaveLength(1);
  });

  it('get no entry after them that could not be read back', () => {
    const tags = { [keyOf(1)]: entryIn(9_999_999) };
    expect(tagsForEntry({ tags }, nextEntry({ tags }, { kind: 'hold', at: 0, to: 1 }))).toEqual({});
  });

  it('count for nothing if their number cannot be one of ours, and get new entries after them', () => {
    const tags = { [keyOf(1)]: entryIn(999_999_999), [keyOf(2)]: entryIn(7) };
    const next = nextEntry({ tags }, { kind: 'hold', at: 0, to: 1 });
    expect([ledgerOf({ tags }).map(({ n }) => n), next.n]).toEqual([[7], 8]);
    expect(Object.keys(tagsForEntry({ tags }, next))).toHaveLength(1);
  });

  it('are never an error, and never lose an entry that is newer than another', () => {
    const anyTag = fc.oneof(
      fc.string(),
      fc.integer({ min: 1, max: 40 }).map((n) => entryIn(n)),
    );
    const anyTags = fc.dictionary(fc.integer({ min: 1, max: 16 }).map(keyOf), anyTag, { noNullPrototype: true });
    fc.assert(
      fc.property(anyTags, anyKind, (tags, kind) => {
        const before = ledgerOf({ tags });
        const entry: LedgerEntry = nextEntry({ tags }, { kind, at: 0, to: 10 });
        const after = ledgerOf({ tags: { ...tags, ...tagsForEntry({ tags }, entry) } });
        expect(after.at(-1)).toMatchObject({ n: entry.n, kind });
        expect(after.slice(0, -1)).toEqual(before.length === mostEntries ? before.slice(1) : before);
      }),
    );
  });
});
