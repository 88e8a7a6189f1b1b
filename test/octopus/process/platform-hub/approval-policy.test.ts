import { expect, it } from 'vitest';
import { renderApprovalPolicy } from '../../../../src/octopus/process/platform-hub/approval-policy.ts';
import { canarySlug } from '../../../../src/octopus/process/platform-hub/process-template.ts';
import { readOclAsHcl, toHcl } from '../ocl/hcl.ts';
import { readOcl } from '../ocl/ocl-reader.ts';

const text = renderApprovalPolicy();
const { attributes, blocks } = readOcl(text);
const regos = blocks.map((block) => [block.name, String(block.attributes['rego'])] as const);

it('refuses, and says why and what to do', () => {
  expect(attributes).toMatchObject({
    name: 'Deployments - Canary approvals required',
    violation_action: 'block',
    violation_reason: expect.stringMatching(/left out or disabled\. Deploy again/),
  });
  expect(regos.map(([name]) => name)).toEqual(['scope', 'conditions']);
});

it('an HCL parser reads the same', async () => expect(await readOclAsHcl(text)).toEqual(toHcl(readOcl(text, '\n'))));

it('the package has the name of the file, which has no hyphens, in both parts', () => {
  for (const [, rego] of regos) expect(rego).toMatch(/^package canary_approvals_required\n\ndefault /);
});

it('each part has the one rule that Octopus reads, and refuses or passes over unless it holds', () => {
  const rules = regos.map(([name, rego]) => [name, rego.match(/^(default )?\w+ .*$/gm)?.slice(1)]);
  expect(Object.fromEntries(rules)).toEqual({
    scope: ['default evaluate := false', 'evaluate if {'],
    conditions: ['default result := {"allowed": false}', 'result := {"allowed": true} if {', 'approvals := [step |'],
  });
});

it('reads only what Octopus gives a policy, and defines no functions, which Octopus refuses', () => {
  const given = ['input.Runbook', 'input.Steps', 'input.SkippedSteps'];
  const ofStep = ['step.Id', 'step.Enabled', 'step.ActionType', 'step.Source.Type', 'step.Source.SlugOrId'];
  for (const [, rego] of regos) {
    expect(
      (rego.match(/\b(input|step)(\.\w+)+/g) ?? []).filter((path) => ![...given, ...ofStep].includes(path)),
    ).toEqual([]);
    expect(rego).not.toMatch(/^\w+\(/m);
    expect(bracketsOf(rego)).toBe('');
    expect(rego).toContain(`step.Source.SlugOrId == "${canarySlug}"`);
  }
});

/** What is left of the brackets once the pairs are taken away. */
function bracketsOf(rego: string): string {
  let left = rego.replaceAll(/"[^"]*"/g, '').replaceAll(/[^()[\]{}]/g, '');
  for (let before = ''; before !== left; ) {
    before = left;
    left = left.replaceAll(/\(\)|\[\]|\{\}/g, '');
  }
  return left;
}
