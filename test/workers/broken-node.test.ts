import { expect, it } from 'vitest';
import { bundleStep } from '../../build/bundle.ts';
import { renderScriptBody } from '../../src/octopus/template/wrapper.ts';
import { fixtureStep } from '../octopus/template/fixture-step.ts';
import { type RunOptions, runScript } from '../octopus/template/script-runner.ts';
import { resultOf } from './worker.ts';

const body = renderScriptBody(fixtureStep, Buffer.from('console.log("ran")'), '1.2.3');
const real = 'exec "$REAL_NODE" "$@"';

it.each<[string, string, RunOptions?]>([
  ['exits at once', 'exit 1'],
  ['exits at once as if all were well', 'exit 0'],
  ['prints garbage and is content', 'cat; echo "\\001\\377 node: packet radio"'],
  ['crashes', 'kill -SEGV $$'],
  ['is killed for its memory', 'kill -KILL $$'],
  ['is for another machine', '', { node: '\x7fELF nonsense' }],
  ['is given a NODE_OPTIONS that it does not know', real, { env: { NODE_OPTIONS: '--no-such-option' } }],
  ['must load a file that is not there', real, { env: { NODE_OPTIONS: '--require /nonexistent.js' } }],
  [
    'must load a file that ends it',
    real,
    { env: { NODE_OPTIONS: '--import data:text/javascript,process.reallyExit(0)' } },
  ],
])('a Node that %s fails the step, with a result that says so', (_, script, options = {}) => {
  const run = runScript(body, { node: `#!/bin/bash\n${script}\n`, ...options });
  expect(run.code).toBeGreaterThan(0);
  expect(run.leftOvers).toEqual([]);
  expect(run.stdout).not.toContain('ran\n');
  expect(resultOf(run)).toMatch(/^Node\.js on the worker exited before this step finished: .*worker-tools/);
  expect(run.stdout).toContain(`##octopus[stdout-error]\n${resultOf(run)}\n##octopus[stdout-default]\n`);
});

it('a Node that prints something of its own is no trouble', () => {
  const run = runScript(body, { node: `#!/bin/bash\necho "now using node"\n${real}\n` });
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(run.stdout).toContain('ran\n');
});

it('a program that is killed keeps its exit code', () => {
  const killed = renderScriptBody(fixtureStep, Buffer.from('process.kill(process.pid, "SIGKILL")'), '1.2.3');
  const run = runScript(killed, {});
  expect(run.code).toBe(137);
  expect(resultOf(run)).toContain('ran out of memory');
});

it('a step that runs out of work before it is done fails, although Node.js is content', async () => {
  const { code } = await bundleStep('test/workers/resting-entry.ts', '1.2.3');
  const variables = { 'EcsCanary.StackName': 'shop' };
  const run = runScript(renderScriptBody(fixtureStep, code, '1.2.3'), { variables, env: { AWS_REGION: 'eu-west-1' } });
  expect(run).toMatchObject({ code: 1, stderr: '', leftOvers: [] });
  expect(run.stdout).toContain('Node.js ran out of work before the step finished.');
  expect(resultOf(run)).toContain('has a bug');
});

it('a working directory that is full or read-only is told', () => {
  const run = runScript(body, { before: 'mktemp() { return 1; }' });
  expect(run).toMatchObject({ code: 1, stderr: '' });
  expect(resultOf(run)).toContain('cannot write to its working directory');
});
