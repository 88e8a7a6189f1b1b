import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectDirectory } from '../../../build/project-directory.ts';
import { buildCanaryProcess } from '../../../src/octopus/process/process.ts';
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
    if (step.kind === 'template' && step.stepId === 'shift-traffic')
      for (const name of ['EcsCanary.GreenPercent', 'EcsCanary.ApprovalStep'])
        expect(page).toContain(`\`${name}\` = \`${step.properties[name]}\``);
  }
});

it('the README names every project variable', () => {
  for (const { name } of [...process.projectVariables, ...buildCanaryProcess({ ownTemplate: true }).projectVariables])
    expect(page).toMatch(new RegExp(`[\`{]${name.replaceAll('.', '\\.')}[\`}]`));
});
