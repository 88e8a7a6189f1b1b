import { describe, expect, it } from 'vitest';
import { createCommand, renderList } from '../../src/command-line/command.ts';
import { type Check, readOptions } from '../../src/command-line/read-options.ts';
import { UsageError } from '../../src/command-line/usage-error.ts';
import { names, numberFrom, oneOf, refuse } from '../../src/command-line/value-parsers.ts';

interface Checked {
  readonly yes?: true;
  readonly port: number;
}

function read(args: readonly string[], check: Check<Checked> = () => []) {
  const command = createCommand('tool serve', 'Serves something.')
    .requiredOption('--format <FORMAT>', 'json or yaml', oneOf(['json', 'yaml']))
    .option('--port <N>', 'TCP port', numberFrom(0, 65_535), 4566)
    .option('--teams <A,B>', 'who may', names)
    .option('--title <TEXT>', 'any text')
    .option('--item <NAME...>', 'may be repeated', addItem)
    .option('--no-cache', 'without the cache')
    .option('--yes', 'ask nobody')
    .addHelpText('after', renderList('Items:', [['thing', 'something']]));
  const written: string[] = [];
  const values = readOptions(command, args, (text) => written.push(text), check);
  return { values, help: written.join('\n') };
}

function addItem(typed: string, others: readonly string[] = []): readonly string[] {
  return typed === 'bad' ? refuse('bad is spoilt.', ': take another.') : [...others, typed];
}

function problemsOf(args: readonly string[], check?: Check<Checked>): readonly string[] {
  try {
    read(['--format=json', ...args], check);
    return [];
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const lines = error.message.split('\n');
    expect(lines.pop()).toBe('See tool serve --help.');
    return lines;
  }
}

describe('readOptions', () => {
  it('returns typed values, and defaults', () => {
    expect(read(['--format', 'json']).values).toEqual({ format: 'json', port: 4566, cache: true });
    const args = '--format=yaml --port=0 --teams a,b --item x --item y --no-cache --yes'.split(' ');
    expect(read(args).values).toEqual({
      ...{ format: 'yaml', port: 0, teams: ['a', 'b'], item: ['x', 'y'], cache: false, yes: true },
    });
  });

  it('reports every problem at once, each with the option as it was typed', () => {
    const args = '--prot 5 --yes=1 --port x --teams a,,b --item bad --title= --yes --yes --port 7 -z'.split(' ');
    expect(problemsOf(args, () => ['Both are too much.'])).toEqual([
      'Unknown option: --prot. Did you mean --port?',
      'Unexpected argument: 5',
      '--yes takes no value.',
      'Unknown option: -z',
      '--port must be a number from 0 to 65535, not "x".',
      '--teams must be names separated by commas, not "a,,b".',
      '--item bad is spoilt.',
      '--item: take another.',
      '--title needs a value.',
      '--yes is given twice.',
      '--port is given twice.',
      'Both are too much.',
    ]);
    expect(() => read([])).toThrow('--format is required: json or yaml.\nSee tool serve --help.');
  });

  it('does not take an option as the value of another', () => {
    expect(problemsOf(['--title', '--yes', '--port'])).toEqual(['--title needs a value.', '--port needs a value.']);
    expect(() => read(['--format'])).toThrow(/^--format needs a value\.\nSee /);
    expect(read(['--format=json', '--title=--yes', '--port', '1']).values).toMatchObject({ title: '--yes', port: 1 });
  });

  it('treats what follows -- as arguments', () => {
    expect(problemsOf(['--', '--yes'])).toEqual(['Unexpected argument: --yes']);
  });

  it('checks the values together, and knows which were given', () => {
    const seen: unknown[] = [];
    problemsOf(['--port', 'x', '--yes'], ({ port, yes }, isGiven) => {
      seen.push(port, yes, isGiven('port'), isGiven('title'));
      return [];
    });
    expect(seen).toEqual([4566, true, true, false]);
  });

  it('an invalid value does not reach the checks, whether or not the option has a default', () => {
    const seen: unknown[] = [];
    problemsOf(['--format', 'x', '--teams', 'a,,b', '--port', 'x'], (values) => {
      seen.push(values);
      return [];
    });
    expect(seen).toEqual([{ format: 'json', port: 4566, cache: true }]);
    expect(() =>
      read(['--format', 'x'], (values) => [`The format is ${'format' in values && values.format}.`]),
    ).toThrow(/\nThe format is undefined\.\n/);
  });

  it.each([['--help'], ['-h'], ['--port', 'x', '--help'], ['--title', '--help']])(
    'writes the help alone where it is asked for: %s',
    (...args) => {
      const { values, help } = read(args);
      expect(values).toBeUndefined();
      expect(help).toMatch(/^Usage: tool serve \[options\]\n\nServes something\.\n\nRequired options:\n {2}--format/);
      expect(help).toMatch(
        /--port <N> +TCP port \(default: 4566\)\n[\s\S]*-h, --help[^\n]*\n\nItems:\n {2}thing {2}some/,
      );
    },
  );
});
