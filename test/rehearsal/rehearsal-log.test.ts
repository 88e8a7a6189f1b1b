import { stripVTControlCharacters, styleText } from 'node:util';
import { expect, it } from 'vitest';
import { buildCanaryProcess } from '../../src/octopus/process/process.ts';
import type { StepResult } from '../../src/rehearsal/deployment.ts';
import { createRehearsalLog, type LogLook } from '../../src/rehearsal/rehearsal-log.ts';
import { createOutputReader } from '../../src/rehearsal/step-output.ts';

const { steps } = buildCanaryProcess();
const named = (name: string) => steps.find((step) => step.name === name) as StepResult['step'];

function finished(result: Partial<StepResult>): string {
  const lines: string[] = [];
  const log = createRehearsalLog((line) => lines.push(line.slice('00:00:00   '.length)), false);
  log.stepFinished({
    ...{ step: named('Promote'), status: 'failed', reason: 'all in one line', milliseconds: 300, outputs: {} },
    ...{ script: undefined, ...result },
  });
  return lines.join('\n');
}

function scriptOf(...lines: readonly string[]): NonNullable<StepResult['script']> {
  const { output, readLine } = createOutputReader(() => undefined);
  for (const line of lines) readLine('stdout', line);
  return { ...output, exitCode: 1, collected: new Map() };
}

const explained = scriptOf(
  '##octopus[stdout-error]',
  'Two lines:',
  '  - one.',
  "##octopus[resultMessage message='YQ==']",
);
const silent = scriptOf('##octopus[stdout-error]', 'a stray line');

it('a failed step is not explained twice: the reason joins what the lines above it already say', () => {
  expect(explained.errors).toEqual(['Two lines:', '  - one.']);
  expect(finished({ script: explained })).toBe('✗ Promote failed (0.3 s)');
});

it.each<[string, Partial<StepResult>, string]>([
  ['a step that said nothing itself', { script: silent }, '✗ Promote failed: all in one line (0.3 s)'],
  ['a step that did not run', {}, '✗ Promote failed: all in one line (0.3 s)'],
  [
    'an aborted approval',
    { step: named('Approve 10%'), reason: 'aborted: no\nnot now' },
    '✗ Approve 10% failed: aborted: no (0.3 s)',
  ],
  ['a success', { status: 'succeeded', reason: '' }, '✓ Promote succeeded (0.3 s)'],
])('%s keeps its reason', (_, result, line) => {
  expect(finished(result)).toBe(line);
});

it.each([
  [0, '; 0 errors seen by users'],
  [1, '; 1 error seen by users'],
  [2, '; 2 errors seen by users'],
])('%d errors are counted in words that fit', (errors, text) => {
  const lines: string[] = [];
  const entryPoint = {
    ...{ name: 'HTTP:80', url: 'http://127.0.0.1:1', host: undefined, ports: new Map() },
    kind: 'service' as const,
  };
  const measured = { requests: 120, errors, errorsAt: {}, versions: {}, taskDefinitions: {}, servedBy: {} };
  const result = {} as StepResult;
  createRehearsalLog((line) => lines.push(line), false).stage({
    ...{ release: '1.1.0', result, requested: 10, errors, errorsAt: {} },
    entryPoints: [{ entryPoint, measured, share: 10 }],
  });
  expect(lines.join('\n')).toContain(text);
});

// Each card was once in the log of the step, too, as raw Markdown.
it('the summary of a step is in its log only if everything is to be shown', () => {
  const shown = (verbose: boolean) => {
    const lines: string[] = [];
    const log = createRehearsalLog((line) => lines.push(line.slice('00:00:00   '.length)), verbose);
    const { readLine } = createOutputReader(log.line);
    const encoded = (text: string) => Buffer.from(text).toString('base64');
    readLine('stdout', 'one | two');
    readLine(
      'stdout',
      `##octopus[setVariable name='${encoded('Summary')}' value='${encoded('**A card**\n\none | two')}']`,
    );
    for (const line of [
      'before',
      '**A card**',
      '',
      'one | two',
      'after',
      '',
      '##octopus[stdout-highlight]',
      'one | two',
    ])
      readLine('stdout', line);
    return lines.map((line) => line.replace(/\s+\|\s*/, ': '));
  };
  const others = ['Info: before', 'Info: after', 'Info: ', 'Highlight: one | two'];
  expect(shown(false)).toEqual(['Info: one | two', ...others]);
  expect(shown(true)).toEqual([
    ...['Info: one | two', 'Info: before', 'Info: **A card**', 'Info: ', 'Info: one | two'],
    ...others.slice(1),
  ]);
});

it('a question is set apart from the log, and fits into 80 columns', () => {
  const lines: string[] = [];
  const table = ['| | Blue | Green |', '|---|---|---|', '| Errors | 0 | 1 |'].join('\n');
  const step = named('Approve 10%');
  if (step.kind !== 'manual') throw new Error('It is no approval.');
  createRehearsalLog((line) => lines.push(line), false).question({
    step,
    instructions: `### Go on?\n\n${table}\n\n- ${'word '.repeat(40).trim()}`,
  });
  expect(lines[0]).toMatch(/Wait {6}\| {3}Approve 10% asks:$/);
  expect(lines.slice(1, 8)).toEqual([
    '',
    '  ### Go on?',
    '',
    '          Blue  Green',
    '  ------  ----  -----',
    '  Errors  0     1',
    '',
  ]);
  expect(lines[9]).toMatch(/^ {4}word/);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
});

it('a narrow terminal gets lines that fit, under the line they belong to', () => {
  const lines: string[] = [];
  const log = createRehearsalLog((line) => lines.push(line), false, { columns: 60 });
  log.note('word '.repeat(30).trim());
  log.heading('Release 1.0.0');
  expect(lines.length).toBeGreaterThan(4);
  expect(lines[1]).toMatch(/^ {25}word/);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
});

it('colours mark what matters, and only where they can be shown', () => {
  const painted = (look: LogLook): string => {
    const lines: string[] = [];
    createRehearsalLog((line) => lines.push(line), false, look).line('warning', 'Look here.');
    return lines.join('\n');
  };
  const plain = painted({});
  expect(stripVTControlCharacters(plain)).toBe(plain);
  const coloured = painted({ isColoured: true });
  expect(coloured).toBe(styleText('yellow', stripVTControlCharacters(coloured), { validateStream: false }));
});
