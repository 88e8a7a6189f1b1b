import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { projectDirectory } from '../../build/project-directory.ts';
import { listContents } from '../../build/release-contents.ts';
import { releaseListPath, renderReleaseList } from '../../src/octopus/verification/release-list.ts';
import { requireProgram } from '../support/cross-check.ts';

const page = readFileSync(join(projectDirectory, 'docs/trust.md'), 'utf8');
const blocks = [...page.matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
const template = 'step-templates/aws-ecs-canary-promote.json';
const release = { version: '1.2.3', date: '2026-11-22' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trust-'));
  const exported = JSON.parse(readFileSync(join(projectDirectory, template), 'utf8'));
  const committed = [{ path: template, content: JSON.stringify(exported) }];
  const contents = listContents({ committed, release }, [], () => undefined);
  writeFileSync(join(folder, releaseListPath), renderReleaseList(contents));
  const script = 'Octopus.Action.Script.ScriptBody';
  const Properties = { ...exported.Properties, [script]: exported.Properties[script].replaceAll('\n', '\r\n') };
  writeFileSync(join(folder, 'promote.json'), JSON.stringify({ ...exported, Version: 9, Properties }, null, 4));
});
afterEach(() => rmSync(folder, { recursive: true }));

it.runIf(requireProgram('jq'))('the commands with jq unpack an exported template and find it in the list', () => {
  runBlock(/^jq /);
  expect(runBlock(/^sha256sum /)).toBe('promote/program.cjs\npromote/script.sh\n');
});

it('the command with Node.js does the same', () => {
  runBlock(/^node /);
  runBlock(/^jq /, (text) => text.replace(/^jq .*\n/, ''));
  expect(runBlock(/^sha256sum /)).toBe('promote/program.cjs\npromote/script.sh\n');
});

it('a changed script is not found, and its program is', () => {
  runBlock(/^node /);
  const script = join(folder, 'script.sh');
  writeFileSync(script, readFileSync(script, 'utf8').replace('umask 077', 'umask 000'));
  runBlock(/^jq /, (text) => text.replace(/^jq .*\n/, ''));
  expect(runBlock(/^sha256sum /)).toBe('promote/program.cjs\n');
});

it('the command for an installed package checks its files', () => {
  writeFileSync(join(folder, 'package.json'), '{"version": "1.2.3"}');
  const line = blocks.find((text) => text.startsWith('sed ')) ?? 'exit 1';
  const check = () => spawnSync('/bin/sh', ['-c', line], { cwd: folder, encoding: 'utf8' });
  const list = `${'0'.repeat(64)}  1.2.2/package/promote.json\n`;
  const hash = execFileSync('sha256sum', ['promote.json'], { cwd: folder, encoding: 'utf8' }).slice(0, 64);
  writeFileSync(join(folder, releaseListPath), `${list}${hash}  1.2.3/package/promote.json\n`);
  expect(check()).toMatchObject({ status: 0, stdout: 'promote.json: OK\n' });
  writeFileSync(join(folder, 'promote.json'), 'changed');
  expect(check()).toMatchObject({ status: 1, stdout: 'promote.json: FAILED\n' });
});

it('the commands of this project on the page are scripts of package.json', () => {
  const { scripts } = JSON.parse(readFileSync(join(projectDirectory, 'package.json'), 'utf8'));
  const named = blocks.flatMap((text) => [...text.matchAll(/npm run (?:-s )?(\S+)/g)].map(([, name = '']) => name));
  expect(named).toEqual(expect.arrayContaining(['verify', 'build']));
  for (const name of named) expect(scripts).toHaveProperty(name);
});

/** Runs a block of the page; returns what the lines that it prints say after hash and release. */
function runBlock(start: RegExp, change = (text: string) => text): string {
  const text = blocks.find((block) => start.test(block)) ?? 'exit 1';
  const printed = execFileSync('bash', ['-eo', 'pipefail', '-c', change(text)], { cwd: folder, encoding: 'utf8' });
  return printed.replaceAll(/^[\da-f]{64} {2}1\.2\.3\//gm, '');
}
