import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bundleStep } from '../../build/bundle.ts';
import { renderReport } from '../../src/report/page.ts';
import { sampleReport } from '../report/sample-report.ts';

it('the report of a bundle, from which colours and curves were left out, is the whole report', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ecs-canary-report-'));
  try {
    const file = join(folder, 'report.cjs');
    writeFileSync(file, (await bundleStep('test/build/report-entry.ts', '0.0.0')).code);
    expect(execFileSync(process.execPath, [file], { encoding: 'utf8' })).toBe(renderReport(sampleReport()));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);
