import { expect, it } from 'vitest';
import { layOut } from '../../src/rehearsal/markdown-text.ts';

const lines = (...text: readonly string[]) => layOut(text.join('\n'), 40);

it('shows a table in columns, without its ruler and bars', () => {
  expect(
    lines(
      'before',
      '| | Blue | Green |',
      '|---|---|---|',
      '| Errors | 0 | 12 (3 %) |',
      '| Trend | ▁▁ | ▁█ |',
      '',
      'after',
    ),
  ).toEqual([
    'before',
    '        Blue  Green',
    '------  ----  --------',
    'Errors  0     12 (3 %)',
    'Trend   ▁▁    ▁█',
    '',
    'after',
  ]);
});

it('shows a table at the end of the text', () => {
  expect(lines('| a | b |', '|---|---|', '| c | d |')).toEqual(['a  b', '-  -', 'c  d']);
});

it('wraps a long line between words, and indents what belongs to an item of a list', () => {
  expect(
    lines('One two three four five six seven eight nine', '- One two three four five six seven eight nine'),
  ).toEqual(['One two three four five six seven eight', 'nine', '- One two three four five six seven', '  eight nine']);
});

it('leaves a long word whole', () => {
  const url = `http://${'a'.repeat(60)}`;
  expect(lines(url, `See ${url} now`)).toEqual([url, 'See', url, 'now']);
});

it('keeps a percent sign with its number', () => {
  expect(lines('Between 1 % and 60.2 % of it all and 53.4 % too')).toEqual([
    'Between 1 % and 60.2 % of it all and',
    '53.4 % too',
  ]);
});

// The image of a rehearsal was once shown as 1.1.0--error-rate\_2pct.
it('shows escaped text as it was before, and code as it is', () => {
  expect(lines('1.1.0--error-rate\\_2pct \\<b\\>', '`a\\_b` C:\\dir \\\\')).toEqual([
    '1.1.0--error-rate_2pct <b>',
    '`a\\_b` C:\\dir \\',
  ]);
  expect(lines('| a\\|b | c\\_d |', '|---|---|')).toEqual(['a|b  c_d', '---  ---']);
});

it.each(['short', '', '  indented', '**bold** text'])('leaves %j as it is', (text) => {
  expect(lines(text)).toEqual([text]);
});
