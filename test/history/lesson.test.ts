import { describe, expect, it } from 'vitest';
import { chaptersOf } from '../../src/history/chapter.ts';
import { learnFrom } from '../../src/history/lesson.ts';
import { reachOf } from '../../src/history/reach.ts';
import { entriesOf, overruledCanary, threeCanaries } from './entries.ts';

const time = '2026-11-28T10:00:00Z';

describe('what came of a canary', () => {
  it.each([
    ['promoted', ['begin 0 to 0', 'share 0 to 10', 'promotion 10 to 100']],
    ['rolled back', ['begin 0 to 0', 'share 0 to 10', 'rollback 10 to 0']],
    ['promoted, then rolled back', ['begin 0 to 0', 'promotion 0 to 100', 'rollback 100 to 0']],
    ['retreated', ['begin 0 to 0', 'share 0 to 10', 'retreat 10 to 0', 'hold 0 to 0']],
    ['open', ['begin 0 to 0', 'share 0 to 10', 'retreat 10 to 0', 'share 0 to 5']],
    ['open', ['begin 0 to 0']],
  ])('%s', (outcome, texts) => {
    const entries = entriesOf(...texts.map((text, index) => `${index + 1} c1 ${time} ${text}`));
    expect(chaptersOf(entries)).toMatchObject([{ number: 1, outcome, isWhole: true }]);
  });

  it('is unknown if a later one began, and its beginning may be gone', () => {
    const entries = entriesOf(`7 c4 ${time} share 0 to 10`, `8 c5 ${time} begin 10 to 10`);
    expect(chaptersOf(entries)).toMatchObject([
      { number: 4, outcome: 'left', isWhole: false },
      { number: 5, outcome: 'open', isWhole: true },
    ]);
  });
});

describe('the gates where somebody decided against the verdict', () => {
  it('are those where they went on although green was worse, and held back although it was not', () => {
    const { worse, sound, lessons } = learnFrom(chaptersOf(threeCanaries));
    expect([worse, sound]).toEqual([2, 2]);
    expect(lessons.map(({ kind, course, entry, chapter }) => [kind, course, entry.n, chapter.outcome])).toEqual([
      ['went on although green was worse', 'went on', 5, 'rolled back'],
      ['held back although green was no worse', 'waited', 9, 'promoted'],
    ]);
  });

  it.each([
    ['share 10 to 50', 'Worse', 'went on'],
    ['promotion 10 to 100', 'Worse', 'went on'],
    ['share 10 to 5', 'Worse', undefined],
    ['hold 10 to 10', 'Worse', undefined],
    ['rollback 10 to 0', 'Worse', undefined],
    ['share 10 to 50', 'NoWorse', undefined],
    ['promotion 10 to 100', 'Better', undefined],
    ['share 10 to 5', 'NoWorse', 'lowered it'],
    ['share 10 to 10', 'Better', 'waited'],
    ['hold 10 to 10', 'Better', 'waited'],
    ['rollback 10 to 0', 'NoWorse', 'rolled back'],
    ['retreat 10 to 0', 'Worse', undefined],
    ['share 10 to 50', 'CannotTell', undefined],
    ['rollback 10 to 0', 'NoEvidence', undefined],
  ])('%s where green was %s: %s', (text, verdict, course) => {
    const entries = entriesOf(`1 c1 ${time} ${text} verdict ${verdict}`);
    expect(learnFrom(chaptersOf(entries)).lessons.map((lesson) => lesson.course)).toEqual(
      course === undefined ? [] : [course],
    );
  });

  it.each(['held-by-guard', 'held-by-limit', 'held-by-note'])(
    'are not those where green kept its share although nobody asked for that: %s',
    (mark) => {
      const entries = entriesOf(`1 c1 ${time} hold 0 to 0 verdict NoWorse note +${mark} looks good`);
      expect(learnFrom(chaptersOf(entries))).toMatchObject({
        worse: 0,
        sound: 0,
        unclear: 0,
        retreats: 0,
        lessons: [],
      });
    },
  );
});

it('a ledger tells how far back it goes, and what somebody removed', () => {
  expect(reachOf([])).toBeUndefined();
  expect(reachOf(threeCanaries)).toEqual({ first: 5, last: 12, missing: [10] });
  const edited = entriesOf(`1 c1 ${time} hold to 1`, `9999999 c1 ${time} hold to 1`);
  expect(reachOf(edited)?.missing).toHaveLength(16);
});

describe('the gates where somebody overruled Guard', () => {
  it('are those whose share was given against a retreat, with the retreat that followed', () => {
    const { retreats, lessons } = learnFrom(chaptersOf(overruledCanary));
    expect(retreats).toBe(2);
    expect(
      lessons.map(({ kind, course, entry, chapter, retreat }) => [kind, course, entry.n, chapter.outcome, retreat?.n]),
    ).toEqual([
      ['overruled Guard', 'went on', 5, 'promoted', 6],
      ['overruled Guard', 'went on', 7, 'promoted', undefined],
    ]);
  });

  it.each([
    [['share 0 to 25 note /weight 25_'], [2]],
    [['hold 0 to 0', 'promotion 0 to 100 note /weight 100_'], [3]],
    [['share 0 to 25', 'share 25 to 50'], [2]],
    [['share 0 to 0'], []],
    // It was under way when Guard took the traffic.
    [['share 25 to 50'], []],
    [['share 0 to 25 note +confirmed /weight 25_'], []],
  ])('of entries from before there were marks, are those that raised what Guard had left: %j', (texts, numbers) => {
    const entries = entriesOf(...['retreat 25 to 0', ...texts].map((text, index) => `${index + 1} c1 ${time} ${text}`));
    expect(learnFrom(chaptersOf(entries)).lessons.map(({ entry }) => entry.n)).toEqual(numbers);
  });

  it('count among those where green was worse, too, if the approver saw that', () => {
    const entries = entriesOf(`1 c1 ${time} share 0 to 10 verdict Worse note +overruled-guard /weight 10_`);
    const { worse, lessons } = learnFrom(chaptersOf(entries));
    expect(worse).toBe(1);
    expect(lessons.map(({ kind }) => kind)).toEqual(['went on although green was worse', 'overruled Guard']);
  });
});
