import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { bundleCommand } from '../../build/command.ts';
import { archiveFiles, buildProject } from '../../build/project.ts';
import { projectDirectory } from '../../build/project-directory.ts';
import { listContents } from '../../build/release-contents.ts';
import { readProjectFile, writeFiles } from '../../build/staleness.ts';
import { hashOf } from '../../src/octopus/template/content-hash.ts';
import { releaseListPath, renderReleaseList } from '../../src/octopus/verification/release-list.ts';
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
  const archive = archiveFiles(build, command);
  const contents = listContents(build, archive, (path) => readProjectFile(projectDirectory, path));
  const list = { path: releaseListPath, content: renderReleaseList(contents) };
  writeFiles(source, [...build.committed, ...archive, list]);
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
  const others = [
    'octopus-ecs-canary.mjs',
    'package.json',
    'LICENSE',
    'THIRD-PARTY-NOTICES.txt',
    'sbom.cdx.json',
    'SHA256SUMS',
  ];
  const policies = policyFiles(placeholderScope).map(({ name }) => `${name}.json`);
  expect(files.map(({ name }) => name).sort()).toEqual([...bundles, ...templates, ...policies, ...others].sort());
  const unpacked = files.map(({ name, parentPath }) => relative(installed, join(parentPath, name)));
  const listed = contents.filter(({ path }) => path.startsWith('package/'));
  const packed = (path: string) => relative('package', path);
  expect([...listed.map(({ path }) => packed(path)), releaseListPath].sort()).toEqual(unpacked.sort());
  for (const { path, hash } of listed) expect(hashOf(readFileSync(join(installed, packed(path))))).toBe(hash);

  const bin = join(home, 'node_modules', '.bin', 'octopus-ecs-canary');
  expect((await run(bin, ['--help'], { cwd: home })).stdout).toMatch(/install +installs the step templates/);
  const ownTemplate = join(installed, 'step-templates', templates[0] ?? '');
  expect((await run(bin, ['verify', ownTemplate], { cwd: home })).stdout).toContain(
    `listed as ${build.release.version};`,
  );
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
