import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProcessDefinition } from '../../../../src/octopus/process/definition.ts';
import {
  renderProcessOcl,
  renderRunbookOcl,
  renderSettingsOcl,
  renderVariablesOcl,
} from '../../../../src/octopus/process/ocl/process-ocl.ts';
import { renderOcl } from '../../../../src/octopus/process/ocl/writer.ts';
import { buildCanaryProcess, buildRunbooks } from '../../../../src/octopus/process/process.ts';
import { placeholderReference } from '../../../../src/octopus/process/template-references.ts';
import { nastyTexts, optionSets, processWith } from '../process-options.ts';
import { readOclAsHcl, toHcl } from './hcl.ts';
import { readOcl } from './ocl-reader.ts';
import { readProcess, readSteps } from './process-reader.ts';

describe.each(optionSets)('with %s', (_, options) => {
  const process = buildCanaryProcess(options);
  const text = renderProcessOcl(process, placeholderReference);
  const variables = renderVariablesOcl(process.projectVariables);

  it('the OCL reads back to the same process', () => {
    expect(readProcess(text, variables)).toEqual(process);
  });

  it('an HCL parser reads the same', () => expectSameAsHcl([text, variables]));
});

describe('any text', () => {
  it.each(nastyTexts)('%j comes back from every place it can be in', async (nasty) => {
    const process = processWith(nasty);
    const texts = writeProcess(process);
    expect(readProcess(...texts)).toEqual(process);
    await expectSameAsHcl(texts);
  });

  it('comes back whatever it is', async () => {
    const pieces = fc.constantFrom('\n', ' ', '"', '\\', '${', '%{', '$', '#{', 'EOT', '\r', '\t', '}', '{', '<<-EOT');
    const text = fc
      .array(fc.oneof(pieces, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 })))
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(text, async (nasty) => {
        const document = renderOcl({
          blocks: [{ name: 'step', label: nasty, attributes: { name: nasty, properties: { A: nasty } } }],
        });
        const [step] = readOcl(document).blocks;
        expect(step).toMatchObject({ labels: [nasty], attributes: { name: nasty, properties: { A: nasty } } });
        await expectSameAsHcl([document]);
      }),
      { numRuns: 150 },
    );
  });
});

it('any key of a dictionary survives the round trip', async () => {
  const pieces = fc.constantFrom('"', '\\', '=', '#', '.', '-', ' ', '{', '}', 'a', 'Octopus.Action', '<<-EOT', 'é');
  const key = fc.array(pieces, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
  await fc.assert(
    fc.asyncProperty(key, async (name) => {
      const document = renderOcl({ attributes: { properties: { [name]: 'x', Other: 'y' } } });
      expect(readOcl(document).attributes).toEqual({ properties: { [name]: 'x', Other: 'y' } });
      await expectSameAsHcl([document]);
    }),
    { numRuns: 150 },
  );
});

it('an account that has no value yet has a value block without a label, as Octopus writes it', () => {
  const { projectVariables } = buildCanaryProcess();
  const text = renderVariablesOcl(projectVariables);
  expect(text).toMatch(/^variable "Canary.AWS.Account" \{\n {4}type = "AmazonWebServicesAccount"\n\n {4}value \{\n/);
  expect(text).toContain('variable "Canary.StackName" {\n    value "" {\n');
  const given = projectVariables.map((variable) => ({ ...variable, value: 'aws-production' }));
  expect(renderVariablesOcl(given)).toContain('    value "aws-production" {');
});

it('deployments of the project may start without deployment targets, as all steps run on workers', () => {
  expect(readOcl(renderSettingsOcl())).toMatchObject({
    attributes: {},
    blocks: [{ name: 'connectivity_policy', labels: [], attributes: { allow_deployments_to_no_targets: true } }],
  });
});

it('the steps keep their order', () => {
  const process = buildCanaryProcess();
  const places = process.steps.map(({ slug }) =>
    renderProcessOcl(process, placeholderReference).indexOf(`\nstep "${slug}" {`),
  );
  expect(places.slice(1)).toEqual([...places.slice(1)].sort((one, other) => one - other));
  expect(places.slice(1)).not.toContain(-1);
});

it('steps from templates name the template of the space and the place; manual interventions run on the server', () => {
  const placement = { workerPool: 'hosted-ubuntu', container: { feed: 'docker-hub', image: 'an/image:1' } };
  const references = (step: string) => ({ id: `ActionTemplates-${step}`, version: 7 });
  const text = renderProcessOcl(buildCanaryProcess(), references, placement);
  for (const { step, version, placement: read } of readSteps(readOcl(text).blocks)) {
    expect(version).toBe(step.kind === 'template' ? '7' : undefined);
    expect(read).toEqual(step.kind === 'template' ? placement : {});
  }
});

it.each(buildRunbooks())(
  'the runbook $name comes back, with its one step that runs whatever happened before',
  async (runbook) => {
    const text = renderRunbookOcl(runbook, placeholderReference);
    const { attributes, blocks } = readOcl(text);
    expect(attributes).toMatchObject({ name: runbook.name, description: runbook.description });
    const [process] = blocks.filter(({ name }) => name === 'process');
    expect(readSteps(process?.blocks ?? []).map(({ step }) => step)).toEqual(runbook.steps);
    expect(runbook.steps).toMatchObject([{ condition: { kind: 'success' } }]);
    await expectSameAsHcl([text]);
  },
);

it.each([
  'step "a" {\n# comment\n}\n',
  'name = "a\\qb"\n',
  'a-b = "c"\n',
  'step "a" {\n  name = "b"\n',
  'a = <<-EOT\n  b\n',
])('the reader in these tests refuses %j, as Octopus does', (text) => {
  expect(() => readOcl(text)).toThrow(/Expected/);
});

function writeProcess(process: ProcessDefinition): [process: string, variables: string] {
  return [renderProcessOcl(process, placeholderReference), renderVariablesOcl(process.projectVariables)];
}

async function expectSameAsHcl(texts: readonly string[]): Promise<void> {
  for (const text of texts) expect(await readOclAsHcl(text)).toEqual(toHcl(readOcl(text, '\n')));
}
