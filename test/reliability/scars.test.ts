import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/scars.md', root), 'utf8');
const scars = page.split(/^## /m).slice(1);

it('the page has 27 scars, each with tests or the reason why it needs none', () => {
  expect(scars.map((scar) => Number.parseInt(scar, 10))).toEqual(Array.from({ length: 27 }, (_, index) => index + 1));
  expect(
    scars.filter((scar) => namedTests(scar).length === 0 && !scar.includes('*Cannot happen by construction.*')),
  ).toEqual([]);
});

it.each(namedTests(page))('the page names a test that runs: $file "$title"', ({ file, title }) => {
  expect(existsSync(new URL(file, root)), `${file} is not there`).toBe(true);
  expect(titlesIn(readFileSync(new URL(file, root), 'utf8'))).toContain(title);
});

it('a title counts only where a test bears it', () => {
  const source = `it('one', run);\nit.each([['a', 1]])("two's", run);\ntest.skip('skipped', run);\n// it said 'remark'\nsay('word');\n  it(\n 'three', run);\n])(\n  'four', run);`;
  expect(titlesIn(source)).toEqual(['one', "two's", 'three', 'four']);
  expect(namedTests('- `test/a.test.ts`: "one"\nsee `test/b.test.ts`')).toEqual([
    { file: 'test/a.test.ts', title: 'one' },
  ]);
});

function namedTests(text: string): readonly { readonly file: string; readonly title: string }[] {
  return [...text.matchAll(/^- `([^`]+)`: "(.+)"$/gm)].map(([, file = '', title = '']) => ({ file, title }));
}

/** Titles that follow `it(`, `test(`, or the closing of a table, as `test.each(…)(` has it. */
function titlesIn(source: string): readonly string[] {
  return [...source.matchAll(/(?:\b(?:it|test)|[\])])\(\s*(['"`])((?:(?!\1).)+)\1,/g)].map(([, , title = '']) => title);
}
