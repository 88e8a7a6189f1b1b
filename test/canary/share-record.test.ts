import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  appendShare,
  entriesSince,
  formatRecord,
  type ShareEntry,
  type ShareRecord,
  shareRecordOf,
  sharesTagKey,
} from '../../src/canary/share-record.ts';

const recordIn = (text: string): ShareRecord => shareRecordOf({ tags: { [sharesTagKey]: text } });
const seconds = (at: number, percent: number): ShareEntry => ({ at: at * 1000, percent });
const ever = { createdAt: new Date(0) };

const anyEntries = fc
  .uniqueArray(fc.integer({ min: 1_000_000_000, max: 9_999_999_999 }), { maxLength: 40 })
  .chain((times) =>
    fc.tuple(
      ...[...times]
        .sort((one, other) => one - other)
        .map((at) => fc.integer({ min: 0, max: 1000 }).map((tenths) => seconds(at, tenths / 10))),
    ),
  );
const anyRecord: fc.Arbitrary<ShareRecord> = fc.record(
  { wayBackSeconds: fc.integer({ min: 0, max: 99_999 }).map((hundredths) => hundredths / 100), entries: anyEntries },
  { requiredKeys: ['entries'] },
);

describe('a record of shares', () => {
  it('is the way back and one time for each share', () => {
    const record = { wayBackSeconds: 0.21, entries: [seconds(1_796_000_000, 10), seconds(1_796_001_800, 12.5)] };
    expect(formatRecord(record)).toBe('back=0.21 1796000000=10 1796001800=12.5');
    expect(recordIn(formatRecord(record))).toEqual(record);
  });

  it('fits into an ECS tag, is read back as it was, and loses only its oldest entries', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const text = formatRecord(record);
        expect(text.length).toBeLessThanOrEqual(256);
        expect(text).toMatch(/^[\w +\-=.:/@]*$/);
        const read = recordIn(text);
        expect(read.wayBackSeconds).toBe(record.wayBackSeconds);
        expect(read.entries).toEqual(record.entries.slice(record.entries.length - read.entries.length));
        expect(read.entries.length).toBeGreaterThanOrEqual(Math.min(record.entries.length, 14));
      }),
    );
  });

  it.each([
    'hello',
    'back=0.21 tomorrow=10',
    '1796000000=10 1796000000=50',
    '1796001800=10 1796000000=50',
    '1796000000=101',
    '1796000000=10,1796001800=50',
    '1796000000=-1',
    '1796000000',
    '1796000000=10 back=0.21',
    'back=fast 1796000000=10',
    ' 1796000000=10',
    '179600000000=10',
  ])('is empty where somebody wrote "%s"', (text) => {
    expect(recordIn(text)).toEqual({ entries: [] });
  });

  it('is empty if the tag is missing or holds any other text', () => {
    expect(shareRecordOf({ tags: {} })).toEqual({ entries: [] });
    fc.assert(fc.property(fc.string(), (text) => void recordIn(text)));
  });
});

describe('one more share', () => {
  const old = { wayBackSeconds: 0.3, entries: [seconds(1_796_000_000, 10), seconds(1_796_001_800, 50)] };

  it('comes last, from the second after it was in force', () => {
    const { entries } = appendShare(old, { at: 1_796_003_600_001, percent: 0 }, ever);
    expect(entries).toEqual([...old.entries, seconds(1_796_003_601, 0)]);
  });

  it('leaves the way back as it was measured, or as this run measured it', () => {
    const share = seconds(1_796_003_600, 0);
    expect(appendShare(old, share, ever).wayBackSeconds).toBe(0.3);
    expect(appendShare(old, share, ever, 0.5).wayBackSeconds).toBe(0.5);
    expect(appendShare({ entries: [] }, share, ever)).not.toHaveProperty('wayBackSeconds');
  });

  it("drops an earlier green's shares, and its way back with the last of them", () => {
    const share = seconds(1_796_003_600, 20);
    const green = (at: number) => ({ createdAt: new Date(at * 1000) });
    expect(appendShare(old, share, green(1_796_001_000))).toEqual({ ...old, entries: [old.entries[1], share] });
    expect(appendShare(old, share, green(1_796_002_000))).toEqual({ entries: [share] });
    expect(entriesSince(old, green(1_796_001_800).createdAt)).toEqual([old.entries[1]]);
  });

  it('replaces entries that claim to be later', () => {
    const share = seconds(1_796_001_800, 20);
    expect(appendShare(old, share, ever).entries).toEqual([old.entries[0], share]);
  });
});
