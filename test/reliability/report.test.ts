import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectDirectory } from '../../build/project-directory.ts';
import { type Case, injectedFaults, parseCase } from '../../src/reliability/cases/case.ts';
import { states } from '../../src/reliability/cases/states.ts';
import { stepUses } from '../../src/reliability/cases/step-uses.ts';
import { renderReport } from '../../src/reliability/report.ts';
import type { Rehearsal } from '../../src/reliability/running/matrix.ts';
import type { CaseResult } from '../../src/reliability/running/run-case.ts';
import { steps } from '../../src/steps/index.ts';

const page = readFileSync(join(projectDirectory, 'docs/reliability.md'), 'utf8');

/** The first cell of each row of the table with that heading. */
function rowsOf(text: string, head: string): readonly string[] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${head} |`));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) => line.split(' | ')[0]?.replace('| ', '') ?? '');
}

const headOf = (text: string, head: string) =>
  text
    .split('\n')
    .find((line) => line.startsWith(`| ${head} |`))
    ?.split(' | ')
    .slice(1)
    .map((title) => title.replace(' |', ''));

describe('the reliability page', () => {
  it('lists all faults, states and uses of steps', () => {
    expect(rowsOf(page, 'Fault')).toEqual(injectedFaults.map(({ title }) => title));
    expect(rowsOf(page, 'State')).toEqual(states.map(({ title }) => title));
    for (const head of ['Fault', 'State']) expect(headOf(page, head)).toEqual(stepUses.map(({ title }) => title));
  });

  it('covers every step, and shows no violation', () => {
    const used = stepUses.map(({ id }) => id.replace('-after-failure', '').replace(/^(watch-.*|guard)$/, 'watch'));
    expect([...new Set(used)].sort()).toEqual(steps.map(({ id }) => id).sort());
    expect(page).not.toMatch(/\*\*[\d,]+ (did not|of)/);
  });

  it('counts what held, names what did not, and leaves out faults that hit no call', () => {
    const result = (name: string, violations: readonly string[], met = true): CaseResult => ({
      testCase: parseCase(name) as Case,
      met,
      outcomes: [],
      violations,
    });
    const broken = 'promote from tenth: throttle ModifyRule #1, then retry';
    const results = [
      result(broken, ['I1: too much']),
      result('promote from tenth: throttle ModifyRule #2, then retry', []),
      result('promote from tenth: throttle ModifyRule #3, then retry', [], false),
    ];
    const rehearsals: Rehearsal[] = [
      {
        scenario: { stepUse: 'promote', state: 'tenth' },
        expectation: { outcome: 'done', snapshot: { stack: undefined } },
        operations: [],
        writes: [],
        violations: [],
      },
    ];
    const text = renderReport(
      { seed: 1 },
      { matrix: { rehearsals, planned: 9, results }, random: undefined, fleet: undefined },
    );
    expect(text).toContain('2 cells, of which 1 held and **1 did not**.');
    expect(text).toContain('1 more are not counted');
    expect(text).toContain('They are a sample of 9 cells, chosen by the seed.');
    expect(text).toContain('`done` **1 of 2**');
    expect(text).toMatch(/^Steps fail half way.*A random sample of 3 of the 9 cells was run, with seed 1/m);
    expect(text).toContain('No random sequences were run for this page.');
    expect(text).toContain('## Many canaries on one throttled account\n\nNo canaries were run for this page.');
    expect(text).toContain(`- \`${broken}\`\n  - I1: too much`);
  });
});

describe('the introduction of the reliability page', () => {
  const result = { rehearsals: [], planned: 0, results: [] };
  const introduce = (filter: string | undefined, matrix: typeof result | undefined) =>
    renderReport({ seed: 1, filter }, { matrix, random: undefined, fleet: undefined });

  it('says what was run: all, the selected part, or nothing of the matrix', () => {
    expect(introduce(undefined, result)).toContain('The whole matrix was run, 0 cells.');
    expect(introduce('--steps promote', result)).toContain('the 0 cells that `--steps promote` selects');
    expect(introduce(undefined, undefined)).toContain('**The matrix was not run for this page.**');
  });
});
