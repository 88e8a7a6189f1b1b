import { describe, expect, it } from 'vitest';
import { readLine } from '../../src/rehearsal/service-message-reader.ts';
import { createOutputReader } from '../../src/rehearsal/step-output.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('readLine', () => {
  it('finds messages in the middle of a line', () => {
    const line = `before ##octopus[setVariable name='${base64('A')}' value="${base64('ü]\n')}"] after`;
    expect(readLine(line)).toEqual([
      { kind: 'text', text: 'before ' },
      { kind: 'message', name: 'setVariable', attributes: { name: 'A', value: 'ü]\n' } },
      { kind: 'text', text: ' after' },
    ]);
  });

  it('an attribute that is not base64 is refused', () => {
    expect(() => readLine("##octopus[setVariable name='plain text']")).toThrow(/not base64/);
  });

  it('an empty line is text', () => {
    expect(readLine('')).toEqual([{ kind: 'text', text: '' }]);
  });
});

describe('createOutputReader', () => {
  const read = (...lines: readonly (readonly ['stdout' | 'stderr', string])[]) => {
    const logged: string[] = [];
    const reader = createOutputReader((level, text) => logged.push(`${level}: ${text}`));
    for (const [stream, line] of lines) reader.readLine(stream, line);
    return { logged, output: reader.output };
  };

  it('a level stays until it is switched', () => {
    const { logged } = read(
      ['stdout', 'one'],
      ['stdout', '##octopus[stdout-verbose]'],
      ['stdout', 'two'],
      ['stdout', 'three'],
      ['stdout', '##octopus[stdout-ignore]'],
      ['stdout', 'unseen'],
      ['stdout', '##octopus[stdout-default]'],
      ['stdout', 'four'],
      ['stderr', 'five'],
    );
    expect(logged).toEqual(['info: one', 'verbose: two', 'verbose: three', 'info: four', 'error: five']);
  });

  it('standard error counts as errors', () => {
    expect(read(['stderr', 'oops']).output.errors).toEqual(['oops']);
  });

  it('keeps variables, artifacts, progress and the result, and masks secrets', () => {
    const { logged, output } = read(
      [
        'stdout',
        `##octopus[setVariable name='${base64('S')}' value='${base64('hush')}' sensitive='${base64('True')}']`,
      ],
      ['stdout', 'the secret is hush'],
      ['stdout', `##octopus[setVariable name='${base64('E')}']`],
      ['stdout', `##octopus[progress percentage='${base64('40')}' message='${base64('half')}']`],
      ['stdout', `##octopus[createArtifact path='${base64('/x')}' name='${base64('x')}' length='${base64('3')}']`],
      ['stdout', `##octopus[resultMessage message='${base64('why')}']`],
    );
    expect(logged).toEqual(['info: the secret is ********']);
    expect(Object.fromEntries(output.variables)).toEqual({
      S: { value: 'hush', sensitive: true },
      E: { value: '', sensitive: false },
    });
    expect(output.progress).toEqual([{ percentage: 40, message: 'half' }]);
    expect(output.artifacts).toEqual([{ path: '/x', name: 'x', length: 3 }]);
    expect(output.resultMessage).toBe('why');
  });

  it('a message that Octopus does not know is refused', () => {
    expect(() => read(['stdout', '##octopus[setVarable]'])).toThrow(/setVarable/);
  });
});
