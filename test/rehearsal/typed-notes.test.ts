import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectDirectory } from '../../build/project-directory.ts';
import { createEmulatedCloud } from '../../src/rehearsal/emulated-cloud.ts';
import { rehearse } from '../../src/rehearsal/rehearsal.ts';
import { createRehearsalLog } from '../../src/rehearsal/rehearsal-log.ts';
import type { RehearsalOptions } from '../../src/rehearsal/scenario.ts';
import { loadTemplateLibrary } from '../../src/rehearsal/template-library.ts';
import { createFakeCloud, fakeLibrary } from './fake-cloud.ts';

const options: RehearsalOptions = {
  timeScale: 100,
  requestsPerSecond: 300,
  sample: 100,
  weights: [10, 50],
  watch: false,
  abortAt: undefined,
  // Only a release with a behaviour is played alone after the first one.
  behaviours: ['latency=1'],
  template: undefined,
  parameters: { 'EcsCanary.DesiredCount': '1' },
  ask: undefined,
};

/** Proceeds everywhere, with these notes at the manual interventions of those names. */
const typing = (notes: Readonly<Record<string, string>>): Pick<RehearsalOptions, 'ask'> => ({
  ask: async ({ step }) => ({ proceed: true, notes: notes[step.name] ?? '' }),
});

it('what is typed at the manual interventions is what happens, through the templates that operators import', async () => {
  const library = await loadTemplateLibrary(join(projectDirectory, 'step-templates'));
  const cloud = await createEmulatedCloud(options);
  const lines: string[] = [];
  const typed = {
    'Approve 10%': 'rather more\n/weight 25',
    'Approve 50%': '/hold',
    'Approve Promotion': '/rollback "too slow" for $(us)',
  };
  try {
    const log = createRehearsalLog((line) => lines.push(line), false);
    const { problems, releases } = await rehearse({ ...options, ...typing(typed) }, library, cloud, log);
    expect(problems, lines.join('\n')).toEqual([]);
    const canary = Object.fromEntries((releases[1]?.stages ?? []).map((stage) => [stage.result.step.name, stage]));
    expect(canary['Shift to 10%']).toMatchObject({ requested: 25, result: { outputs: { GreenPercent: '25' } } });
    expect(canary['Shift to 50%']).toMatchObject({ requested: 25, result: { outputs: { GreenPercent: '25' } } });
    expect(canary['Promote']?.result).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('Rehearsal requested a rollback at "Approve Promotion": "too slow" for $(us)'),
    });
    expect(canary['Rollback']).toMatchObject({ requested: 0, result: { outputs: { StableStack: 'Blue' } } });
    expect(lines.join('\n')).toContain('Approved at "Approve 10%" by Rehearsal, with the note: rather more');
  } finally {
    await cloud.close();
  }
});

it.each<[string, Readonly<Record<string, string>>, RegExp]>([
  ['a weight', { 'Approve 50%': '/weight 20' }, /after Shift to 50% the new version had \d+\.\d%, not 20%/],
  ['a hold', { 'Approve 50%': '/hold' }, /but at most 10% was approved/],
  ['a rollback', { 'Approve Promotion': '/rollback x' }, /the deployment succeeded, but should have failed/],
])('steps that do not heed %s are found', async (_, notes, problem) => {
  const cloud = await createFakeCloud();
  try {
    const log = createRehearsalLog(() => undefined, false);
    const changed = { ...options, requestsPerSecond: 1000, sample: 100, ...typing(notes) };
    const { problems } = await rehearse(changed, fakeLibrary(), cloud, log);
    expect(problems.join('\n')).toMatch(problem);
  } finally {
    await cloud.close();
  }
});
