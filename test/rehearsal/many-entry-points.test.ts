import { describe, expect, it } from 'vitest';
import { rehearse } from '../../src/rehearsal/rehearsal.ts';
import { createRehearsalLog } from '../../src/rehearsal/rehearsal-log.ts';
import type { RehearsalOptions } from '../../src/rehearsal/scenario.ts';
import { renderSummary } from '../../src/rehearsal/summary-table.ts';
import { createFakeCloud, type FakeEntryPoint, type Faults, fakeLibrary } from './fake-cloud.ts';

const options: RehearsalOptions = {
  timeScale: 1,
  requestsPerSecond: 1000,
  sample: 40,
  weights: [10],
  watch: false,
  abortAt: undefined,
  // Only a release with a behaviour is played alone after the first one.
  behaviours: ['latency=1'],
  template: undefined,
  parameters: {},
  ask: undefined,
};

const pages: FakeEntryPoint = { name: 'HTTP:80 /*' };
const api = (faults: Partial<FakeEntryPoint> = {}): FakeEntryPoint => ({ name: 'HTTP:80 /api/*', ...faults });
const old = (port: number): FakeEntryPoint => ({ name: 'HTTP:80 /old', redirectsTo: port });

async function play(
  entryPoints: readonly FakeEntryPoint[],
  faults: Faults = {},
  sample = 40,
  behaviours = options.behaviours,
) {
  const cloud = await createFakeCloud({ ...faults, entryPoints });
  const lines: string[] = [];
  try {
    const log = createRehearsalLog((line) => lines.push(line), false);
    const { problems, stages } = await rehearse({ ...options, sample, behaviours }, fakeLibrary(), cloud, log);
    return { problems: problems.join('\n'), stages, log: lines.join('\n') };
  } finally {
    await cloud.close();
  }
}

describe('a rehearsal of a service with several entry points', () => {
  it('shows each of them', async () => {
    const { problems, stages, log } = await play([pages, api(), old(80)]);
    expect(problems).toBe('');
    expect(log).toMatch(/HTTP:80 \/\*: new version: 10% requested, \d+\.\d% measured in 40 requests; 0 errors seen/);
    expect(log).toMatch(/HTTP:80 \/api\/\*: new version: 10% requested, \d+\.\d% measured in 40 requests; 0 errors/);
    expect(log).toContain('HTTP:80 /old: 40 requests redirected; 0 errors seen by users');
    expect(renderSummary(stages).find((row) => row.includes('Shift to 10%'))).toMatch(
      / {2}10 % +\d+\.\d(-\d+\.\d)? % +0 +succeeded$/,
    );
  });

  it('finds the entry point that shifts do not change, whose users never get the new version', async () => {
    const { problems, stages } = await play([pages, api({ staysBlue: true })], {}, 120);
    expect(problems).toContain('after Shift to 10% the new version had 0.0% at HTTP:80 /api/*, not 10%');
    expect(problems).toContain('120 of 120 requests at HTTP:80 /api/* were not served by the stable version');
    expect(problems).not.toContain('at HTTP:80 /*');
    expect(renderSummary(stages).find((row) => row.includes('Promote'))).toContain('0.0-100.0 %');
  });

  it('judges users who are kept on blue by the version of blue, which the next Prepare Blue replaces', async () => {
    const legacy = api({ staysBlue: true, kept: true });
    const { problems, stages, log } = await play([pages, legacy], {}, 40, []);
    expect(problems).toBe('');
    const said = [...log.matchAll(/\/api\/\*: kept on blue: (\d+ of \d+) requests served by \S+:(\S+);/g)];
    expect(new Set(said.map(([, count]) => count))).toEqual(new Set(['40 of 40']));
    expect([...new Set(said.map(([, , version]) => version))]).toEqual(['1.0.0', '1.1.0']);
    expect(renderSummary(stages).find((row) => row.includes('Promote'))).toMatch(/ 100 % +100\.0 % /);
  });

  it('finds users who should be kept on blue but get the new version', async () => {
    const { problems } = await play([pages, api({ kept: true })]);
    expect(problems).toMatch(/after Promote \d+ of 40 requests at HTTP:80 \/api\/\* were not served by blue \(/);
    expect(problems).toMatch(/at the end 40 of 40 requests at HTTP:80 \/api\/\* were not served by blue \(/);
    expect(problems).toMatch(/got \d+ of \d+ requests at HTTP:80 \/api\/\*, but at most 0% was approved/);
  });

  it('finds the entry point where a version gets more than was approved', async () => {
    const { problems } = await play([pages, api()], { shiftTo: 60 });
    for (const name of ['/*', '/api/*'])
      expect(problems).toMatch(new RegExp(`requests at HTTP:80 ${name.replaceAll('*', '\\*')}, but at most 10%`));
  });

  it('finds the entry point where users see errors', async () => {
    const { problems } = await play([pages, api({ fails: true })]);
    expect(problems).toMatch(/users saw \d+ errors at HTTP:80 \/api\/\*/);
    expect(problems).not.toContain('errors at HTTP:80 /*');
  });

  it('finds a redirect to a port without a listener', async () => {
    const { problems, log } = await play([pages, old(443)]);
    expect(problems).toMatch(/users saw \d+ errors at HTTP:80 \/old/);
    expect(problems).toContain('at the end 40 of 40 requests at HTTP:80 /old were redirected but never answered');
    expect(log).toMatch(/HTTP:80 \/old: 40 requests redirected; \d{2,} errors seen by users/);
  });
});

it('a single entry point is not named', async () => {
  const { problems, log } = await play([api({ staysBlue: true })]);
  expect(log).toMatch(/\| {3}new version: 10% requested, 0\.0% measured in 40 requests; 0 errors seen by users/);
  expect(problems).toContain('after Promote the new version had 0.0%, not 100%');
});
