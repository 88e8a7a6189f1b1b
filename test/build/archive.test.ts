import { strFromU8, unzipSync } from 'fflate';
import { afterEach, expect, it, vi } from 'vitest';
import { zipPackagedScripts } from '../../build/archive.ts';
import { fixtureStep } from '../octopus/template/fixture-step.ts';
import { runScript } from '../octopus/template/script-runner.ts';

const release = { version: '1.2.3', date: '2026-11-22' };
const program = Buffer.from('console.log(require("node:fs").readdirSync(process.env.ECS_CANARY_INPUTS).length)');
const zip = () => zipPackagedScripts([{ step: fixtureStep, program }], release, 'notices');

afterEach(() => {
  vi.unstubAllEnvs();
});

it('equal inputs give equal bytes, in any time zone', () => {
  vi.stubEnv('TZ', 'Pacific/Kiritimati');
  const east = zip();
  vi.stubEnv('TZ', 'America/Adak');
  expect(Buffer.from(zip().content).equals(Buffer.from(east.content))).toBe(true);
});

it('the package has the name and version that the built-in feed reads', () => {
  expect(zip().path).toBe('dist/octopus-ecs-canary.1.2.3.zip');
});

it('each script runs from the folder into which the package was extracted', () => {
  const files = unzipSync(zip().content as Uint8Array);
  expect(Object.keys(files).sort()).toEqual([
    'README.md',
    'THIRD-PARTY-NOTICES.txt',
    'shift-traffic.cjs',
    'shift-traffic.sh',
  ]);
  const { 'shift-traffic.sh': script, ...others } = Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [name, strFromU8(bytes)]),
  );
  expect(runScript(script ?? '', { files: others })).toMatchObject({ code: 0, stderr: '', leftOvers: [] });
});

it('the README lists the variables that a script reads', () => {
  const readme = strFromU8(unzipSync(zip().content as Uint8Array)['README.md'] ?? new Uint8Array());
  expect(readme).toContain('| `shift-traffic.sh` | AWS ECS Canary - Fixture | `EcsCanary.StackName`,');
  expect(readme).not.toContain('Octopus.Deployment.Id');
});
