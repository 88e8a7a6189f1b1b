import { describe, expect, it } from 'vitest';
import type { StepResult } from '../../src/rehearsal/deployment.ts';
import { rehearse } from '../../src/rehearsal/rehearsal.ts';
import { createRehearsalLog } from '../../src/rehearsal/rehearsal-log.ts';
import type { RehearsalOptions } from '../../src/rehearsal/scenario.ts';
import { renderSummary, renderTolerance } from '../../src/rehearsal/summary-table.ts';
import { createFakeCloud, type Faults, fakeLibrary } from './fake-cloud.ts';

const options: RehearsalOptions = {
  timeScale: 1,
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

async function play(changes: Partial<RehearsalOptions> = {}, faults: Faults = {}) {
  const cloud = await createFakeCloud(faults);
  const lines: string[] = [];
  try {
    const result = await rehearse(
      { ...options, ...changes },
      fakeLibrary(),
      cloud,
      createRehearsalLog((line) => lines.push(line), false),
    );
    return { ...result, lines, log: lines.join('\n') };
  } finally {
    await cloud.close();
  }
}

const statuses = (steps: readonly StepResult[] | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries((steps ?? []).map(({ step, status }) => [step.name, status]));

describe('a rehearsal on sound steps', () => {
  it('plays four releases: first, promoted, aborted, promoted', async () => {
    const { problems, releases, stages, log } = await play();
    expect(problems).toEqual([]);
    expect(releases.map(({ deployment }) => deployment.succeeded)).toEqual([true, true, false, true]);
    expect(statuses(releases[0]?.deployment.steps)).toMatchObject({ 'Deploy Stack': 'succeeded', Promote: 'skipped' });
    expect(statuses(releases[2]?.deployment.steps)).toMatchObject({
      'Shift to 10%': 'succeeded',
      'Watch at 10%': 'succeeded',
      'Approve 50%': 'failed',
      'Shift to 50%': 'skipped',
      Promote: 'skipped',
      Rollback: 'succeeded',
    });
    expect(log).toContain('> Step 4 of 12: Approve 10%');
    expect(log).toContain('### Release 1.1.0: send 10% of the requests to the new version?');
    expect(log).toMatch(/A tester who opens \S+ gets green \(helloworldwithversion:1\.1\.0\)\./);
    const table = renderSummary(stages);
    expect(table.find((row) => row.startsWith('1.1.0    Shift to 50%'))).toMatch(
      /50 % +(4\d|5\d)\.\d % +0 +succeeded$/,
    );
  });

  it('asks the person, and accepts either answer', async () => {
    const asked: string[] = [];
    const { problems, releases } = await play({
      weights: [25],
      ask: async ({ step }) => {
        asked.push(step.name);
        return { proceed: asked.length < 4, notes: '' };
      },
    });
    expect(problems).toEqual([]);
    expect(asked.slice(0, 4)).toEqual(['Approve 25%', 'Approve Promotion', 'Approve 25%', 'Approve Promotion']);
    expect(releases.map(({ deployment }) => deployment.succeeded)).toEqual([true, true, false, false]);
  });

  it('a new version that fails users is aborted and rolled back', async () => {
    const { problems, releases, log } = await play({ behaviours: ['error-rate=0.5'] });
    expect(problems).toEqual([]);
    expect(releases).toHaveLength(2);
    expect(statuses(releases[1]?.deployment.steps)).toMatchObject({ 'Approve 50%': 'failed', Rollback: 'succeeded' });
    expect(log).toMatch(/Abort: users saw \d+ errors/);
  });
});

describe('a rehearsal on unsound steps', () => {
  it('a first deployment that fails ends the rehearsal, because the others would repeat its errors', async () => {
    const { problems, releases } = await play({}, { deployFails: true });
    expect(releases).toHaveLength(1);
    expect(problems).toEqual([
      expect.stringContaining('Release 1.0.0: the deployment failed at Deploy Stack'),
      'The first deployment failed, so the other releases were skipped. Correct it and rehearse again.',
    ]);
  });

  // A release that failed before its planned abort once passed for an aborted one.
  it('a failure before the planned abort is found', async () => {
    const { problems } = await play({ weights: [10] }, { testRuleFails: true });
    expect(problems.map((problem) => problem.replace(/:\s+the rule is torn.*/s, ''))).toEqual([
      'Release 1.1.0: the deployment failed at Add Test Rule',
      'Release 1.2.0: the deployment failed at Add Test Rule',
      'Release 1.3.0: the deployment failed at Add Test Rule',
    ]);
  });

  // A parameter that Watch Canary refused once passed for what a failing version causes.
  it.each([
    ['green-worse', []],
    ['tasks-failing', []],
    ['invalid-parameters', ['Release 1.1.0: the deployment failed at Watch at 10%']],
    ['aws-access-denied', ['Release 1.1.0: the deployment failed at Watch at 10%']],
  ])('a version that misbehaves excuses only what it can cause: %s', async (code, expected) => {
    const { problems } = await play({ weights: [10], behaviours: ['error-rate=2%'] }, { watchFailsWith: code });
    expect(problems.map((problem) => problem.split(':\n')[0])).toEqual(expected);
  });

  it('a shift beyond what was approved is found', async () => {
    const { problems } = await play({ weights: [10] }, { shiftTo: 60 });
    expect(problems.join('\n')).toMatch(/after Shift to 10% the new version had (5|6)\d\.\d%, not 10%/);
    expect(problems.join('\n')).toMatch(/requests, but at most 10% was approved/);
  });

  it('the hazard of the article is found: the untested version in production', async () => {
    const { problems } = await play({ weights: [10] }, { prepareLeavesGreen: true });
    expect(problems.join('\n')).toMatch(/requests, but at most 0% was approved/);
  });

  it('releases that deploy nothing new are not a success', async () => {
    const { problems } = await play({ weights: [10] }, { deploysNothingNew: true });
    const [second, third, fourth, advice, ...more] = problems;
    expect([second, third, fourth]).toEqual(
      ['1.1.0', '1.2.0', '1.3.0'].map(
        (release) =>
          `Release ${release} deployed nothing new: green runs helloworldwithversion:1.0.0, as in the release before.`,
      ),
    );
    expect(advice).toMatch(/^EcsCanary\.Image must differ between releases: use .*#\{Octopus\.Release\.Number\}/);
    expect(more).toEqual([]);
  });

  it('a rollback that does nothing is found', async () => {
    const { problems } = await play({ weights: [10] }, { rollbackIsIdle: true });
    expect(problems.join('\n')).toMatch(
      /Release 1\.2\.0: at the end \d+ of 40 requests were not served by the stable version/,
    );
  });
});

it('the summary says by how much a measured share may differ, as the verdict judges it', async () => {
  const { stages } = await play({ behaviours: ['latency=1'] });
  const text = renderTolerance(stages, { weights: [10, 50], sample: 120 }).join(' ');
  expect(text).toContain('a sample of 120 requests at one entry point');
  expect(text).toContain('(12.0 points at 10 %, 19.3 points at 50 %)');
  expect(renderTolerance([], options)).toEqual([]);
});
