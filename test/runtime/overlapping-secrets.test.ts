import { expect, it } from 'vitest';
import { createRedaction } from '../../src/runtime/redaction.ts';

it('of secrets that begin alike nothing is left, in whatever order they are given', () => {
  const secrets = ['hunter', 'hunter2-and-more', 'hunter2'];
  for (const given of [secrets, [...secrets].reverse()])
    expect(createRedaction(given)('a hunter2-and-more b hunter2 c hunter')).toBe('a ******** b ******** c ********');
});

it('what has fewer than six characters would blot out half of every sentence, and is left', () => {
  expect(createRedaction(['green', 'azure!'])('green and azure!')).toBe('green and ********');
  expect(createRedaction([])('green')).toBe('green');
});

it('a secret of several lines is withheld with whatever line ends AWS gives back', () => {
  const redact = createRedaction(['first line\r\nsecond line']);
  for (const told of ['first line\r\nsecond line', 'first line\nsecond line', '"first line\\nsecond line"'])
    expect(redact(told)).not.toContain('line');
});
