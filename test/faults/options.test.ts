import { describe, expect, it } from 'vitest';
import type { Cell } from '../../src/faults/cells.ts';
import { OptionProblem, readOptions } from '../../src/faults/options.ts';

const cell: Cell = {
  move: 'promote',
  state: 'tenth',
  harm: { kind: 'throttle', operation: 'ModifyRule', occurrence: 1, times: 1 },
  next: 'retry',
};

describe('the options of npm run faults', () => {
  it('are everything, written into the page, when there are none', () => {
    const command = readOptions([]);
    expect(command).toMatchObject({ matrix: true, random: 200, canaries: 50, report: 'docs/reliability.md' });
    expect(command.isWanted(cell)).toBe(true);
  });

  it('choose a part, which does not overwrite the page', () => {
    const command = readOptions(['--steps', 'promote', '--states', 'tenth,shifted', '--faults', 'throttle']);
    expect(command).toMatchObject({ matrix: true, random: 0, canaries: 0, report: undefined });
    expect(command.isWanted(cell)).toBe(true);
    expect(command.isWanted({ ...cell, state: 'first' })).toBe(false);
    expect(command.isWanted({ ...cell, harm: { kind: 'none' } })).toBe(true);
    expect(readOptions(['--random', '5'])).toMatchObject({ matrix: false, random: 5, canaries: 0 });
  });

  it('are refused with every mistake at once', () => {
    const read = () => readOptions(['--steps', 'demote', '--sample', 'many', '--cell', 'x']);
    expect(read).toThrow(OptionProblem);
    expect(read).toThrow(/"demote".*--sample takes.*"x" is no cell's name/s);
    expect(() => readOptions(['--frobnicate'])).toThrow(OptionProblem);
  });
});
