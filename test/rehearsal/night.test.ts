import { describe, expect, it } from 'vitest';
import { rehearse } from '../../src/rehearsal/rehearsal.ts';
import { createRehearsalLog } from '../../src/rehearsal/rehearsal-log.ts';
import type { RehearsalOptions } from '../../src/rehearsal/scenario.ts';
import { renderSummary } from '../../src/rehearsal/summary-table.ts';
import { createFakeCloud, type Faults, fakeLibrary } from './fake-cloud.ts';

const options: RehearsalOptions = {
  ...{ timeScale: 1, requestsPerSecond: 1000, sample: 40, weights: [50, 80], watch: true },
  ...{ abortAt: undefined, behaviours: ['slow-leak'], template: undefined, parameters: {}, ask: undefined },
  night: { hours: 0.5, guardMinutes: 5 },
};

async function play(changes: Partial<RehearsalOptions> = {}, faults: Faults = {}) {
  const cloud = await createFakeCloud(faults);
  const lines: string[] = [];
  const log = createRehearsalLog((line) => lines.push(line), false);
  try {
    const result = await rehearse({ ...options, ...changes }, fakeLibrary(), cloud, log);
    const steps = result.releases.at(-1)?.deployment.steps ?? [];
    const statuses = Object.fromEntries(steps.map(({ step, status }) => [step.name, status]));
    return { ...result, statuses, log: lines.join('\n'), table: renderSummary(result.stages).join('\n') };
  } finally {
    await cloud.close();
  }
}

describe('a night on sound steps', () => {
  it('a Guard takes traffic from a version that turned bad, the morning is told, and the approver aborts', async () => {
    const { problems, releases, statuses, attached, log, table } = await play();
    expect(problems).toEqual([]);
    expect(releases.map(({ plan }) => plan.story)).toEqual([
      'the first deployment',
      'a new version with slow-leak, which waits overnight',
    ]);
    expect(statuses).toMatchObject({
      'Approve 80%': 'succeeded',
      'Shift to 80%': 'succeeded',
      'Approve Promotion': 'failed',
      Rollback: 'succeeded',
    });
    expect(log).toMatch(/UTC: the approval waits, and nobody decides for 0\.5 hours\. Guard looks every 5 minutes\./);
    expect(log).toMatch(
      /UTC: a run of Guard logs:\n.*Guard looks closely\.\n(.*\n)*?.*Warning {3}\| {3}Guard took green from 50 % to 0 %/,
    );
    expect(log).not.toContain('Guard sees nothing bad.');
    expect(log).toMatch(
      /The latest run of Guard Canary logs: Guard has nothing to watch\. Guard took green from .*\n.*The run that took the traffic has this summary:\n\n {2}Guard took green .* What it saw\.\n/,
    );
    expect(log).toContain('Guard looked 4 times: nothing to do.');
    expect(log).toMatch(/Users saw \d+ errors in the night, the last at .* allow \d+\.\d minutes/);
    expect(log).toContain('Abort: the summary says that Guard took the traffic from green');
    expect(attached.map(({ step, name }) => `${step}: ${name}`)).toEqual(['guard: report.html']);
    expect(table).toMatch(/^1\.1\.0 +Night: 5 × Guard .* [1-9]\d* +Worse +succeeded$/m);
  });

  it('a sound version is still there in the morning, and is promoted', async () => {
    const { problems, statuses, log } = await play({ behaviours: [] });
    expect(problems).toEqual([]);
    expect(statuses).toMatchObject({ Promote: 'succeeded', Rollback: 'skipped' });
    expect(log).toContain('Guard looked 5 times: nothing to do.');
    expect(log).toContain('Users saw no errors in the night.');
    expect(log).not.toMatch(/run of Guard/);
  });

  it('a lease that ends in the night says nothing against the version, so a person decides', async () => {
    const leased = { parameters: { 'EcsCanary.LeaseMinutes': '10' }, behaviours: [] };
    const { problems, releases, statuses } = await play(leased, { leaseEnds: true });
    expect(problems).toEqual([]);
    expect(releases[1]?.plan.expectation).toBe('decided');
    expect(statuses).toMatchObject({ 'Approve Promotion': 'failed', Rollback: 'succeeded' });
  });

  it('before the promotion, too, a version that a Guard has judged goes no further', async () => {
    const { problems, statuses } = await play({ weights: [50] });
    expect(problems).toEqual([]);
    expect(statuses).toMatchObject({ 'Approve Promotion': 'succeeded', Promote: 'failed', Rollback: 'succeeded' });
  });

  it('a person is asked in the morning, once the night is over', async () => {
    const asked: string[] = [];
    const { problems } = await play({
      ask: async ({ step }, seen) => {
        asked.push(`${step.name}, after ${seen?.result.step.name}`);
        return { proceed: !step.name.includes('80'), notes: '' };
      },
    });
    expect(problems).toEqual([]);
    expect(asked.at(-1)).toBe('Approve 80%, after Watch at 50%');
  });
});

describe('a night on unsound steps', () => {
  it.each<[string, Faults, RegExp]>([
    ['a Guard that acts too late', { guardActsAt: 5 }, /users still saw errors \d+\.\d minutes after it was known/],
    ['a Guard that never acts', { guardActsAt: 99 }, /users could see that green was worse, but Guard took no traffic/],
    ['a Guard that fails', { guardFails: true }, /in the night, a run of Guard failed: it is blind\./],
    [
      'a shift that forgets the retreat',
      { retreatIsForgotten: true },
      /Shift to 80% did not say so, or not what to type/,
    ],
    ['a summary that forgets it', { retreatIsForgotten: true }, /summary of Watch at 80% does not begin with it/],
  ])('%s is found', async (_, faults, problem) => {
    const { problems } = await play({}, faults);
    expect(problems.join('\n')).toMatch(problem);
  });
});
