import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryMarks } from '../../src/canary/entry-mark.ts';
import { entryVerdicts, formatEntry, type LedgerEntry, parseEntry } from '../../src/canary/ledger-entry.ts';

const whole: LedgerEntry = {
  n: 17,
  chapter: 3,
  kind: 'share',
  at: Date.parse('2026-11-28T14:02:11Z'),
  from: 10,
  to: 50,
  seconds: 3.2,
  by: 'Jane Doe',
  deployment: 'Deployments-12',
  approvalStep: 'Approve 50_',
  evidence: {
    verdict: 'Worse',
    green: { errors: 41, requests: 2050 },
    blue: { errors: 3, requests: 6100 },
    hash: '1f3a9c2e',
  },
  requestIds: ['5f1c0d2e', '77aa0b1c'],
  note: 'known cause: the nightly job',
};

/** What AWS allows in the value of a tag of ECS. */
const inTag = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u;

const keywords = [
  ...entryMarks.map((mark) => `+${mark}`),
  'took',
  'by',
  'd',
  'at',
  'verdict',
  'green',
  'blue',
  'evidence',
  'req',
  'note',
];
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc
    .array(
      fc.constantFrom(...keywords, 'Worse', '1/2', 'x', '#{Octopus}', '<b>', '\n', '  ', '\u202e', '😀', 'é', '中'),
      {
        maxLength: 60,
      },
    )
    .map((words) => words.join(' ')),
);
const anyCounts = fc.record({ errors: fc.nat(999_999_999), requests: fc.nat(999_999_999) });
const anyShare = fc.integer({ min: 0, max: 1000 }).map((tenths) => tenths / 10);
const anyEntry: fc.Arbitrary<LedgerEntry> = fc.record(
  {
    n: fc.integer({ min: 1, max: 999_999 }),
    chapter: fc.integer({ min: 1, max: 99_999 }),
    kind: fc.constantFrom('begin', 'share', 'hold', 'promotion', 'rollback', 'retreat', 'lease-ended'),
    at: fc.integer({ min: 1_000_000_000, max: 9_999_999_999 }).map((seconds) => seconds * 1000),
    from: anyShare,
    to: anyShare,
    seconds: fc.integer({ min: 0, max: 999_999 }).map((tenths) => tenths / 10),
    by: anyText,
    deployment: anyText,
    approvalStep: anyText,
    evidence: fc.record(
      {
        verdict: fc.constantFrom(...entryVerdicts),
        green: anyCounts,
        blue: anyCounts,
        hash: fc.constant('1f3a9c2e55aa'),
      },
      { requiredKeys: ['verdict'] },
    ),
    requestIds: fc.array(fc.uuid(), { maxLength: 12 }),
    mark: fc.constantFrom(...entryMarks),
    note: anyText,
  },
  { requiredKeys: ['n', 'chapter', 'kind', 'at', 'to'] },
);

describe('an entry', () => {
  it('is a line that a person can read, and is read back as it was', () => {
    expect(formatEntry(whole)).toBe(
      '17 c3 2026-11-28T14:02:11Z share 10 to 50 took 3.2s by Jane Doe d Deployments-12 at Approve 50_ verdict Worse green 41/2050 blue 3/6100 evidence 1f3a9c2e req 5f1c0d2e+77aa0b1c note known cause: the nightly job',
    );
    expect(parseEntry(formatEntry(whole))).toEqual(whole);
  });

  it('leaves out what is not known', () => {
    const { n, chapter, at } = whole;
    const least: LedgerEntry = { n, chapter, at, kind: 'rollback', to: 0 };
    expect(formatEntry(least)).toBe('17 c3 2026-11-28T14:02:11Z rollback to 0');
    expect(parseEntry(formatEntry(least))).toEqual(least);
  });

  it('counts a part of a second as a whole one, so that it is never older than what it records', () => {
    expect(formatEntry({ ...whole, at: whole.at + 1 })).toContain('2026-11-28T14:02:12Z');
  });

  it('begins with the same facts whatever people wrote, fits into a tag, and is read back alike', () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        const text = formatEntry(entry);
        expect(text).toMatch(inTag);
        const read = parseEntry(text);
        const { n, chapter, kind, at, from, to, seconds, evidence, mark } = entry;
        expect(read).toMatchObject({
          ...{ n, chapter, kind, at, to },
          ...(from !== undefined && { from }),
          ...(seconds !== undefined && { seconds }),
          ...(evidence && { evidence: { verdict: evidence.verdict } }),
        });
        expect(read?.mark).toBe(mark);
        expect(read?.evidence?.green).toEqual(evidence?.green);
        expect(read && formatEntry(read)).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes nothing that a person wrote for another field', () => {
    fc.assert(
      fc.property(anyEntry, anyText, (entry, text) => {
        const { by: _by, approvalStep: _step, note: _note, mark: _mark, evidence: _evidence, ...plain } = entry;
        for (const words of [{ by: text }, { approvalStep: text }, { note: text }]) {
          const read = parseEntry(formatEntry({ ...plain, ...words }));
          const { by, approvalStep, note, ...rest } = read ?? whole;
          expect(rest).toEqual(parseEntry(formatEntry(plain)));
          expect([by, approvalStep, note].filter((each) => each !== undefined).length).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    '',
    'team=web',
    '17 c3 2026-11-28T14:02:11Z',
    '17 c3 2026-11-28T14:02:11Z share',
    '17 c3 2026-11-28T14:02:11Z share 10 to 101',
    '17 c3 2026-11-28T14:02:11Z share 900 to 10',
    '17 c3 2026-13-28T14:02:11Z share 10 to 50',
    '0 c3 2026-11-28T14:02:11Z share 10 to 50',
    '17 c0 2026-11-28T14:02:11Z share 10 to 50',
    '17 3 2026-11-28T14:02:11Z share 10 to 50',
    '17 c3 2026-11-28T14:02:11Z deploy 10 to 50',
    '17 c3 2026-11-28T14:02:11Z share 10 to 50 whatever',
    '17 c3 2026-11-28T14:02:11Z share 10 to 50 verdict Fine',
    ' 17 c3 2026-11-28T14:02:11Z share 10 to 50',
    '17 c3 2026-11-28T14:02:11Z share 10 to 50\n',
    '99999999999999999999 c3 2026-11-28T14:02:11Z share 10 to 50',
  ])('is nothing that somebody else wrote: %j', (text) => {
    expect(parseEntry(text)).toBeUndefined();
  });

  it('is never an error, whatever the tag says', () => {
    fc.assert(fc.property(anyText, (text) => void parseEntry(text)));
  });
});

it('the names of two approvals that begin alike used to become one', () => {
  const named = (approvalStep: string) =>
    parseEntry(formatEntry({ n: 1, chapter: 1, kind: 'share', at: 0, to: 10, approvalStep }))?.approvalStep;
  expect(named('Approve the production traffic to 10%')).toBe('Approve the pr..n traffic to 10_');
  expect(named('Approve the production traffic to 50%')).toBe('Approve the pr..n traffic to 50_');
  expect(named('Approve 50%')).toBe('Approve 50_');
  expect(named('緑'.repeat(40))).toBe(`${'緑'.repeat(14)}..${'緑'.repeat(16)}`);
  expect(named('🟢'.repeat(40))).toMatch(/^_+\.\._+$/);
});

describe('the mark of an entry', () => {
  it.each([
    ['share', 'confirmed', '/weight 50!', '+confirmed /weight 50_'],
    ['share', 'overruled-guard', 'known cause\n/weight 50!', '+overruled-guard known cause /weight 50_'],
    ['hold', 'held-by-note', '', '+held-by-note'],
    ['share', undefined, '+confirmed by me', '_confirmed by me'],
    ['share', undefined, '+confirmedly', '+confirmedly'],
  ] as const)('stands before the note: %s, %s, %j', (kind, mark, note, text) => {
    const entry = { n: 1, chapter: 1, at: whole.at, kind, to: 50, ...(mark && { mark }), note };
    const written = formatEntry(entry);
    expect(written).toBe(`1 c1 2026-11-28T14:02:11Z ${kind} to 50 note ${text}`);
    const rest = mark === undefined ? text : text.slice(mark.length + 2);
    expect(parseEntry(written)).toEqual({
      ...{ n: 1, chapter: 1, at: whole.at, kind, to: 50 },
      ...(mark && { mark }),
      ...(rest !== '' && { note: rest }),
    });
  });

  it('is a part of the note for the version before marks, which still reads the entry', () => {
    // The form of that version.
    const earlier =
      /^[1-9]\d{0,6} c[1-9]\d{0,8} \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (?:begin|share|hold|promotion|rollback|retreat|lease-ended)(?: \d{1,3}(?:\.\d)?)? to \d{1,3}(?:\.\d)?(?: took \d{1,9}\.\ds)?(?: by \S.*?)?(?: d \S+)?(?: at \S.*?)?(?: verdict (?:Worse|NoWorse|Better|CannotTell|NoEvidence))?(?: green \d{1,15}\/\d{1,15})?(?: blue \d{1,15}\/\d{1,15})?(?: evidence [\da-f]{8})?(?: req [\w-]+(?:\+[\w-]+)*)?(?: note (?<note>\S.*))?$/;
    fc.assert(
      fc.property(anyEntry, fc.constantFrom(...entryMarks), (entry, mark) => {
        expect(earlier.exec(formatEntry({ ...entry, mark }))?.groups?.['note']).toMatch(new RegExp(`^\\+${mark}( |$)`));
      }),
    );
  });
});
