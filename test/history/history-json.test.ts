import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { entryMarks } from '../../src/canary/entry-mark.ts';
import { formatEntry, type LedgerEntry, parseEntry } from '../../src/canary/ledger-entry.ts';
import { historyAsJson } from '../../src/history/history-json.ts';
import { overruledCanary, threeCanaries } from './entries.ts';

const page = readFileSync(new URL('../../docs/history.md', import.meta.url), 'utf8');

function read(entries: readonly LedgerEntry[]) {
  return JSON.parse(historyAsJson({ stack: 'shop', region: 'eu-west-1', service: 'arn:aws:ecs:x', entries }));
}

it('says who overruled Guard, and what came of it', () => {
  const { canaries, retreats, lessons } = read(overruledCanary);
  expect(canaries[0].entries[3]).toMatchObject({ kind: 'hold', mark: 'held-by-guard', note: 'looks good' });
  expect(retreats).toBe(2);
  expect(lessons).toEqual([
    {
      ...{ kind: 'overruled Guard', course: 'went on', verdict: null, n: 5, chapter: 1 },
      ...{ outcome: 'promoted', retreat: 6 },
    },
    expect.objectContaining({ n: 7, retreat: null }),
  ]);
});

it('of an empty ledger has the same fields', () => {
  expect(Object.keys(read([]))).toEqual(Object.keys(read(threeCanaries)));
  expect(read([])).toMatchObject({ reach: { places: 16, first: null, last: null, missing: [] }, canaries: [] });
});

it('has the fields that the documentation lists, each with every name below it', () => {
  const history = read(threeCanaries);
  expect(fieldsIn('Field')).toEqual(Object.keys(history).sort());
  expect(fieldsIn('Field of an entry')).toEqual(Object.keys(history.canaries[0].entries[0]).sort());
  expect(fieldsIn('Field of a lesson')).toEqual(Object.keys(history.lessons[0]).sort());
  for (const part of [history.reach, history.canaries[0], history.decisions])
    for (const name of Object.keys(part)) expect(page).toContain(`\`${name}\``);
});

it('the example of an entry is one', () => {
  const [, example = ''] = /^```text\n(\d.*)\n```$/m.exec(page) ?? [];
  const entry = parseEntry(example);
  expect(entry).toMatchObject({ n: 17, mark: 'confirmed', note: 'known cause /weight 50_' });
  expect(entry && formatEntry(entry)).toBe(example);
});

it('and the tags have the marks that the documentation lists', () => {
  expect(fieldsIn('Mark')).toEqual(entryMarks.map((mark) => `+${mark}`).sort());
});

/** The names in the first column of the table with that heading. */
function fieldsIn(heading: string): readonly string[] {
  const [, rows = ''] = new RegExp(`^\\| ${heading} \\| .*\\n\\|---.*\\n((?:\\|.*\\n)+)`, 'm').exec(page) ?? [];
  const cells = rows.split('\n').map((row) => row.split('|')[1] ?? '');
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '')).sort();
}
