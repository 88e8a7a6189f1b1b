import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { type Bundle, bundleStep } from '../../build/bundle.ts';
import { renderNotices } from '../../build/licences.ts';
import { homepage, version } from '../../src/version.ts';

const entry = 'test/build/fixture-entry.ts';
let bundle: Bundle;
beforeAll(async () => {
  bundle = await bundleStep(entry, '1.2.3');
});

it('equal sources give equal bytes', async () => {
  const again = await bundleStep(entry, '1.2.3');
  expect(again.code.equals(bundle.code)).toBe(true);
});

it('a bundle runs anywhere, takes its credentials from the environment, and knows its version and home', () => {
  const directory = mkdtempSync(join(tmpdir(), 'bundle-'));
  try {
    writeFileSync(join(directory, 'step.cjs'), bundle.code);
    const env = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'x', NODE_NO_WARNINGS: '1' };
    const run = spawnSync(process.execPath, ['step.cjs'], { cwd: directory, env, encoding: 'utf8' });
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout)).toEqual({ accessKeyId: 'AKIA', yaml: { a: [1] }, version, homepage });
  } finally {
    rmSync(directory, { recursive: true });
  }
});

it('only name, version and home of a package file are bundled', () => {
  const paths = Object.keys(bundle.metafile.inputs).filter((path) => path.endsWith('package.json'));
  const text = bundle.code.toString();
  expect(paths).toContain('package.json');
  expect(text).not.toContain('devDependencies');
});

it('the environment is the only credential provider in a bundle', () => {
  const names = bundle.packages.map(({ label }) => label).join('\n');
  expect(names).toContain('@aws-sdk/credential-provider-env');
  expect(names).not.toMatch(/credential-provider-(node|ini|sso|http|process|web-identity)/);
});

it('the small build of yaml is bundled', () => {
  const inputs = Object.keys(bundle.metafile.inputs).filter((path) => path.includes('/yaml/'));
  expect(inputs.length).toBeGreaterThan(10);
  expect(inputs.filter((path) => !path.includes('yaml/browser/'))).toEqual([]);
});

it('the banner names the bundled packages, with the texts of licences other than Apache', () => {
  const banner = bundle.code.toString().split('*/')[0];
  expect(banner).toMatch(/^\/\*!\noctopus-ecs-canary 1\.2\.3, .*@aws-sdk\/client-ecs \d/);
  expect(banner).toMatch(/Parts of yaml \d[^:]*\(ISC\):\nCopyright Eemeli Aro/);
});

it('the notices cover every package, each text once', () => {
  const notices = renderNotices(bundle.packages);
  for (const { label, licenceText } of bundle.packages) {
    expect(notices).toContain(`${label}\n`);
    expect(notices).toContain(licenceText);
    expect(licenceText.length).toBeGreaterThan(300);
  }
  const texts = new Set(bundle.packages.map(({ licenceText }) => licenceText));
  expect(notices.split('-'.repeat(80))).toHaveLength(1 + texts.size);
});
