import { expect, it } from 'vitest';
import { renderApprovalPolicy } from '../../../../src/octopus/process/platform-hub/approval-policy.ts';
import { canarySlug } from '../../../../src/octopus/process/platform-hub/process-template.ts';
import { readOclAsHcl, toHcl } from '../ocl/hcl.ts';
import { readOcl } from '../ocl/ocl-reader.ts';
import { evaluateRego } from './rego-subset.ts';

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

/** A step as the input of a policy has it. */
const step = (Id: string, ActionType: string, more: object = {}) => ({
  ...{ Id, Slug: Id, ActionType, Enabled: true, IsRequired: false },
  ...{ Source: { Type: 'Process Template', SlugOrId: canarySlug }, ...more },
});
const own = { Source: { Type: 'Step Template', SlugOrId: 'ActionTemplates-1' } };
const approvals = ['approve-10', 'approve-promotion'].map((id) => step(id, 'Octopus.Manual'));
const others = [step('prepare-blue', 'Octopus.AwsRunScript'), step('watch-at-10', 'Octopus.AwsRunScript')];
const [first = step('', '')] = approvals;

it.each([
  ['a whole canary', [...others, ...approvals], [], true],
  ['a canary without a Watch', [...others, ...approvals], ['watch-at-10'], true],
  ["a canary without a step of the project's", [...approvals, step('mine', 'Octopus.Manual', own)], ['mine'], true],
  ['a canary that leaves out an approval', [...others, ...approvals], ['approve-promotion'], false],
  ['a canary that leaves out every approval', approvals, ['approve-10', 'approve-promotion'], false],
  ['a canary with a disabled approval', [...approvals, { ...first, Enabled: false }], [], false],
  ['a canary whose approvals Octopus does not show', others, [], false],
  ["a canary with approvals of the project's alone", [...others, step('mine', 'Octopus.Manual', own)], [], false],
])('allows or refuses: %s', (_, Steps, SkippedSteps, allowed) => {
  const deployment = { Release: { Id: 'Releases-1' }, Steps, SkippedSteps };
  expect(read('scope', 'evaluate', deployment)).toBe(true);
  expect(read('conditions', 'result', deployment)).toEqual({ allowed });
});

it.each([
  ['a runbook run', { Runbook: { Id: 'Runbooks-1' }, Steps: others, SkippedSteps: [] }],
  ['a deployment of something else', { Steps: [step('mine', 'Octopus.Manual', own)], SkippedSteps: [] }],
])('passes over %s', (_, input) => expect(read('scope', 'evaluate', input)).toBe(false));

it('an unknown form of Rego is not taken for true', () => {
  expect(() => evaluateRego('package a\n\nb if {\n    input.X != 1\n}', 'b', {})).toThrow(SyntaxError);
});

function read(part: string, rule: string, input: object): unknown {
  return evaluateRego(new Map(regos).get(part) ?? '', rule, input);
}

/** What is left of the brackets once the pairs are taken away. */
function bracketsOf(rego: string): string {
  let left = rego.replaceAll(/"[^"]*"/g, '').replaceAll(/[^()[\]{}]/g, '');
  for (let before = ''; before !== left; ) {
    before = left;
    left = left.replaceAll(/\(\)|\[\]|\{\}/g, '');
  }
  return left;
}
