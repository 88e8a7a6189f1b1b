import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectDirectory } from '../../../build/project-directory.ts';
import type { ProcessStep } from '../../../src/octopus/process/definition.ts';
import { buildCanaryProcess } from '../../../src/octopus/process/process.ts';
import { calendarBindings, watchBindings } from '../../../src/octopus/process/project-variables.ts';
import { steps } from '../../../src/steps/index.ts';

const page = readFileSync(join(projectDirectory, 'README.md'), 'utf8');
const process = buildCanaryProcess();

it('the README lists the steps of the process in their order, each with its template', () => {
  const rows = [...page.matchAll(/^\| (\d+) \| `([^`]+)` \| ([^|]+) \|/gm)].map(([, number, name, type]) => [
    Number(number),
    name,
    type,
  ]);
  expect(rows).toEqual(
    process.steps.map((step, index) => [
      index + 1,
      step.name,
      step.kind === 'manual'
        ? 'Manual intervention'
        : `AWS ECS Canary - ${steps.find(({ id }) => id === step.stepId)?.name}`,
    ]),
  );
});

it("the README quotes the process's instructions, condition and bindings as they are", () => {
  for (const step of process.steps) {
    if (step.kind === 'manual') expect(page).toContain(`\`\`\`markdown\n${step.instructions}\n\`\`\``);
    if (step.condition.kind === 'variable') expect(page).toContain(`\`\`\`text\n${step.condition.expression}\n\`\`\``);
    if (step.kind === 'template' && step.stepId === 'deploy-stack')
      for (const [name, value] of Object.entries(step.properties))
        expect(page).toContain(`| \`${name}\` | \`${value}\` |`);
    for (const name of typedInto(step))
      if (step.kind === 'template') expect(page).toContain(`\`${name}\` = \`${step.properties[name]}\``);
  }
});

/** The parameters that the README gives beside the table of steps, or in it. */
function typedInto(step: ProcessStep): readonly string[] {
  if (step.kind === 'manual') return [];
  const calendar = Object.keys(calendarBindings);
  if (step.stepId === 'shift-traffic') return ['EcsCanary.GreenPercent', 'EcsCanary.ApprovalStep', ...calendar];
  if (step.stepId === 'promote') return ['EcsCanary.ApprovalStep', ...calendar];
  return step.stepId === 'watch' ? ['EcsCanary.NextPercent', ...Object.keys(watchBindings), ...calendar] : [];
}

it('the README names every project variable', () => {
  for (const { name } of [...process.projectVariables, ...buildCanaryProcess({ ownTemplate: true }).projectVariables])
    expect(page).toMatch(new RegExp(`[\`{]${name.replaceAll('.', '\\.')}[\`}]`));
});
