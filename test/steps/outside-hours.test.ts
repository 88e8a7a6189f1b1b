import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { writesAmong } from '../support/call-log.ts';
import type { CanaryConsole } from '../support/canary-console.ts';
import type { CanaryWorld, StepRun } from '../support/canary-world.ts';
import { openDeployedCanary } from '../support/deployed-canary.ts';

let world: CanaryWorld;
let awsConsole: CanaryConsole;

beforeAll(async () => {
  ({ world, awsConsole } = await openDeployedCanary());
});
beforeEach(async () => {
  expect((await world.run(rollback, {}, { deployment: 'RunbookRuns-1' })).error).toBeUndefined();
  expect((await world.run(prepareBlue)).error).toBeUndefined();
  expect((await world.run(deployStack, world.builtIn('2'))).error).toBeUndefined();
});
afterAll(async () => {
  awsConsole.close();
  await world.close();
});

const approved = { 'EcsCanary.ApprovalStep': 'Approve', 'Approval.Manual.Approved': 'True' };
const officeHours = { 'EcsCanary.AllowedHours': 'Mon-Fri 09:00-17:00', 'EcsCanary.TimeZone': 'Europe/Berlin' };
/** A Saturday. */
const saturday = Date.UTC(2026, 10, 28, 14, 2);

const onSaturday = (aws: Aws): Aws => ({ ...aws, now: () => saturday });

function shift(percent: string, more: Readonly<Record<string, string>> = officeHours): Promise<StepRun> {
  return world.run(shiftTraffic, { 'EcsCanary.GreenPercent': percent, ...more }, { between: onSaturday });
}

describe('outside the allowed hours', () => {
  it('green gets no larger share, and the error says when the next allowed time begins', async () => {
    const run = await shift('10');
    expect(run.error).toMatchObject({ code: 'outside-hours' });
    expect(run.error?.message).toBe(
      'It is Sat 2026-11-28 15:02 (Europe/Berlin), outside Mon-Fri 09:00-17:00 (EcsCanary.AllowedHours), so green does not get 10 % of the traffic; the next allowed time begins on Mon 2026-11-30 09:00. The traffic stays split Blue 100 % / Green 0 %.',
    );
    expect(writesAmong(run.records)).toEqual([]);
  });

  it('nor within a freeze', async () => {
    const run = await shift('10', { 'EcsCanary.Freezes': '2026-11-28 to 2026-12-01' });
    expect(run.error?.message).toContain('within the freeze 2026-11-28 to 2026-12-01 (EcsCanary.Freezes)');
    expect(run.error?.message).toContain('begins on Wed 2026-12-02 00:00');
  });

  it('a smaller share, the same share and a share that nobody limits go on', async () => {
    expect((await shift('10', {})).error).toBeUndefined();
    expect((await shift('10')).error).toBeUndefined();
    expect((await shift('5')).error).toBeUndefined();
    expect((await shift('0')).error).toBeUndefined();
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
  });

  it('the note overrides them with a reason, which the ledger keeps', async () => {
    const override = { ...approved, 'Approval.Manual.Notes': '/weight 10\n/override fixes the outage' };
    const run = await shift('50', { ...officeHours, ...override });
    expect(run.error).toBeUndefined();
    expect(run.outputs['GreenPercent']).toBe('10');
    expect(run.lines.join('\n')).toContain('allows a larger share anyway: fixes the outage');
    const { tags = [] } = await awsConsole.service();
    expect(tags.map(({ value }) => value).join('\n')).toMatch(/share 0 to 10 .*note .*override fixes the outage/);
  });

  it('green is promoted only with an override', async () => {
    const run = (notes: string) =>
      world.run(promote, { ...officeHours, ...approved, 'Approval.Manual.Notes': notes }, { between: onSaturday });
    const refused = await run('well done');
    expect(refused.error).toMatchObject({ code: 'outside-hours' });
    expect(writesAmong(refused.records)).toEqual([]);
    expect((await run('/override the last shop is closed')).error).toBeUndefined();
    expect(await awsConsole.weights()).toEqual({ blue: 0, green: 100 });
    // A step that runs again has nothing to refuse.
    expect((await run('well done')).error).toBeUndefined();
  });

  it('a shift that began in time goes on', async () => {
    let now = saturday - 86_400_000;
    const between = (aws: Aws): Aws => ({
      ...aws,
      now: () => now,
      loadBalancing: {
        ...aws.loadBalancing,
        modifyActions: async (...asked) => {
          const answer = await aws.loadBalancing.modifyActions(...asked);
          now = saturday;
          return answer;
        },
      },
    });
    await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '10' });
    const run = await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '20', ...officeHours }, { between });
    expect(run.error).toBeUndefined();
    expect(await awsConsole.weights()).toEqual({ blue: 80, green: 20 });
  });

  it('every mistake in the calendar is told at once, before the first write', async () => {
    const run = await shift('10', {
      ...{ 'EcsCanary.AllowedHours': 'Mon-Fri 9-17\nnever', 'EcsCanary.TimeZone': 'Berlin' },
      'EcsCanary.Freezes': 'Christmas',
    });
    expect(run.error).toMatchObject({ code: 'invalid-parameters' });
    for (const said of [
      'EcsCanary.AllowedHours',
      'line 1: ',
      'line 2: "never"',
      'EcsCanary.TimeZone',
      'EcsCanary.Freezes',
    ])
      expect(run.error?.message).toContain(said);
    expect(run.calls).toEqual([]);
  });
});
