import { brotliCompressSync } from 'node:zlib';
import { transformSync } from 'esbuild';
import { expect, it } from 'vitest';
import { shareNames } from '../../build/shared-names.ts';
import { restoreNames } from '../../src/set-up/carried-templates.ts';

/** Code that a minifier gives other names if other code comes first. */
const common = Array.from(
  { length: 300 },
  (_, index) =>
    `function common${index}(first,second){return other${index % 7}(first*${index * 37},second.member${index})}`,
).join('\n');
const minify = (code: string): string => transformSync(code, { minify: true, format: 'esm', treeShaking: false }).code;
const one = minify(`${common}\nexport const all=[${Array.from({ length: 300 }, (_, index) => `common${index}`)}]`);
const other = minify(
  `${Array.from({ length: 90 }, (_, index) => `function own${index}(x){return own${(index * 3) % 90}(own${(index * 5) % 90}(x))}`).join('\n')}\n${common}\nexport const all=[own1,${Array.from({ length: 300 }, (_, index) => `common${index}`)}]`,
);

it('programs come back as they were', () => {
  const odd = 'var $=1,a=$,b="a b $$ \u{1f7e2} é",c={a:b,$a:1},a$=`${a}`;/a b/.test(b);if(a.b.c?.a)a$=[...b]\n';
  const programs = [one, other, odd, '', 'a', odd.repeat(3), one];
  expect(shareNames(programs).map(restoreNames)).toEqual(programs);
});

it('what two programs share has the same text, so that it is stored once', () => {
  expect(one).not.toBe(other);
  const size = (texts: readonly string[]): number => brotliCompressSync(texts.join('\n')).length;
  const [first, second] = shareNames([one, other]).map(({ text }) => text);
  expect(first).toBe(one);
  expect(second?.includes(one.slice(500, 9000))).toBe(true);
  expect(size([String(first), String(second)])).toBeLessThan(size([one, other]) * 0.8);
});

it('a name that stands for another one gets a free name itself', () => {
  const [, shared] = shareNames(['f(a,b)', 'f(b,a)']);
  expect(restoreNames(shared ?? { text: '', names: '' })).toBe('f(b,a)');
});
