import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Build, buildProject } from '../../build/project.ts';
import { projectDirectory } from '../../build/project-directory.ts';
import { readProjectFile } from '../../build/staleness.ts';
import { programIn } from '../../src/octopus/template/payload.ts';
import { templateFileName } from '../../src/octopus/template/step-template.ts';
import { setUpProject } from '../../src/set-up/set-up-project.ts';
import { steps } from '../../src/steps/index.ts';

const directory = mkdtempSync(join(tmpdir(), 'review-'));
let build: Build;
beforeAll(async () => {
  build = await buildProject(steps);
});
afterAll(() => rmSync(directory, { recursive: true }));

it.each(steps)('the command in the script of $id prints its program, byte for byte', (step) => {
  const script = scriptOf(templateFileName(step));
  writeFileSync(join(directory, 'script.sh'), script);
  const printed = execFileSync('/bin/sh', ['-c', commandIn(script)], { cwd: directory, maxBuffer: 1 << 24 });
  expect(printed.equals(build.bundles.find((bundle) => bundle.step === step)?.code ?? Buffer.of())).toBe(true);
});

it.each(steps)('the program in the script of $id is on lines that anyone can cut out', (step) => {
  const [, program = ''] = /\ncat .*\n([\s\S]*?)\nECS_CANARY_PROGRAM\n/.exec(scriptOf(templateFileName(step))) ?? [];
  const lines = program.split('\n');
  expect(lines.length).toBeGreaterThan(50);
  expect(lines.slice(0, -1).filter((line) => !/^[A-Za-z0-9+/]{1520}$/.test(line))).toEqual([]);
  expect(lines.at(-1)).toMatch(/^[A-Za-z0-9+/]{1,1520}={0,2}$/);
});

it('the program of Set Up Canary Project is the one that the sources build, and its command unpacks it where there is brotli', () => {
  const script = scriptOf(templateFileName(setUpProject));
  expect(programIn(script)?.equals(build.setUp.code)).toBe(true);
  expect(commandIn(script)).toMatch(/\| base64 -d \| brotli -d$/);
  writeFileSync(join(directory, 'script.sh'), script);
  const withoutBrotli = commandIn(script).replace(/brotli -d$/, 'cat');
  const printed = execFileSync('/bin/sh', ['-c', withoutBrotli], { cwd: directory, maxBuffer: 1 << 24 });
  expect(brotliDecompressSync(printed).equals(build.setUp.code)).toBe(true);
});

it('the page on trust names the same command', () => {
  const page = readProjectFile(projectDirectory, 'docs/trust.md');
  for (const step of steps) expect(page).toContain(commandIn(scriptOf(templateFileName(step))));
});

function scriptOf(file: string): string {
  const template = build.committed.find(({ path }) => path === `step-templates/${file}`);
  return JSON.parse(String(template?.content)).Properties['Octopus.Action.Script.ScriptBody'];
}

/** The comment right before the program. */
function commandIn(script: string): string {
  return /^# To read the program below, .* run: (.*)\ncat /m.exec(script)?.[1] ?? 'exit 1';
}
