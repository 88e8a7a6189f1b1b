import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { ledgerOf } from '../../src/canary/ledger.ts';
import { formatRetreat, noRetreat, type Retreat, retreatTagKey } from '../../src/canary/retreat.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import type { CanaryConsole } from '../support/canary-console.ts';
import type { CanaryWorld, StepRun } from '../support/canary-world.ts';
import { openDeployedCanary } from '../support/deployed-canary.ts';

let world: CanaryWorld;
let awsConsole: CanaryConsole;
let version = 2;

beforeAll(async () => {
  ({ world, awsConsole } = await openDeployedCanary({ pageSize: 100 }));
});
beforeEach(async () => {
  await done(world.run(rollback, {}, own()));
  version += 1;
  await done(world.run(prepareBlue, {}, own()));
  await done(world.run(deployStack, world.builtIn(String(version)), own()));
});
afterAll(async () => {
  awsConsole.close();
  await world.close();
});

/** Each canary has a deployment of its own. */
const own = () => ({ deployment: `Deployments-${version}` });

async function done(run: Promise<StepRun>): Promise<StepRun> {
  const result = await run;
  expect(result.error).toBeUndefined();
  return result;
}

const approved = (step: string, note: string) => ({
  'EcsCanary.ApprovalStep': step,
  'Approval.Manual.Approved': 'True',
  'Approval.Manual.Notes': note,
  'Approval.Manual.ResponsibleUser.DisplayName': 'Jane Doe',
});

const shift = (percent: string, note = '', more = {}) =>
  done(
    world.run(
      shiftTraffic,
      { 'EcsCanary.GreenPercent': percent, ...approved(`Approve ${percent}%`, note), ...more },
      own(),
    ),
  );

const tags = async () =>
  Object.fromEntries(((await awsConsole.service()).tags ?? []).map(({ key = '', value = '' }) => [key, value]));

const newest = async () => ledgerOf({ tags: await tags() }).at(-1);

/** What a Guard leaves behind. */
async function retreat(facts: Partial<Retreat> = {}): Promise<void> {
  const at = ((await newest())?.at ?? 0) + 1000;
  const value = formatRetreat(
    {
      ...{ at, from: 25, to: 0, cause: 'Worse', kinds: ['errors'] },
      counts: { green: { errors: 41, requests: 2050 }, blue: { errors: 3, requests: 6100 } },
      ...facts,
    },
    (await awsConsole.taskSet('Green')).id ?? '',
  );
  await awsConsole.setWeights(100, 0);
  const resourceArn = (await awsConsole.service()).serviceArn;
  await awsConsole.ecs.tagResource({ resourceArn, tags: [{ key: retreatTagKey, value }] });
}

const warnings = ({ lines }: StepRun): readonly string[] =>
  lines.flatMap((line, index) => (line.includes('stdout-warning') ? [lines[index + 1] ?? ''] : []));

describe('an approver who overrules Guard', () => {
  const overruled = /^Jane Doe overrules Guard at "Approve 50%": green gets 50 %\.$/;

  it('is named in one warning of the shift, and in the ledger', async () => {
    await retreat();
    const run = await shift('50', 'the nightly job is over\n/weight 50!');
    expect(run.log.filter((line) => overruled.test(line))).toHaveLength(1);
    expect(warnings(run)).toContainEqual(expect.stringMatching(overruled));
    expect(await newest()).toMatchObject({
      kind: 'share',
      mark: 'overruled-guard',
      note: 'the nightly job is over /weight 50_',
    });
    expect((await tags())[retreatTagKey]).toBe(noRetreat);
    const again = await shift('50', 'the nightly job is over\n/weight 50!');
    expect(again.log.filter((line) => overruled.test(line))).toEqual([]);
    expect(await newest()).toMatchObject({ mark: 'overruled-guard' });
    expect(JSON.parse(again.artifacts.get('ecs-canary-ledger.json') ?? '').entries.at(-1)).toMatchObject({
      mark: 'overruled-guard',
      isRecorded: true,
    });
  });

  it('is in the ledger once, if the shift was killed after its weights', async () => {
    await retreat();
    const dies = (aws: Aws): Aws => ({
      ...aws,
      ecs: { ...aws.ecs, record: () => Promise.reject(new TypeError('killed')) },
    });
    const parameters = { 'EcsCanary.GreenPercent': '50', ...approved('Approve 50%', '/weight 50!') };
    await expect(world.run(shiftTraffic, parameters, { ...own(), between: dies })).rejects.toThrow('killed');
    expect(await awsConsole.weights()).toEqual({ blue: 50, green: 50 });
    await shift('50', '/weight 50!');
    await shift('50', '/weight 50!');
    expect(await newest()).toMatchObject({ kind: 'share', from: 0, to: 50, mark: 'overruled-guard' });
    const { chapter } = (await newest()) ?? {};
    expect(ledgerOf({ tags: await tags() }).filter((entry) => entry.chapter === chapter)).toHaveLength(2);
  });

  it('is named where green is promoted', async () => {
    await retreat();
    const run = await done(world.run(promote, approved('Approve Promotion', '/weight 100!'), own()));
    expect(run.log.filter((line) => /^Jane Doe overrules Guard at "Approve Promotion"/.test(line))).toHaveLength(1);
    expect(await newest()).toMatchObject({ kind: 'promotion', mark: 'overruled-guard' });
  });

  it('only confirms a share whose lease had expired, which is no finding of Guard', async () => {
    await retreat({ cause: 'lease-ended' });
    const run = await shift('50', '/weight 50!');
    expect(run.log.join('\n')).toContain('the lease on that share had expired');
    expect(await newest()).toMatchObject({ kind: 'share', mark: 'confirmed' });
  });

  it('has done nothing of the kind where the note confirms no more than Guard left', async () => {
    await retreat();
    const run = await shift('50', '/weight 0!');
    expect(run.log.join('\n')).not.toContain('overrules');
    expect(await newest()).toMatchObject({ kind: 'share', mark: 'confirmed' });
  });
});

it('a confirmation of a large step is kept, although a tag has no exclamation mark', async () => {
  await shift('80', '/weight 80!', { 'EcsCanary.MaxIncrease': '25' });
  expect(await newest()).toMatchObject({ kind: 'share', to: 80, mark: 'confirmed', note: '/weight 80_' });
});

describe('a hold for which nobody asked says what forced it', () => {
  it('a retreat', async () => {
    await retreat();
    await shift('50', 'looks good');
    expect(await newest()).toMatchObject({ kind: 'hold', to: 0, mark: 'held-by-guard', note: 'looks good' });
  });

  it('the limit', async () => {
    await shift('50', 'looks good', { 'EcsCanary.MaxIncrease': '25' });
    expect(await newest()).toMatchObject({ kind: 'hold', to: 0, mark: 'held-by-limit', note: 'looks good' });
  });

  it('an invalid note', async () => {
    const notes = ['/wieght 50', '/weight 25,5', 'please /hold', '/hold\n/weight 5', '/weight 50\n/lease a while'];
    for (const [index, note] of notes.entries()) {
      await shift(String(50 + index), note);
      expect(await newest(), note).toMatchObject({
        ...{ kind: 'hold', to: 0, mark: 'held-by-note', approvalStep: `Approve ${50 + index}_` },
      });
    }
  });

  it('but one that the approver asked for has no mark', async () => {
    await shift('50', '/hold until lunch');
    expect(await newest()).toMatchObject({ kind: 'hold', to: 0, note: '/hold until lunch' });
    expect((await newest())?.mark).toBeUndefined();
  });
});
