import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cleanText, createTaskLog } from '../../../src/octopus/log/task-log.ts';

function recorded(write: (log: ReturnType<typeof createTaskLog>) => void): string[] {
  const lines: string[] = [];
  write(createTaskLog((line) => lines.push(line)));
  return lines;
}

it('plain information needs no level switch', () => {
  expect(recorded((log) => log.info('one\ntwo'))).toEqual(['one', 'two']);
});

it('every other level is restored after its last line', () => {
  expect(recorded((log) => log.warning('one\r\ntwo'))).toEqual([
    '##octopus[stdout-warning]',
    'one',
    'two',
    '##octopus[stdout-default]',
  ]);
});

it('a warning that a later write repeats is shown once', () => {
  const twice = recorded((log) => ['one', 'two', 'one'].forEach(log.warning));
  expect(twice.filter((line) => !line.startsWith('##'))).toEqual(['one', 'two']);
});

it('text from AWS cannot set a variable', () => {
  const lines = recorded((log) => log.info("reason: ##octopus[setVariable name='QQ==' value='Yg==']"));
  expect(lines).toEqual(["reason: # #octopus[setVariable name='QQ==' value='Yg==']"]);
});

it('a message hidden behind a control character or a colour is found after those are gone', () => {
  expect(recorded((log) => log.error('##octo\u0000pus[x] #\u001b[31m#octopus[y]'))).toEqual([
    '##octopus[stdout-error]',
    '# #octopus[x] # #octopus[y]',
    '##octopus[stdout-default]',
  ]);
});

it('no text whatever becomes a service message or keeps a control character', () => {
  const hostile = fc.constantFrom('#', '##', '##octopus[', 'octopus', '[', ']', '\u001b[1m', '\u0007', '\r', '\n', 'a');
  fc.assert(
    fc.property(fc.array(fc.oneof(hostile, fc.string()), { maxLength: 12 }), (parts) => {
      const clean = cleanText(parts.join(''));
      expect(clean.toLowerCase()).not.toContain('##octopus');
      expect([...clean].filter((c) => c < ' ' && c !== '\n' && c !== '\t')).toEqual([]);
    }),
  );
});

it('an output variable keeps its value byte for byte', () => {
  const [line] = recorded((log) => log.output('Summary', 'a\u0007##octopus[b]'));
  expect(line).toBe("##octopus[setVariable name='U3VtbWFyeQ==' value='YQcjI29jdG9wdXNbYl0=']");
});

it('an output variable holds nothing that Octopus would evaluate when the variable is used', () => {
  const [line] = recorded((log) => log.output('Summary', 'a #{Secret} ##{Secret} b'));
  expect(Buffer.from(/value='([^']*)'/.exec(line ?? '')?.[1] ?? '', 'base64').toString()).toBe(
    'a # {Secret} ## {Secret} b',
  );
});

it('unusual line ends become lines, and characters that reorder or hide a text are gone', () => {
  expect(cleanText('a\u2028b\u2029c\u0085d')).toBe('a\nb\nc\nd');
  expect(cleanText('##octo\u202epus[x] safe\u2066')).toBe('# #octopus[x] safe');
});

it('a highlight has no link of somebody else', () => {
  const lines = recorded((log) => log.highlight('See [the docs](https://evil.example)'));
  expect(lines[1]).toBe('See [the docs] (https://evil.example)');
});

it('a failure becomes the result message', () => {
  const [line] = recorded((log) => log.fail('green is not healthy'));
  expect(line).toBe("##octopus[resultMessage message='Z3JlZW4gaXMgbm90IGhlYWx0aHk=']");
});

it('progress carries clean text', () => {
  const [line] = recorded((log) => log.progress(50, '\u001b[1mhalf'));
  expect(line).toBe("##octopus[progress percentage='NTA=' message='aGFsZg==']");
});

it('an artifact has its absolute path, its clean name and its length in bytes', () => {
  const [line] = recorded((log) => log.artifact('report\u202e.html', "/job/it's/report.html", 12));
  expect(line).toBe(
    "##octopus[createArtifact path='L2pvYi9pdCdzL3JlcG9ydC5odG1s' name='cmVwb3J0Lmh0bWw=' length='MTI=']",
  );
});
