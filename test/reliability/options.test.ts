import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/command-line/usage-error.ts';
import type { Case } from '../../src/reliability/cases/case.ts';
import { readFaultsCommand } from '../../src/reliability/options.ts';

const testCase: Case = {
  stepUse: 'promote',
  state: 'tenth',
  injectedFault: { kind: 'throttle', operation: 'ModifyRule', occurrence: 1, times: 1 },
  next: 'retry',
};

function readOptions(args: readonly string[]) {
  const command = readFaultsCommand(args, () => {});
  if (command === undefined) throw new Error('Help was asked for.');
  return command;
}

describe('the options of npm run faults', () => {
  it('run everything and write the page when none are given', () => {
    const command = readOptions([]);
    expect(command).toMatchObject({ matrix: true, random: 200, canaries: 50, report: 'docs/reliability.md' });
    expect(command.isWanted(testCase)).toBe(true);
  });

  it('select a part, which does not overwrite the page', () => {
    const command = readOptions(['--steps', 'promote', '--states', 'tenth,shifted', '--faults', 'throttle']);
    expect(command).toMatchObject({ matrix: true, random: 0, canaries: 0, report: undefined });
    expect(command.isWanted(testCase)).toBe(true);
    expect(command.isWanted({ ...testCase, state: 'first' })).toBe(false);
    expect(command.isWanted({ ...testCase, injectedFault: { kind: 'none' } })).toBe(true);
    expect(readOptions(['--random', '5'])).toMatchObject({ matrix: false, random: 5, canaries: 0 });
  });

  it('are refused with all mistakes at once', () => {
    const read = () => readOptions(['--steps', 'demote', '--sample', 'many', '--cell', 'x']);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(/--steps does not know "demote".*--sample must be.*--cell "x" is not the name of a cell/s);
    expect(() => readOptions(['--frobnicate'])).toThrow(UsageError);
  });

  it('run a sample of the matrix together with random sequences and a fleet if all are requested', () => {
    const args = '--sample 6 --random 2 --canaries 3 --seed 7 --report x.md'.split(' ');
    expect(readOptions(args)).toMatchObject({ matrix: true, sample: 6, random: 2, canaries: 3, report: 'x.md' });
    expect(readOptions('--canaries 3 --sample 6'.split(' '))).toMatchObject({ matrix: true, random: 0, canaries: 3 });
  });

  it.each([
    ['--steps promote --canaries 3', /--steps applies only to the matrix/],
    ['--lanes 2 --random 3', /--lanes applies only to the matrix/],
    ['--path 0:1', /--path needs --random 1/],
    ['--path 0:1 --random 2', /--path needs --random 1/],
    ['--path zz --random 1', /--path must be 0 and numbers with colons/],
    ['--path 5 --random 1', /--path must be 0 and numbers with colons/],
    ['--seed 3 --canaries 2', /--seed has no effect/],
    ['--sample 5 --sample 6', /--sample is given twice\./],
    ['--workers 100000', /--workers must be a whole number from 1 to \d+, not "100000"/],
    ['--lanes 33', /from 1 to 32/],
  ])('are refused where they would have no effect or exceed a limit: %s', (args, problem) => {
    expect(() => readOptions(args.split(' '))).toThrow(problem);
  });

  it('are refused next to --cell, and where the cell cannot exist', () => {
    const testCase = 'promote from tenth: reset-after ModifyRule #1, then retry';
    expect(() => readOptions(['--cell', testCase, '--report', 'x.md'])).toThrow(/--report has no effect with --cell/);
    for (const wrong of [testCase.replace('promote', 'demote'), testCase.replace('reset-after', 'nap'), 'nope'])
      expect(() => readOptions(['--cell', wrong])).toThrow(
        /is not the name of a cell\. An example is "promote from tenth/,
      );
  });
});
