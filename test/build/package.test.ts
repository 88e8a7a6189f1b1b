import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { bundleCommand } from '../../build/command.ts';
import { archiveFiles, buildProject } from '../../build/project.ts';
import { projectDirectory } from '../../build/project-directory.ts';
import { writeFiles } from '../../build/staleness.ts';
import { policyFiles } from '../../src/policies/policy-files.ts';
import { placeholderScope } from '../../src/policies/policy-scope.ts';
import { setUpProject } from '../../src/set-up/set-up-project.ts';
import { steps } from '../../src/steps/index.ts';

const run = promisify(execFile);
const scratch = mkdtempSync(join(tmpdir(), 'npm-package-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

it('the package installs without a registry, contains only what it uses, and runs a rehearsal', async () => {
  const source = join(scratch, 'source');
  mkdirSync(source);
  const build = await buildProject(steps);
  const command = await bundleCommand(build.release.version);
  writeFiles(source, [...build.committed, ...archiveFiles(build, command)]);
  for (const file of ['package.json', 'LICENSE']) copyFileSync(join(projectDirectory, file), join(source, file));
  const tarball = await npm(source, 'pack', '--ignore-scripts', '--silent');

  const home = join(scratch, 'home');
  mkdirSync(home);
  await npm(home, 'install', '--offline', '--no-audit', '--no-fund', '--prefix', home, join(source, tarball.trim()));
  const installed = join(home, 'node_modules', 'octopus-ecs-canary');
  expect(readdirSync(join(home, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
    'octopus-ecs-canary',
  ]);
  const files = readdirSync(installed, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const bundles = steps.map(({ id }) => `${id}.cjs`);
  const templates = [...steps, setUpProject].map(({ id }) => `aws-ecs-canary-${id}.json`);
  const others = ['octopus-ecs-canary.mjs', 'package.json', 'LICENSE', 'THIRD-PARTY-NOTICES.txt'];
  const policies = policyFiles(placeholderScope).map(({ name }) => `${name}.json`);
  expect(files.map(({ name }) => name).sort()).toEqual([...bundles, ...templates, ...policies, ...others].sort());

  const bin = join(home, 'node_modules', '.bin', 'octopus-ecs-canary');
  expect((await run(bin, ['--help'], { cwd: home })).stdout).toContain('install   installs the step templates');
  const dry = run(bin, ['install', '--url', 'http://127.0.0.1:1'], {
    cwd: home,
    env: { ...process.env, OCTOPUS_API_KEY: 'API-X' },
  });
  await expect(dry).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining('http://127.0.0.1:1 refused the connection'),
  });
  const rehearsal = await run(
    bin,
    ['rehearse', '--yes', '--weights', '50', '--behaviour', 'slow-start=20', '--from-install'],
    {
      cwd: home,
      maxBuffer: 1 << 26,
    },
  );
  expect(rehearsal.stdout).toContain('created deployment process of ECS canary');
  expect(rehearsal.stdout).toContain('✓ Everything went as it should');
});

async function npm(cwd: string, ...args: string[]): Promise<string> {
  return (await run('npm', args, { cwd })).stdout;
}
