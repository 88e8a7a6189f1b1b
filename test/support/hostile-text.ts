import fc from 'fast-check';

/** Text that could mean something to a shell, Octopus, Markdown, a terminal, a parser or an AWS API. */
export const hostilePieces: readonly string[] = [
  '$(touch pwned)',
  '`touch pwned`',
  '; touch pwned #',
  '| cat /etc/passwd &',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell's variable
  '${HOME}',
  "'",
  '"',
  '\\',
  '#{Octopus.Action.Name}',
  '#{',
  '##{',
  "##octopus[setVariable name='QQ==' value='QQ==']",
  '##octopus[stdout-error]',
  '\n',
  '\r',
  '\t',
  '\0',
  '\u001b[2J',
  '\u0085',
  '\u2028',
  '\u202e',
  '\ufeff',
  '\ufffd',
  '\ud800',
  '\udc00',
  'Ä 緑 שלום 🟢',
  '٣',
  '../../etc/passwd',
  '<script>',
  '[x](javascript:0)',
  '{"a":1}',
  '[1]',
  '[[[[',
  '!!',
  '%s%n',
  '*',
  '?',
  '=',
  ',',
  ':',
  '-1',
  '1e9',
  'NaN',
  'null',
  'undefined',
  '__proto__',
  'constructor=1',
  'A=1\nA=2',
  'x'.repeat(300),
  ' ',
];

/** Texts of such pieces, alone or around an existing text; sometimes 200 KB of one. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: fc.array(fc.constantFrom(...hostilePieces), { minLength: 1, maxLength: 5 }).map(join) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...hostilePieces).map((piece) => piece.repeat(Math.ceil(200_000 / piece.length))),
  },
);

/** A valid text with a hostile piece before, after or inside it. */
export function spoilt(sound: string): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...hostilePieces), fc.nat({ max: sound.length }))
    .map(([piece, at]) => sound.slice(0, at) + piece + sound.slice(at));
}

function join(parts: readonly string[]): string {
  return parts.join('');
}
