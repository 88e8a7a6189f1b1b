import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectDirectory } from '../../build/project-directory.ts';
import { awsChecks } from '../../src/conformance/aws/checks/index.ts';
import { declareVerifyAws } from '../../src/conformance/aws/options.ts';
import { permissionProbes } from '../../src/conformance/aws/permissions.ts';
import { octopusChecks } from '../../src/conformance/octopus/checks/index.ts';
import { declareVerifyOctopus } from '../../src/conformance/octopus/options.ts';

const page = readFileSync(join(projectDirectory, 'docs/conformance.md'), 'utf8');

interface Policy {
  readonly Statement: readonly { readonly Action: string | readonly string[] }[];
}

it('the policy of the page allows every call that is tried first', () => {
  const policy: Policy = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '');
  const allowed = policy.Statement.flatMap(({ Action }) => Action).map(
    (pattern) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`),
  );
  const actions = permissionProbes.map(({ action }) => action);
  expect(actions.length).toBeGreaterThan(20);
  expect(actions.filter((action) => !allowed.some((pattern) => pattern.test(action)))).toEqual([]);
});

it('every option that the page names exists', () => {
  const known = [declareVerifyAws(), declareVerifyOctopus()].flatMap(({ options }) => options.map(({ long }) => long));
  const named = new Set([...page.matchAll(/(?<![\w-])--[a-z][\w-]*/g)].map(([option]) => option));
  expect(named.size).toBeGreaterThan(6);
  expect([...named].filter((option) => !known.includes(option))).toEqual([]);
});

it.each([
  ['AWS', awsChecks],
  ['Octopus', octopusChecks],
])('every check of %s has an id of its own and says all that a report needs', (_, checks) => {
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  for (const { id, promise, look, expected } of checks) {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    for (const sentence of [promise, look]) expect(sentence).toMatch(/^[A-Z0-9].*\.$/);
    expect(expected).not.toBe('');
  }
});
