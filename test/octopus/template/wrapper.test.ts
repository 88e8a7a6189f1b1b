import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { packTightly, programIn } from '../../../src/octopus/template/payload.ts';
import { renderPackagedScript, renderScriptBody, variablesReadBy } from '../../../src/octopus/template/wrapper.ts';
import { systemVariables } from '../../../src/steps/step.ts';
import { fixtureStep } from './fixture-step.ts';
import { type RunOptions, runScript } from './script-runner.ts';

const reportInputs = `
const fs = require("node:fs"), path = require("node:path");
const dir = process.env.ECS_CANARY_INPUTS;
const read = (name) => fs.readFileSync(path.join(dir, name), "latin1");
const inputs = Object.fromEntries(fs.readdirSync(dir).map((name) => [name, Buffer.from(read(name), "latin1").toString("base64")]));
const mode = (fs.statSync(path.dirname(dir)).mode & 0o777).toString(8);
console.log("REPORT" + JSON.stringify({ inputs, mode, seen: JSON.stringify([process.env, process.argv, process.execArgv]), env: process.env }));`;

function bodyOf(program: string): string {
  return renderScriptBody(fixtureStep, Buffer.from(program), '1.2.3');
}

function report(options: RunOptions) {
  const run = runScript(bodyOf(reportInputs), options);
  expect(run).toMatchObject({ code: 0, stderr: '', leftOvers: [] });
  return JSON.parse(run.stdout.split('REPORT')[1] ?? '');
}

const awkward = {
  quotes: `it's "quoted" \\ back\\slash`,
  lines: 'one\ntwo\r\n\n  three  ',
  substitutions: `$(touch pwned) \`touch pwned\` \${HOME} $HOME !! %s %n`,
  octostache: '#{Octopus.Release.Number} #{if x}y#{/if} ##{z}',
  letters: 'grün 緑 🟢 \u00a0',
  'service message': "##octopus[setVariable name='QQ==' value='QQ==']",
  'globs and spaces': '*  ?   [a-z] ~ -n -e',
  'a large template': `{"Resources": "${'x'.repeat(200_000)}"}`,
  'end of heredoc': 'ECS_CANARY_PROGRAM\n)\nexit 3\n',
};

it.each(Object.entries(awkward))('a value with %s reaches the program byte for byte', (_, value) => {
  const { inputs } = report({ variables: { 'EcsCanary.Note': value } });
  expect(Buffer.from(inputs['EcsCanary.Note'], 'base64').toString()).toBe(value);
});

it('a variable that Octopus does not have is an empty line', () => {
  expect(report({}).inputs['EcsCanary.StackName']).toBe(Buffer.from('\n').toString('base64'));
});

it('the program gets what its script reads, and of what Octopus itself consumes only what may silently be missing', () => {
  const { inputs } = report({ variables: { 'EcsCanary.AWS.Account': 'AWS.Account' } });
  expect(Object.keys(inputs).sort()).toEqual(
    [
      'EcsCanary.AWS.Account',
      'EcsCanary.AWS.UseInstanceRole',
      'EcsCanary.AWS.AssumeRole',
      'EcsCanary.StackName',
      'EcsCanary.TimeoutMinutes',
      'EcsCanary.DryRun',
      'EcsCanary.Parts',
      'EcsCanary.Note',
      ...systemVariables,
    ].sort(),
  );
  expect(Object.keys(inputs).sort()).toEqual(variablesReadBy(fixtureStep).sort());
});

it('no value is in the environment or on a command line', () => {
  const { seen, env } = report({ variables: { 'EcsCanary.Note': 'very secret' } });
  expect(seen).not.toContain('very secret');
  expect(env).toMatchObject({ NODE_NO_WARNINGS: '1' });
});

it('the files are private', () => {
  expect(report({}).mode).toBe('700');
});

it('the first line of the log has the version and the hash of the program, in a packaged script, too', () => {
  const program = '"nothing";';
  const hash = createHash('sha256').update(program).digest('hex');
  const line = `AWS ECS Canary - Fixture, version 1.2.3, program ${hash.slice(0, 12)}\n`;
  expect(runScript(bodyOf(program)).stdout).toBe(line);
  const script = renderPackagedScript(fixtureStep, Buffer.from(program), '1.2.3');
  expect(runScript(script, { files: { 'shift-traffic.cjs': program } }).stdout).toBe(line);
});

it.each([
  ['process.exitCode = 7', 7],
  ['process.exit(1)', 1],
  ['process.kill(process.pid, "SIGKILL")', 137],
])('%s ends the step with %d, and leaves nothing behind', (program, code) => {
  expect(runScript(bodyOf(program))).toMatchObject({ code, leftOvers: [] });
});

it('a crash shows where, and leaves nothing behind', () => {
  const run = runScript(bodyOf('function shiftWeights() { throw new Error("no") }\nshiftWeights();'));
  expect(run.code).toBe(1);
  expect(run.stderr).toMatch(/at shiftWeights \(.*step\.cjs:1:/);
  expect(run.leftOvers).toEqual([]);
});

it('the program may finish asynchronously', () => {
  const run = runScript(
    bodyOf('(async () => { await new Promise((r) => setTimeout(r, 20)); process.exitCode = 4 })()'),
  );
  expect(run.code).toBe(4);
});

it('a strict bootstrap does not disturb the script', () => {
  expect(runScript(bodyOf(reportInputs), { before: 'set -euo pipefail' })).toMatchObject({ code: 0, stderr: '' });
});

it("the script leaves the bootstrap's traps alone", () => {
  const run = runScript(bodyOf('process.exitCode = 5'), { before: 'trap "echo bootstrap cleaned" EXIT' });
  expect(run.code).toBe(5);
  expect(run.stdout).toContain('bootstrap cleaned');
});

it('Node starts exactly once', () => {
  const node = '#!/bin/bash\necho STARTED\nexec "$REAL_NODE" "$@"\n';
  const run = runScript(bodyOf(reportInputs), { node });
  expect(run.code).toBe(0);
  expect(run.stdout.match(/STARTED/g)).toHaveLength(1);
});

function resultOf(stdout: string): string {
  const encoded = /##octopus\[resultMessage message=['"]([^'"]+)['"]\]/.exec(stdout)?.[1] ?? '';
  return Buffer.from(encoded, 'base64').toString();
}

it('a worker without Node is told how to get it', () => {
  const run = runScript(bodyOf(reportInputs), { node: null });
  expect(run).toMatchObject({ code: 1, stderr: '', leftOvers: [] });
  expect(resultOf(run.stdout)).toContain('execution container with the image octopusdeploy/worker-tools');
  expect(run.stdout).toContain(`##octopus[stdout-error]\n${resultOf(run.stdout)}\n##octopus[stdout-default]\n`);
});

it('a worker without base64, too, says in the log what it lacks', () => {
  const run = runScript(bodyOf(reportInputs), { node: null, before: 'set -e; base64() { return 127; }' });
  expect(run).toMatchObject({ code: 1, stderr: '', leftOvers: [] });
  expect(run.stdout).toContain('execution container with the image octopusdeploy/worker-tools');
  expect(run.stdout).not.toContain('resultMessage');
});

it('a worker with an old Node is told which one it has', () => {
  const old = 'data:text/javascript,Object.defineProperty(process, "versions", { value: { node: "18.20.4" } })';
  const node = `#!/bin/bash\nexec "$REAL_NODE" --import '${old}' "$@"\n`;
  const run = runScript(bodyOf('console.log("ran")'), { node });
  expect(run).toMatchObject({ code: 1, stderr: '', leftOvers: [] });
  expect(run.stdout).not.toContain('ran\n');
  expect(resultOf(run.stdout)).toMatch(/needs Node\.js 20 or newer, but the worker has 18\.20\.4\..*worker-tools/);
});

it('outside Octopus the script says that it needs Octopus', () => {
  const run = runScript(bodyOf(reportInputs), { bootstrap: '' });
  expect(run).toMatchObject({ code: 1, stderr: '', leftOvers: [] });
  expect(resultOf(run.stdout)).toContain('Octopus Deploy must run this script');
});

it('a parameter that Octopus cannot decrypt stops the step, instead of becoming its default', () => {
  const run = runScript(bodyOf(reportInputs), { bootstrap: 'get_octopusvariable() { return 127; }' });
  expect(run).toMatchObject({ code: 1, leftOvers: [] });
  expect(resultOf(run.stdout)).toContain('openssl');
});

it('as a packaged script it runs the program that lies next to it', () => {
  const files = { 'shift-traffic.cjs': reportInputs };
  const script = renderPackagedScript(fixtureStep, Buffer.from(reportInputs), '1.2.3');
  const run = runScript(script, { files, variables: { 'EcsCanary.Note': 'x' } });
  expect(run).toMatchObject({ code: 0, stderr: '', leftOvers: [] });
  expect(run.stdout).toContain(`"EcsCanary.Note":"${Buffer.from('x').toString('base64')}"`);
});

it('nothing in the body is for Octopus to substitute or to convert', () => {
  const program = '"#{x} octopus_parameters[1] \u{1f7e2}\\r\\n"';
  for (const body of [bodyOf(program), renderPackagedScript(fixtureStep, Buffer.from(program), '1')]) {
    expect(body).not.toContain('#{');
    expect(body).not.toContain('octopus_parameters[');
    expect(body).toMatch(/^[\n\x20-\x7e]+$/);
  }
});

it('a body that Octopus would change is refused', () => {
  expect(() => renderScriptBody({ ...fixtureStep, name: '#{Name}' }, Buffer.from(''), '1')).toThrow('substitute');
  expect(() => renderPackagedScript({ ...fixtureStep, name: 'Grün' }, Buffer.from(''), '1')).toThrow('ASCII');
});

it('the program can be read back from a body, and from nothing else', () => {
  const program = Buffer.from('console.log("x".repeat(10))\n'.repeat(100));
  expect(programIn(renderScriptBody(fixtureStep, program, '1'))).toEqual(program);
  expect(programIn('echo hello')).toBeUndefined();
});

it('a program is compressed to the same bytes with every version of Node.js', () => {
  const body = renderScriptBody(fixtureStep, Buffer.from('console.log("compressed")'), '1');
  expect(body).toContain('\nH4sIAAAAAAACA0vOzyvOz0nVy8lP11BKzs8tKEotLk5NUdIEAMa6alkZAAAA\n');
});

it('a tightly packed program runs, and can be read back', () => {
  const program = 'console.log("packed " + typeof require("node:fs").readFileSync)';
  const body = renderScriptBody(fixtureStep, Buffer.from(program), '1', packTightly);
  expect(programIn(body)?.toString()).toBe(program);
  expect(runScript(body)).toMatchObject({ code: 0, stdout: expect.stringContaining('packed function'), leftOvers: [] });
});

it('the tight payload of an earlier body is kept for the same program, and replaced for another', () => {
  const pack = (program: string, earlier?: string) =>
    renderScriptBody(fixtureStep, Buffer.from(program), '1', (bytes) => packTightly(bytes, earlier));
  const padded = pack('console.log(1)').replace(/(ECS_CANARY_PROGRAM' .*\n)(....)/, '$1$2\n');
  expect(pack('console.log(1)', padded)).toBe(padded);
  expect(pack('2', padded)).toBe(pack('2'));
});
