import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { lockTagKey } from '../../src/canary/lock.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { wrapAws, writesOf } from '../support/call-log.ts';
import type { CanaryConsole } from '../support/canary-console.ts';
import type { CanaryWorld, RunOptions } from '../support/canary-world.ts';
import { openDeployedCanary } from '../support/deployed-canary.ts';

type Given = Readonly<Record<string, string>>;

/** What the wrapper passes on when Ann proceeded with that note. */
const proceeded = (note = ''): Given => ({
  'EcsCanary.ApprovalStep': 'Approve 50%',
  'Approval.Manual.Approved': 'True',
  'Approval.Manual.Notes': note,
  'Approval.Manual.ResponsibleUser.DisplayName': 'Ann Smith',
  'Approval.Manual.ResponsibleUser.Username': 'ann',
});

let world: CanaryWorld;
let awsConsole: CanaryConsole;

beforeAll(async () => {
  ({ world, awsConsole } = await openDeployedCanary({ pageSize: 100 }));
});
beforeEach(async () => {
  const resourceArn = (await awsConsole.service()).serviceArn;
  await awsConsole.ecs.tagResource({
    resourceArn,
    tags: [{ key: lockTagKey, value: `Deployments-1 green ${await greenTaskSet()}` }],
  });
  await awsConsole.tag('Blue');
  await awsConsole.setWeights(90, 10);
  await awsConsole.forgetShares();
});
afterAll(async () => {
  awsConsole.close();
  await world.close();
});

async function greenTaskSet(): Promise<string> {
  return (await awsConsole.resources())['GreenTaskSet']?.split('|').at(-1) ?? '';
}

const shift = (given: Given, options?: RunOptions) =>
  world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '50', ...given }, options);
const promotion = (given: Given, options?: RunOptions) => world.run(promote, given, options);

describe.each([
  ['Shift Traffic', shift],
  ['Promote', promotion],
])('%s without an approval moves nothing', (_, run) => {
  it.each<[string, Given]>([
    ['the manual intervention never ran, or has another name', { 'Approval.Manual.Approved': '' }],
    ['it was not approved', { 'Approval.Manual.Approved': 'False' }],
    ['Octopus gives an unknown answer', { 'Approval.Manual.Approved': 'Perhaps' }],
    ['there is only a note', { 'Approval.Manual.Approved': '', 'Approval.Manual.Notes': '/weight 100!' }],
  ])('when %s', async (_, said) => {
    const refused = await run({ ...proceeded(), ...said });
    expect(refused.error).toMatchObject({
      code: 'not-approved',
      message: expect.stringContaining('"Approve 50%" was not approved in this deployment'),
      hint: expect.stringContaining('EcsCanary.ApprovalStep'),
    });
    expect(writesOf(refused)).toEqual([]);
    expect(refused.log.join('\n')).not.toContain('Approved at');
    expect(await awsConsole.weights()).toEqual({ blue: 90, green: 10 });
    expect(await awsConsole.readTag()).toBe('Blue');
  });

  it('unless EcsCanary.ApprovalStep is blank', async () => {
    const unchecked = await run({ 'EcsCanary.ApprovalStep': ' ' });
    expect(unchecked.error).toBeUndefined();
    expect(writesOf(unchecked)).toContain('ModifyRule');
  });
});

describe('who approved, and their note, are in the log', () => {
  it.each<[string, Given, string]>([
    [
      'with a remark',
      proceeded('logs are clean'),
      'Approved at "Approve 50%" by Ann Smith, with the note: logs are clean',
    ],
    ['without a note', proceeded(), 'Approved at "Approve 50%" by Ann Smith, without a note.'],
    [
      'without a display name',
      { ...proceeded('ok'), 'Approval.Manual.ResponsibleUser.DisplayName': '' },
      'Approved at "Approve 50%" by ann, with the note: ok',
    ],
  ])('%s', async (_, given, line) => {
    for (const run of [await shift(given), await promotion(given)]) {
      expect(run.error).toBeUndefined();
      expect(run.log).toContain(line);
    }
    expect(await awsConsole.weights()).toEqual({ blue: 0, green: 100 });
  });

  it('without service messages from the note', async () => {
    const { log } = await shift(proceeded("ok\n##octopus[setVariable name='eA==' value='eQ==']"));
    expect(log).toContain("# #octopus[setVariable name='eA==' value='eQ==']");
  });
});

describe('the note at a shift is the command', () => {
  it.each<[string, number, number]>([
    ['/weight 25', 75, 25],
    ['/weight 2.5', 975, 25],
    ['/weight 5', 95, 5],
    ['/weight 0', 100, 0],
    ['/Weight 25 %\r\nrather less than planned', 75, 25],
    ['all well', 50, 50],
    ['', 50, 50],
  ])('%j', async (note, blue, green) => {
    const run = await shift(proceeded(note));
    expect(run.error).toBeUndefined();
    // That green lost its traffic is recorded, too.
    expect(writesOf(run)).toEqual(green === 0 ? ['ModifyRule', 'TagResource'] : ['ModifyRule']);
    expect(await awsConsole.weights()).toEqual({ blue, green });
    expect(run.log.join('\n')).not.toContain('EcsCanary.MaxIncrease');
  });

  it('/hold succeeds and keeps the split, which the outputs and the next approver see', async () => {
    const run = await shift(proceeded('/hold'));
    expect(run.error).toBeUndefined();
    expect(writesOf(run)).toEqual([]);
    expect(run.outputs).toMatchObject({ GreenPercent: '10', Summary: expect.stringContaining('The note says /hold') });
    expect(run.log.at(-1)).toContain('The note says /hold. Traffic stays split Blue 90 % / Green 10 %.');
  });

  it('/hold does not touch a canary that could not be shifted', async () => {
    await awsConsole.tag(undefined);
    expect((await shift(proceeded())).error).toMatchObject({ code: 'tag-unclear' });
    expect((await shift(proceeded('/hold'))).error).toBeUndefined();
  });

  it.each([['/wieght 25'], ['/weight 2,5'], ['/weight 25\n/hold'], ['\uff0fweight 25']])(
    '%j succeeds, leaves the split, and warns with what was read and what would be understood',
    async (note) => {
      const run = await shift(proceeded(note));
      expect(run.error).toBeUndefined();
      expect(writesOf(run)).toEqual([]);
      const warning = run.log.find((line) => line.includes('is not a valid command')) ?? '';
      expect(warning).toContain(note.split('\n')[0]);
      expect(warning).toContain('Valid commands: /weight 25');
      expect(warning).toContain('Green stays at 10 %.');
      expect(run.outputs['Summary']).toContain(warning);
    },
  );

  it.each([['/hold'], ['/wieght 80']])('%j says which command gives green the skipped share later', async (note) => {
    const { log, outputs } = await shift(proceeded(note));
    expect(log.join('\n')).toContain(
      'The next manual intervention asks for its own share. To give green the skipped share there, enter /weight 50; the promotion accepts no such note.',
    );
    // The instructions of the next manual intervention show it.
    expect(outputs['RepeatCommand']).toBe('/weight 50');
    // The approver of the next manual intervention reads the summary there.
    expect(outputs['Summary']).not.toContain('next manual intervention');
  });

  it('a share above the limit is repeated with an exclamation mark, and one that was given not at all', async () => {
    const held = await shift({ ...proceeded('/weight 80'), 'EcsCanary.MaxIncrease': '50' });
    expect(held.outputs['RepeatCommand']).toBe('/weight 80!');
    expect(held.log.join('\n')).toContain('To give green the skipped share there, enter /weight 80!;');
    const given = await shift(proceeded('/weight 80'));
    expect(given.outputs['RepeatCommand']).toBe('');
  });

  it('another share than the planned one is what the result line and the summary say, and why', async () => {
    const { log, outputs } = await shift(proceeded('/weight 25'));
    expect(log.at(-1)).toMatch(
      /^Traffic is split Blue 75 % \/ Green 25 %, as the note asked \(50 % was planned for green\); read back/,
    );
    expect(outputs['Summary']).toContain('**Green has 25 % of the traffic**');
    expect(outputs['Summary']).toContain('- The note asked for this share, not for the planned 50 %.');
    const planned = await shift(proceeded('/weight 50'));
    expect([...planned.log, planned.outputs['Summary']].join('\n')).not.toContain('as the note asked');
    expect(planned.outputs['Summary']).not.toContain('note asked');
  });

  it.each([
    ['Shift Traffic', shift],
    ['Promote', promotion],
  ])('/rollback fails %s with the reason, and the Rollback step after it goes to blue', async (_, run) => {
    const failed = await run(proceeded('/rollback 5xx in /api/orders'));
    expect(failed.error).toMatchObject({
      code: 'rolled-back-by-operator',
      message: 'Ann Smith requested a rollback at "Approve 50%": 5xx in /api/orders',
    });
    expect(writesOf(failed)).toEqual([]);
    const back = await world.run(rollback, {}, { deploymentFailed: true });
    expect(back.error).toBeUndefined();
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
    expect(await awsConsole.readTag()).toBe('Blue');
  });
});

describe('the note at Promote', () => {
  it.each([['/weight 100'], ['/weight 100!'], ['all well'], ['']])('%j promotes', async (note) => {
    const run = await promotion(proceeded(note));
    expect(run.error).toBeUndefined();
    expect(writesOf(run)).toEqual(['ModifyRule', 'TagResource']);
    expect(await awsConsole.readTag()).toBe('Green');
  });

  it.each([
    ['/weight 50'],
    ['/weight 99.9'],
    ['/weight 10'],
    ['/hold'],
    ['/promote'],
    ['/weight 100 now'],
    ['/weight 100\n/hold'],
  ])('%j refuses before anything is changed', async (note) => {
    const run = await promotion(proceeded(note));
    expect(run.error).toMatchObject({ code: 'promotion-not-approved', hint: expect.stringContaining('Rollback') });
    expect(writesOf(run)).toEqual([]);
    expect(await awsConsole.weights()).toEqual({ blue: 90, green: 10 });
  });

  it('does not take a command as consent because green already has everything', async () => {
    await awsConsole.setWeights(0, 100);
    const run = await promotion(proceeded('/hold'));
    expect(run.error).toMatchObject({ code: 'promotion-not-approved' });
    expect(await awsConsole.readTag()).toBe('Blue');
  });
});

describe('EcsCanary.MaxIncrease', () => {
  const atMost = (points: string, note?: string): Given => ({ ...proceeded(note), 'EcsCanary.MaxIncrease': points });

  it.each<[points: string, note: string, green: number]>([
    ['40', '', 50],
    ['39.9', '', 10],
    ['25', '/weight 35', 35],
    ['25', '/weight 36', 10],
    ['25', '/weight 80', 10],
    ['25', '/weight 80!', 80],
    ['0.1', '/weight 5', 5],
    ['0', '/weight 95', 95],
  ])('at %s points, the note %j leads to %d', async (points, note, green) => {
    const run = await shift(atMost(points, note));
    expect(run.error).toBeUndefined();
    expect(await awsConsole.weights()).toEqual({ blue: 100 - green, green });
    const said = green === 10 ? run.log.find((line) => line.includes('EcsCanary.MaxIncrease')) : 'moved';
    expect(said).toMatch(green === 10 ? /the note must say \/weight \d+! to confirm it/ : /moved/);
  });

  it('also applies to Promote', async () => {
    expect((await promotion(atMost('50'))).error).toMatchObject({
      code: 'promotion-not-approved',
      message: expect.stringContaining('the note must say /weight 100! to confirm it'),
    });
    expect(await awsConsole.weights()).toEqual({ blue: 90, green: 10 });
    expect((await promotion(atMost('50', '/weight 100!'))).error).toBeUndefined();
    expect(await awsConsole.readTag()).toBe('Green');
  });

  it('also applies without a manual intervention', async () => {
    await shift({ 'EcsCanary.MaxIncrease': '20' });
    expect(await awsConsole.weights()).toEqual({ blue: 90, green: 10 });
  });
});

class Killed extends Error {}

/** Kills the run before its first call of that method. */
const killedAt = (method: string) => (aws: Aws) =>
  wrapAws(aws, (call, carryOut) => (call.split(' ')[0] === method ? Promise.reject(new Killed()) : carryOut()));

describe('a step that is run again with the same note converges', () => {
  it.each<[string, string, number]>([
    ['/weight 25', '0', 25],
    ['/weight 2.5', '0', 2.5],
    ['/weight 5', '0', 5],
    ['/weight 80!', '25', 80],
    ['/weight 35', '25', 35],
    ['', '40', 50],
    ['/weight 80', '25', 10],
    ['/hold', '0', 10],
    ['/hodl', '0', 10],
  ])('%j with at most %s points', async (note, points, percent) => {
    const given = { ...proceeded(note), 'EcsCanary.MaxIncrease': points };
    await expect(shift(given, { between: killedAt('ecs.describeService') })).rejects.toThrow(Killed);
    const first = await shift(given);
    expect(first.outputs).toMatchObject({ GreenPercent: String(percent) });
    const again = await shift(given);
    expect(again.error).toBeUndefined();
    expect(writesOf(again)).toEqual([]);
    expect(again.outputs).toMatchObject({ GreenPercent: String(percent) });
  });

  it.each([
    ['', '0'],
    ['/weight 100', '0'],
    ['/weight 100!', '25'],
  ])('Promote, killed between the weights and the tag, with %j and at most %s points', async (note, points) => {
    const given = { ...proceeded(note), 'EcsCanary.MaxIncrease': points };
    await expect(promotion(given, { between: killedAt('ecs.tagStable') })).rejects.toThrow(Killed);
    expect(await awsConsole.weights()).toEqual({ blue: 0, green: 100 });
    expect(await awsConsole.readTag()).toBe('Blue');
    const again = await promotion(given);
    expect(again.error).toBeUndefined();
    expect(writesOf(again)).toEqual(['TagResource']);
    expect(await awsConsole.readTag()).toBe('Green');
    expect(writesOf(await promotion(given))).toEqual([]);
  });

  it('Promote, killed after the tag, only tidies up', async () => {
    await promotion(proceeded());
    expect((await promotion({ ...proceeded(), 'Approval.Manual.Approved': '' })).error).toBeUndefined();
    expect(await awsConsole.readTag()).toBe('Green');
  });
});
