import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { projectDirectory } from '../../build/project-directory.ts';
import { runVerify } from '../../src/cli/verify.ts';
import { templateFileName } from '../../src/octopus/template/step-template.ts';
import { steps } from '../../src/steps/index.ts';

const body = 'Octopus.Action.Script.ScriptBody';
const folder = mkdtempSync(join(tmpdir(), 'verify-'));
afterAll(() => rmSync(folder, { recursive: true }));

const committed = steps.map((step) => join(projectDirectory, 'step-templates', templateFileName(step)));
const promote = JSON.parse(readFileSync(join(projectDirectory, 'step-templates/aws-ecs-canary-promote.json'), 'utf8'));

it('every committed template is what this source builds', () => {
  const { code, output } = run(...committed);
  expect(code).toBe(0);
  expect(output.match(/✓ .*: the script is exactly what this source builds\./g)).toHaveLength(steps.length);
});

it('an exported template with changed parameters is, too, and one with a changed script is not; every file has its result', () => {
  const own = write('own.json', {
    ...promote,
    Id: 'ActionTemplates-3',
    Version: 9,
    Parameters: promote.Parameters.slice(1),
  });
  const changed = write('changed.json', {
    ...promote,
    Properties: { ...promote.Properties, [body]: promote.Properties[body].replace('umask 077', 'umask 000') },
  });
  const { code, output } = run(own, changed, own);
  expect(code).toBe(1);
  expect(output).toContain(
    `✓ ${own}: the script is exactly what this source builds.\n    AWS ECS Canary - Promote, version `,
  );
  expect(output).toContain(`\n    Only this differs: The parameter ${promote.Parameters[0].Name} is missing.\n`);
  expect(output).toContain(`✗ ${changed}: not what this source builds.\n`);
  expect(output).toMatch(/ {4}Line \d+ of the script is different: "dir=/);
  expect(output.match(/^✓/gm)).toHaveLength(2);
});

it('a file that is missing, empty, no JSON, no template or a directory has a sentence that says so', () => {
  const files = [
    ...[
      join(folder, 'missing.json'),
      write('empty.json', ''),
      write('half.json', '{"Name":'),
      write('list.json', '[]'),
    ],
    folder,
  ];
  const { code, output } = run(...files);
  expect(code).toBe(1);
  const [missing = '', empty = '', half = '', list = '', directory = ''] = output.split('\n');
  expect(missing).toBe(`✗ ${files[0]}: it cannot be read (ENOENT).`);
  expect(empty).toBe(`✗ ${files[1]}: it is empty.`);
  expect(half).toContain(`✗ ${files[2]}: it is not JSON: "`);
  expect(list).toContain(`✗ ${files[3]}: it is not an exported step template with a script`);
  expect(directory).toBe(`✗ ${folder}: it is a directory. Name the files in it, for example step-templates/*.json.`);
});

it('with --json, each file has its verdict, release and hashes', () => {
  const { code, output } = run('--json', committed[0] ?? '', folder);
  expect(code).toBe(1);
  expect(JSON.parse(output)).toEqual([
    {
      ...{ file: committed[0], accepted: true, verdict: 'same', template: 'AWS ECS Canary - Prepare Blue' },
      ...{ script: expect.stringMatching(/^[\da-f]{64}$/), program: expect.stringMatching(/^[\da-f]{64}$/) },
      ...{ version: expect.stringMatching(/^\d+\./), differences: [], outside: [] },
      release: expect.toSatisfy((release) => release === undefined || /^\d+\./.test(release)),
    },
    { file: folder, accepted: false, verdict: 'unreadable', differences: [expect.stringContaining('directory')] },
  ]);
});

it('a call without a file, and with a wrong option, is refused with both problems', () => {
  expect(() => run('--any-relase')).toThrow(
    'Unknown option: --any-relase. Did you mean --any-release?\nFILE is required: step templates as exported from Octopus, or their scripts alone.\nSee octopus-ecs-canary verify --help.',
  );
});

function run(...args: string[]): { code: number; output: string } {
  const lines: string[] = [];
  const code = runVerify(args, (line) => lines.push(line));
  return { code, output: lines.join('\n') };
}

function write(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}
