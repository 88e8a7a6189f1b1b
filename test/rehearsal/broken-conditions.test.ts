import { beforeAll, expect, it } from 'vitest';
import { bundleStep } from '../../build/bundle.ts';
import type { ProcessStep } from '../../src/octopus/process/definition.ts';
import { renderStepTemplate } from '../../src/octopus/template/step-template.ts';
import { renderScriptBody } from '../../src/octopus/template/wrapper.ts';
import { createEmulatedCloud } from '../../src/rehearsal/emulated-cloud.ts';
import { rehearse, rehearsedProcess } from '../../src/rehearsal/rehearsal.ts';
import { createRehearsalLog } from '../../src/rehearsal/rehearsal-log.ts';
import type { RehearsalOptions } from '../../src/rehearsal/scenario.ts';
import { importTemplate, type TemplateLibrary } from '../../src/rehearsal/template-library.ts';
import { steps } from '../../src/steps/index.ts';
import type { StepId } from '../../src/steps/step.ts';

const options: RehearsalOptions = {
  timeScale: 400,
  requestsPerSecond: 100,
  sample: 40,
  weights: [10],
  watch: false,
  abortAt: undefined,
  behaviours: [],
  template: undefined,
  parameters: {},
  ask: undefined,
};

let library: TemplateLibrary;

beforeAll(async () => {
  const used = new Set(
    rehearsedProcess(options).steps.flatMap((step) => (step.kind === 'template' ? [step.stepId] : [])),
  );
  const templates = steps
    .filter(({ id }) => used.has(id))
    .map(async (step): Promise<readonly [StepId, ReturnType<typeof importTemplate>]> => {
      const { code } = await bundleStep(`scripts/${step.id}.ts`, '1.2.3');
      const body = renderScriptBody(step, code, '1.2.3');
      const exported = renderStepTemplate(step, body, { version: '1.2.3', date: '2026-01-01' });
      return [step.id, importTemplate(step.id, JSON.stringify(exported))];
    });
  library = new Map(await Promise.all(templates));
});

/** The condition of 0.2.0 with a blank after it: a first deployment leaves the blank, which is true. */
const strayBlank =
  '#{unless Octopus.Deployment.Error}#{unless Octopus.Action[Prepare Blue].Output.FirstDeployment == "True"}True#{/unless}#{/unless} ';

const withCondition =
  (expression: string) =>
  (step: ProcessStep): ProcessStep =>
    step.condition.kind === 'variable' ? { ...step, condition: { kind: 'variable', expression } } : step;

it.each<[string, (step: ProcessStep) => ProcessStep]>([
  ['a blank behind the condition', withCondition(strayBlank)],
  ['another name for Prepare Blue', (step) => (step.name === 'Prepare Blue' ? { ...step, name: 'Prepare' } : step)],
  [
    'a condition that is always true, but not that of the approvals',
    (step) => (step.kind === 'manual' ? step : withCondition('True')(step)),
  ],
])('with %s, the steps themselves refuse to shift in a first deployment', async (_, broken) => {
  const cloud = await createEmulatedCloud(options);
  const lines: string[] = [];
  try {
    const log = createRehearsalLog((line) => lines.push(line), false);
    const process = rehearsedProcess(options);
    const played = { ...process, steps: process.steps.map(broken) };
    const { problems, releases } = await rehearse(options, library, cloud, log, played);
    const text = lines.join('\n');
    expect(problems[0], text).toMatch(/^Release 1\.0\.0: the deployment failed at Shift to 10%:\s+Nothing to shift: /);
    // It once added that nobody was served by the stable version, of which there was none yet.
    expect(problems.slice(1), text).toEqual([
      'The first deployment failed, so the other releases were skipped. Correct it and rehearse again.',
    ]);
    expect(text).not.toMatch(/Moving traffic|Recording green|Promoted/);
    const statuses = releases[0]?.deployment.steps.map(({ step, status }) => [step.name, status]);
    expect(statuses).toContainEqual(['Rollback', 'succeeded']);
    expect(statuses).not.toContainEqual(['Promote', 'succeeded']);
  } finally {
    await cloud.close();
  }
});
