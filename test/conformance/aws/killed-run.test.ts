import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { createEmulatedTarget, type EmulatedTarget } from '../../../src/conformance/aws/emulated-target.ts';
import { replaceEnvironment, withoutNodeWarning } from '../../support/environment.ts';
import { startCommand } from '../started-command.ts';
import { findLeftovers } from './emulated-run.ts';

afterAll(replaceEnvironment(withoutNodeWarning));

let target: EmulatedTarget;
let folder: string;

beforeEach(async () => {
  target = await createEmulatedTarget();
  folder = mkdtempSync(join(tmpdir(), 'conformance-'));
});

afterEach(async () => {
  await target.close();
  rmSync(folder, { recursive: true });
});

/** Runs the command against the emulated AWS behind AWS_ENDPOINT_URL. */
function start(...args: readonly string[]) {
  return startCommand(['aws', ...args], {
    AWS_ENDPOINT_URL: target.emulator.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
}

const run = () => start('--yes', '--report', join(folder, 'report'));

it('removes everything after SIGTERM', async () => {
  const { child, ended, until } = run();
  await until('Creating the canary');
  child.kill('SIGTERM');
  const { code, out } = await ended;
  expect(out).toContain('Stopping: removing everything.');
  expect(out).toContain('Everything was removed.');
  expect(code).toBe(1);
  expect(await findLeftovers(target)).toEqual([]);
});

it('--clean-up removes what a killed run left', async () => {
  const { child, ended, until } = run();
  await until('Creating the canary');
  child.kill('SIGKILL');
  const { out } = await ended;
  const id = /run ([\w-]+),/.exec(out)?.[1] ?? '';
  expect(await findLeftovers(target)).not.toEqual([]);
  const wrong = await start('--clean-up', 'other').ended;
  expect(wrong).toEqual({ code: 1, out: expect.stringContaining(`no stack of the run other. Found: ${id}.`) });
  const { code, out: said } = await start('--clean-up', id).ended;
  expect(said).toMatch(/Everything was removed\.\n$/);
  expect(code).toBe(0);
  expect(await findLeftovers(target)).toEqual([]);
});

it('names what is wrong before it asks AWS for anything', async () => {
  const { code, out } = await start('--region', 'Ireland', '--vpc', 'vpc-0a1b2c3d4e5f60718', '--report').ended;
  expect(out).toContain('--region must be a region such as eu-west-1, not "Ireland".');
  expect(out).toContain('--vpc and --subnets need each other.');
  expect(out).toContain('--report needs a value.');
  expect(code).toBe(2);
  expect(target.emulator.calls()).toEqual([]);
});
