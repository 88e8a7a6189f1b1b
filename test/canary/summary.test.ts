import fc from 'fast-check';
import { expect, it } from 'vitest';
import { plainMarkdown, summarise } from '../../src/canary/summary.ts';
import { sampleTraffic } from './sample-traffic.ts';

it('foreign text stays on one line, and is not Markdown', () => {
  expect(plainMarkdown('a\n# b\r\n| c | [d](e) <img src=x> **f** `g`')).toBe(
    'a \\# b \\| c \\| \\[d\\](e) \\<img src=x\\> \\*\\*f\\*\\* \\`g\\`',
  );
  expect(plainMarkdown('Green stays at 10 % (see EcsCanary.MaxIncrease).')).toBe(
    'Green stays at 10 % (see EcsCanary.MaxIncrease).',
  );
});

it('no text keeps an unescaped special character or a line end', () => {
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

it('weights of 0 and 0 give nobody a share', () => {
  const split = (blue: number, green: number) => summarise('', sampleTraffic({ weights: { blue, green } }));
  expect(split(0, 0)).toContain('| Share of traffic | 0 % | 0 % |');
  expect(split(9, 1)).toContain('| Share of traffic | 90 % | 10 % |');
});
