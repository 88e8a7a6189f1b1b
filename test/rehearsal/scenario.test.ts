import { describe, expect, it } from 'vitest';
import { createEmulatedCloud } from '../../src/rehearsal/emulated-cloud.ts';
import { rehearse } from '../../src/rehearsal/rehearsal.ts';
import { createRehearsalLog } from '../../src/rehearsal/rehearsal-log.ts';
import type { RehearsalOptions } from '../../src/rehearsal/scenario.ts';
import { loadTemplateLibrary } from '../../src/rehearsal/template-library.ts';

const options: RehearsalOptions = {
  timeScale: 200,
  requestsPerSecond: 1000,
  sample: 40,
  weights: [10, 50],
  watch: true,
  abortAt: undefined,
  behaviours: [],
  template: undefined,
  parameters: {},
  ask: undefined,
};

async function play(changes: Partial<RehearsalOptions> = {}) {
  const chosen = { ...options, ...changes };
  const lines: string[] = [];
  const cloud = await createEmulatedCloud(chosen);
  try {
    const log = createRehearsalLog((line) => lines.push(line), true);
    const result = await rehearse(chosen, await loadTemplateLibrary('step-templates'), cloud, log);
    return { ...result, log: lines.join('\n') };
  } finally {
    await cloud.close();
  }
}

describe('the committed step templates on the emulated AWS', () => {
  it('first deployment, promotion, abort and promotion go as they should', async () => {
    const { problems, releases, stages, log } = await play({ assertVerdict: ['CannotTell', 'NoWorse', 'NoEvidence'] });
    expect(problems, log).toEqual([]);
    expect(releases.map(({ deployment }) => deployment.succeeded)).toEqual([true, true, false, true]);
    expect(stages.filter(({ result }) => result.status === 'succeeded with warnings')).toEqual([]);
  });

  it('a version that fails users is called worse, with figures that users confirm, and is rolled back without a person', async () => {
    const { problems, releases, stages, log } = await play({
      behaviours: ['error-rate=10%'],
      parameters: { 'EcsCanary.WhenWorse': 'Fail' },
      assertVerdict: ['Worse'],
    });
    expect(problems, log).toEqual([]);
    const failed = releases[1]?.deployment.steps.filter(({ status }) => status === 'failed');
    expect(failed?.map(({ step }) => step.name.replace(/\d+/, 'N'))).toEqual(['Watch at N%']);
    const watched = stages.findLast(({ result }) => result.outputs['Verdict'] !== undefined)?.result.outputs;
    expect(Number(watched?.['ErrorsGreen'])).toBeGreaterThan(3);
    expect(Number(watched?.['RequestsBlue'])).toBeGreaterThan(0);
  });

  it('without traffic, the summary claims to know nothing, and the approver reads that', async () => {
    const { problems, stages, log } = await play({
      ...{ behaviours: ['no-traffic'], weights: [10] },
      assertVerdict: ['NoEvidence'],
    });
    expect(problems, log).toEqual([]);
    const outputs = stages.find(({ result }) => result.outputs['Verdict'] !== undefined)?.result.outputs;
    expect(outputs).toMatchObject({ RequestsBlue: '', RequestsGreen: '' });
    expect(log).toMatch(/^ {2}\*\*No evidence\.\*\* CloudWatch recorded no requests/m);
  });

  it('in a night, a Guard ends the errors of a version that turned bad, and the morning is told', async () => {
    const { problems, stages, log } = await play({
      ...{ behaviours: ['slow-leak=5'], night: { hours: 1, guardMinutes: 5 }, assertVerdict: ['NoEvidence'] },
    });
    expect(problems, log).toEqual([]);
    const guarded = stages.find(({ result }) => result.step.name.startsWith('Night: '));
    expect(guarded?.result.outputs).toMatchObject({ Verdict: 'Worse', Retreated: 'True', GreenPercent: '0' });
    expect(guarded?.errors).toBeGreaterThan(0);
    expect(log).toMatch(/Users saw \d+ errors in the night, the last at .* allow \d+\.\d minutes\./);
    expect(log).toMatch(/Warning .* Guard took green from 10 % to 0 % .* the note must say \/weight 50!/);
    expect(log).toMatch(/^ {2}Guard took green from 10 % to 0 % at \d\d:\d\d UTC: \d+ of [\d,]+ requests/m);
  });

  it('a version that crashes never serves a user', async () => {
    const { problems, releases, log } = await play({ behaviours: ['crash-loop'] });
    expect(problems, log).toEqual([]);
    expect(
      releases[1]?.deployment.steps.filter(({ status }) => status === 'failed').map(({ step }) => step.name),
    ).toEqual(['Deploy Stack']);
  });
});
