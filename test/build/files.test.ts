import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { generateFiles } from '../../build/generated-files.ts';
import { readRelease } from '../../build/release.ts';
import { budget, findExcesses, renderSizes } from '../../build/sizes.ts';
import { findStaleFiles, readProjectFile, removeLeftOvers, writeFiles } from '../../build/staleness.ts';
import { policyFiles } from '../../src/policies/policy-files.ts';
import { placeholderScope } from '../../src/policies/policy-scope.ts';
import { fixtureStep } from '../octopus/template/fixture-step.ts';

const policies = policyFiles(placeholderScope).map(({ name }) => name);

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'project-'));
});
afterEach(() => rmSync(project, { recursive: true }));

const release = { version: '1.2.3', date: '2026-11-22' };
const built = [{ step: fixtureStep, program: Buffer.from('console.log(1)') }];
const generate = () => generateFiles(built, release, (path) => readProjectFile(project, path));

it('files that were just written are not stale', () => {
  writeFiles(project, generate());
  expect(findStaleFiles(project, generate())).toEqual([]);
});

it('everything is stale in an empty project', () => {
  expect(findStaleFiles(project, generate())).toEqual([
    'step-templates/aws-ecs-canary-shift-traffic.json is missing',
    'docs/parameters.md is missing',
    'docs/setup-by-hand.md is missing',
    'docs/errors.md is missing',
    'src/emulator/cloudformation/resources/resource-types.json is missing',
    'process/ocl/deployment_process.ocl is missing',
    'process/ocl/runbooks/roll-back-canary.ocl is missing',
    'process/ocl/runbooks/guard-canary.ocl is missing',
    'process/ocl/variables.ocl is missing',
    'process/ocl/deployment_settings.ocl is missing',
    'process/terraform/main.tf is missing',
    'process/json/process.json is missing',
    'process/json/roll-back-canary.json is missing',
    'process/json/guard-canary.json is missing',
    'process/platform-hub/process-templates/aws-ecs-canary.ocl is missing',
    'process/platform-hub/process-templates/aws-ecs-canary-roll-back.ocl is missing',
    'process/platform-hub/process-templates/aws-ecs-canary-guard.ocl is missing',
    'process/platform-hub/policies/canary_approvals_required.ocl is missing',
    ...policies.map((name) => `policies/${name}.json is missing`),
    'build/parameter-ledger.json is missing',
  ]);
});

it('a template with a different program and a document edited by hand are stale', () => {
  writeFiles(
    project,
    generateFiles([{ ...built[0]!, program: Buffer.from('2') }], release, () => undefined),
  );
  writeFileSync(join(project, 'docs/errors.md'), 'mine');
  expect(findStaleFiles(project, generate())).toEqual([
    'step-templates/aws-ecs-canary-shift-traffic.json is out of date',
    'docs/errors.md is out of date',
  ]);
});

it('a left-over template is stale, and the build removes it', () => {
  writeFiles(project, generate());
  mkdirSync(join(project, 'step-templates/old'));
  writeFileSync(join(project, 'step-templates/retired.json'), '{}');
  writeFileSync(join(project, 'process/ocl/runbooks/old.ocl'), '');
  const leftOvers = ['step-templates/old', 'step-templates/retired.json', 'process/ocl/runbooks/old.ocl'];
  expect(findStaleFiles(project, generate())).toEqual(leftOvers.map((path) => `${path} is no longer generated`));
  expect(removeLeftOvers(project, generate())).toEqual(leftOvers);
  expect(readdirSync(join(project, 'step-templates'))).toEqual(['aws-ecs-canary-shift-traffic.json']);
});

it('the release has the version of the package and the date from the changelog', () => {
  writeFileSync(join(project, 'package.json'), '{"version": "1.2.3"}');
  writeFileSync(join(project, 'CHANGELOG.md'), '# Changelog\n\n## 1.2.30 - 2027-01-01\n\n## 1.2.3 - 2026-11-22\n');
  expect(readRelease(project)).toEqual(release);
  writeFileSync(join(project, 'CHANGELOG.md'), '# Changelog\n\n## 1.2.2 - 2026-11-20\n');
  expect(() => readRelease(project)).toThrow('CHANGELOG.md has no heading "## 1.2.3 - <yyyy-mm-dd>"');
});

it('sizes are checked against the budget', () => {
  const fits = { name: 'Fits', ...budget, limit: budget };
  const heavy = { name: 'Heavy', bundle: budget.bundle + 1, template: budget.template + 1, limit: budget };
  expect(findExcesses([fits])).toEqual([]);
  expect(findExcesses([fits, heavy])).toEqual([
    'The bundle of Heavy has 430081 bytes; the limit is 430080.',
    'The template of Heavy has 215041 bytes; the limit is 215040.',
  ]);
  expect(renderSizes([fits]).split('\n')[1]).toBe('Fits                     420.0 KB   420.0 KB   210.0 KB   210.0 KB');
});
