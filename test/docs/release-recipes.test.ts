import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectDirectory } from '../../build/project-directory.ts';
import type { ProcessDefinition, ProcessStep, TemplateStep } from '../../src/octopus/process/definition.ts';
import { approvalName, buildCanaryProcess, shiftName } from '../../src/octopus/process/process.ts';
import { createEmulatedCloud } from '../../src/rehearsal/emulated-cloud.ts';
import { playableProcess } from '../../src/rehearsal/playable-process.ts';
import { runDeployment } from '../../src/rehearsal/runner.ts';
import { runScript } from '../../src/rehearsal/script-run.ts';
import { createVariables } from '../../src/rehearsal/substitution.ts';
import { loadTemplateLibrary } from '../../src/rehearsal/template-library.ts';
import { steps } from '../../src/steps/index.ts';

const page = readFileSync(join(projectDirectory, 'docs/recipes.md'), 'utf8');

/** The code blocks of a section. */
function blocksOf(heading: string): readonly string[] {
  const section = page.split(/^## /m).find((each) => each.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^```\w+\n([\s\S]*?)\n```$/gm)].map(([, text = '']) => text);
}

describe('Development without approvals', () => {
  const [promotion = '', ...shifts] = blocksOf('Development without approvals, production with them');
  const bindings = [
    ['Promote', promotion, approvalName(100)],
    [shiftName(10), shifts[0] ?? '', approvalName(10)],
    [shiftName(50), shifts[1] ?? '', approvalName(50)],
  ] as const;

  it.each(bindings)('asks nobody at %s there, and everywhere else for its approval', (name, expression, approval) => {
    const inEnvironment = (environment: string) =>
      createVariables([['Octopus.Environment.Name', environment]]).evaluate(expression);
    expect(inEnvironment('Development')).toBe('');
    for (const other of ['Production', 'Development 2', '']) expect(inEnvironment(other)).toBe(approval);
    const step = buildCanaryProcess().steps.find((each) => each.name === name);
    expect(step).toMatchObject({ properties: { 'EcsCanary.ApprovalStep': approval } });
  });

  it('names the steps to skip', () => {
    const { steps: all } = buildCanaryProcess();
    const between = all.filter(({ name }) => /^(Approve|Shift|Watch)/.test(name)).map(({ name }) => `\`${name}\``);
    const [last, ...others] = [...between].reverse();
    expect(page).toContain(`1. Open ${others.reverse().join(', ')} and ${last}.`);
  });

  it.each([
    ['with everything between Deploy Stack and Promote skipped', /^(Approve|Shift|Watch)/, []],
    ['with only the approvals skipped', /^Approve/, ['Shift to 10%', 'Watch at 10%', 'Shift to 50%', 'Watch at 50%']],
  ])(
    'promotes a version there without asking anybody, %s',
    async (_what, skipped, between) => {
      const whole = buildCanaryProcess();
      const process: ProcessDefinition = {
        ...whole,
        steps: whole.steps.filter(({ name }) => !skipped.test(name)).map(withoutApproval),
      };
      const cloud = await createEmulatedCloud({ timeScale: 600, parameters: {}, template: undefined });
      const library = await loadTemplateLibrary(join(projectDirectory, 'step-templates'));
      const deploy = (release: string) =>
        runDeployment({
          process: playableProcess(process, library, { timeScale: 600, parameters: {} }),
          library,
          release,
          variables: {
            ...cloud.variables,
            ...{ 'Canary.Image': `shop:${release}`, 'Canary.WatchMinutes': '0', 'Canary.WhenWorse': 'Fail' },
          },
          environment: { AWS_ENDPOINT_URL: cloud.endpoint },
          decide: () => Promise.reject(new Error('nobody is asked')),
        });
      try {
        expect((await deploy('1')).succeeded).toBe(true);
        const { succeeded, steps: ran } = await deploy('2');
        expect(succeeded).toBe(true);
        const done = ran.flatMap(({ step, status }) => (status === 'succeeded' ? [step.name] : []));
        expect(done).toEqual(expect.arrayContaining([...between, 'Promote']));
        const promoted = ran.find(({ step }) => step.name === 'Promote');
        expect(promoted?.outputs).toMatchObject({ StableStack: 'Green' });
        expect(promoted?.script?.warnings.join('\n')).toContain('does not check for an approval');
      } finally {
        await cloud.close();
      }
    },
    120_000,
  );

  function withoutApproval(step: ProcessStep): ProcessStep {
    const [, expression] = bindings.find(([name]) => name === step.name) ?? [];
    if (step.kind === 'manual' || expression === undefined) return step;
    // The rehearsal's only environment stands for Development.
    const approvalStep = expression.replace('Development', 'Rehearsal');
    return { ...step, properties: { ...step.properties, 'EcsCanary.ApprovalStep': approvalStep } };
  }
});

describe('An image from a package reference', () => {
  const [script = '', binding = ''] = blocksOf('An image from a package reference');
  const run = (entries: readonly (readonly [string, string])[]) =>
    runScript({ scriptBody: script, variables: createVariables(entries), environment: {}, log: () => undefined });

  it('reaches the parameter through the project variable', async () => {
    const image = 'registry.example.com/shop:1.4.2';
    const { exitCode, variables: outputs } = await run([['Octopus.Action.Package[image].Image', image]]);
    expect(exitCode).toBe(0);
    const deploys = buildCanaryProcess().steps.find(({ name }) => name === 'Deploy Stack') as TemplateStep;
    const variables = createVariables([
      ['Canary.Image', binding],
      ['Octopus.Action[Choose Image].Output.Image', outputs.get('Image')?.value ?? ''],
    ]);
    expect(variables.evaluate(deploys.properties['EcsCanary.Image'] ?? '')).toBe(image);
  });

  it('fails with the reason where the reference has another name', async () => {
    const { exitCode, resultMessage } = await run([['Octopus.Action.Package[shop].Image', 'shop:1']]);
    expect(exitCode).not.toBe(0);
    expect(resultMessage).toContain('must have the name image');
  });
});

it('who is told that an approval waits reads what the watch before it says', () => {
  const [message = ''] = blocksOf('Who is told that an approval waits');
  const watch = steps.find(({ id }) => id === 'watch');
  const named = [...message.matchAll(/#\{Octopus\.Action\[Watch at 10%\]\.Output\.(\w+)\}/g)].map(([, name]) => name);
  expect(named).toEqual(['GreenPercent', 'Verdict', 'Summary']);
  for (const name of named) expect(Object.keys(watch?.outputs ?? {})).toContain(name);
  const variables = createVariables([
    ['Octopus.Release.Number', '1.4.2'],
    ['Octopus.Environment.Name', 'Production'],
    ['Octopus.Web.ServerUri', 'https://octopus.example.com'],
    ['Octopus.Web.DeploymentLink', '/app#/deployments/Deployments-7'],
    ...named.map((name) => [`Octopus.Action[Watch at 10%].Output.${name}`, `<${name}>`] as const),
  ]);
  expect(variables.evaluate(message)).toBe(
    'Release 1.4.2 waits at Approve 50% in Production. Green has <GreenPercent>%, and the verdict is <Verdict>.\n\n<Summary>\n\nhttps://octopus.example.com/app#/deployments/Deployments-7',
  );
});
