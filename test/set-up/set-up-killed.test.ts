import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runScriptBeside } from '../octopus/template/script-runner.ts';
import { contentsOf, setSetUpScene, setUpScript, shop, variablesOf } from './set-up-scene.ts';

it.each([
  ['before', 0],
  ['after', 7],
  ['before', 8],
  ['after', 8],
  ['after', 10],
  ['before', 11],
  ['after', 12],
] as const)('killed %s write %d and run again, everything is there once', async (moment, write) => {
  const { server, setUp, writes } = await setSetUpScene();
  const directory = mkdtempSync(join(tmpdir(), 'killed-set-up-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'pid');
  let seen = 0;
  server.faults.plan({ kind: moment === 'before' ? 'drop' : 'drop after' }, ({ method }) => {
    const isDue = method !== 'GET' && seen++ === write;
    if (isDue) process.kill(Number(readFileSync(file, 'utf8')), 'SIGKILL');
    return isDue;
  });
  const killed = await runScriptBeside(await setUpScript(), {
    variables: variablesOf(server, shop),
    env: { PID_FILE: file },
    node: '#!/bin/bash\necho $$ >"$PID_FILE"\nexec "$REAL_NODE" "$@"\n',
  });
  expect(killed.code).toBe(137);
  expect(writes()).toHaveLength(write + 1);
  expect((await setUp()).code).toBe(0);
  const whole = await setSetUpScene();
  await whole.setUp();
  expect(contentsOf(server.spaces[0])).toEqual(contentsOf(whole.server.spaces[0]));
});
