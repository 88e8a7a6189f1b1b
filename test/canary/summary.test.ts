import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainMarkdown } from '../../src/canary/summary.ts';

test("somebody else's text stays one line, and is no Markdown", () => {
  expect(plainMarkdown('a\n# b\r\n| c | [d](e) <img src=x> **f** `g`')).toBe(
    'a \\# b \\| c \\| \\[d\\](e) \\<img src=x\\> \\*\\*f\\*\\* \\`g\\`',
  );
  expect(plainMarkdown('Green stays at 10 % (see EcsCanary.MaxIncrease).')).toBe(
    'Green stays at 10 % (see EcsCanary.MaxIncrease).',
  );
});

test('no text whatever keeps an unescaped mark or a line end', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('\\', '[', ']', '|', '`', '*', '<', '#', '{', '\n', '\u2028', 'a') }),
      (text) => {
        expect(plainMarkdown(text).replaceAll(/\\./g, '')).toMatch(/^[a ]*$/);
      },
    ),
    { seed: 4_070_020 },
  );
});
