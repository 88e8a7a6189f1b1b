import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { interceptAws } from '../../src/aws/intercept.ts';
import { ledgerOf, tagsForEntry } from '../../src/canary/ledger.ts';
import { formatEntry, type LedgerEntry } from '../../src/canary/ledger-entry.ts';
import { OperatorError } from '../../src/canary/operator-error.ts';
import { runUntilKilled } from '../../src/reliability/step-runs/in-process-kill.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { writesAmong } from '../support/call-log.ts';
import type { CanaryConsole } from '../support/canary-console.ts';
import type { CanaryWorld, RunOptions, StepRun } from '../support/canary-world.ts';
import { openDeployedCanary } from '../support/deployed-canary.ts';

let world: CanaryWorld;
let awsConsole: CanaryConsole;
let version = 2;

beforeAll(async () => {
  ({ world, awsConsole } = await openDeployedCanary({ pageSize: 100 }));
});
beforeEach(async () => {
  world.emulator.faults.clear();
  expect((await world.run(rollback)).error).toBeUndefined();
  await clearTags();
});
afterAll(async () => {
  awsConsole.close();
  await world.close();
});

type Given = Readonly<Record<string, string>>;

async function tags(): Promise<Given> {
  const { tags: found = [] } = await awsConsole.service();
  return Object.fromEntries(found.map(({ key = '', value = '' }) => [key, value]));
}

async function clearTags(): Promise<void> {
  const tagKeys = Object.keys(await tags()).filter((key) => /^(EcsCanaryLog|team)/.test(key));
  if (tagKeys.length > 0)
    await awsConsole.ecs.untagResource({ resourceArn: (await awsConsole.service()).serviceArn, tagKeys });
}

async function setTags(values: Given): Promise<void> {
  const resourceArn = (await awsConsole.service()).serviceArn;
  await awsConsole.ecs.tagResource({
    resourceArn,
    tags: Object.entries(values).map(([key, value]) => ({ key, value })),
  });
}

const ledger = async (): Promise<readonly LedgerEntry[]> => ledgerOf({ tags: await tags() });
const decisions = async () => (await ledger()).map(({ kind, from, to }) => `${kind} ${from} to ${to}`);

const evidence = JSON.stringify({
  format: 1,
  verdict: 'Worse',
  headline: 'Green is worse',
  green: { requests: 2050, errors: 41 },
  blue: { requests: 6100, errors: 3 },
});

const approved = (step: string, note = ''): Given => ({
  'EcsCanary.ApprovalStep': step,
  'EcsCanary.Evidence': evidence,
  'Approval.Manual.Approved': 'True',
  'Approval.Manual.Notes': note,
  'Approval.Manual.ResponsibleUser.DisplayName': 'Jane Doe',
});

async function begin(options: RunOptions = {}): Promise<void> {
  version += 1;
  expect((await world.run(prepareBlue, {}, options)).error).toBeUndefined();
  expect((await world.run(deployStack, world.builtIn(String(version)), options)).error).toBeUndefined();
}

const shift = (percent: string, note = '', options: RunOptions = {}) =>
  world.run(shiftTraffic, { 'EcsCanary.GreenPercent': percent, ...approved(`Approve ${percent}%`, note) }, options);

const done = async (run: Promise<StepRun>): Promise<StepRun> => {
  const result = await run;
  expect(result.error).toBeUndefined();
  return result;
};

describe('the ledger', () => {
  it('tells a whole canary, and the next one, with the writes that are made anyway', async () => {
    await begin();
    await done(shift('10'));
    await done(shift('50', '/hold\nlet us wait'));
    await done(shift('50', 'known cause: the nightly job'));
    await done(world.run(promote, approved('Approve Promotion')));
    await begin();
    expect(await decisions()).toEqual([
      'begin 0 to 0',
      'share 0 to 10',
      'hold 10 to 10',
      'share 10 to 50',
      'promotion 50 to 100',
      'begin 100 to 100',
      'share 100 to 0',
    ]);
    expect((await ledger()).map(({ chapter }) => chapter)).toEqual([1, 1, 1, 1, 1, 2, 2]);
    const [, , , raised] = await ledger();
    expect(raised).toMatchObject({
      by: 'Jane Doe',
      deployment: 'Deployments-1',
      approvalStep: 'Approve 50_',
      evidence: { verdict: 'Worse', green: { errors: 41, requests: 2050 }, blue: { errors: 3, requests: 6100 } },
      note: 'known cause: the nightly job',
    });
    expect(raised?.evidence?.hash).toMatch(/^[\da-f]{8}$/);
    expect(raised?.seconds).toBeGreaterThanOrEqual(0);
  });

  it("has AWS's id of the request that moved the traffic", async () => {
    await begin();
    const ids: (string | undefined)[] = [];
    const between = (aws: Aws) =>
      interceptAws(aws, async (carryOut, { method }) => {
        const answer = await carryOut();
        if (method === 'modifyActions') ids.push(answer as string | undefined);
        return answer;
      });
    await done(shift('10', '', { between }));
    expect(ids).toHaveLength(2);
    expect(ids[1]).toMatch(/^[\w-]{20,}$/);
    expect((await ledger()).at(-1)?.requestIds).toEqual([ids[1]?.slice(0, 8)]);
  });

  it('loses no entry whose place another writer takes before it is read back, and has none twice', async () => {
    await begin();
    await done(shift('10'));
    for (const [share, moment] of [
      ['20', 'in its place'],
      ['30', 'after it'],
    ] as const) {
      const count = (await ledger()).length;
      let isTaken = false;
      const between = (aws: Aws) =>
        interceptAws(aws, async (carryOut, { method }) => {
          const before = await tags();
          const answer = await carryOut();
          if (method !== 'record' || isTaken) return answer;
          isTaken = true;
          const at = moment === 'in its place' ? before : await tags();
          const n = (ledgerOf({ tags: at }).at(-1)?.n ?? 0) + 1;
          await setTags(tagsForEntry({ tags: at }, { n, chapter: 1, kind: 'hold', at: Date.now(), to: 10 }));
          return answer;
        });
      await done(shift(share, '', { between }));
      const found = await ledger();
      expect(found).toHaveLength(count + 2);
      expect(found.map(({ n }) => n)).toEqual(found.map((_, index) => index + 1));
    }
  });

  it('gets nothing from a step that runs again', async () => {
    await begin();
    const steps = [
      () => world.run(prepareBlue),
      () => shift('10'),
      () => shift('50', '/hold'),
      () => world.run(promote, approved('Approve Promotion')),
      () => world.run(rollback, {}, { deployment: 'RunbookRuns-1' }),
    ];
    for (const step of steps) {
      await done(step());
      const before = await tags();
      expect(writesAmong((await done(step())).records)).toEqual([]);
      expect(await tags()).toEqual(before);
    }
    expect(await decisions()).toEqual([
      'begin 0 to 0',
      'share 0 to 10',
      'hold 10 to 10',
      'promotion 10 to 100',
      'rollback 100 to 0',
    ]);
  });

  it('costs no write of its own, except for a hold and for an approval of the present share', async () => {
    await begin();
    const writes = async (run: Promise<StepRun>) => writesAmong((await done(run)).records);
    expect(await writes(shift('10'))).toEqual(['ModifyRule', 'ModifyRule', 'TagResource']);
    expect(await writes(shift('50', '/hold'))).toEqual(['TagResource']);
    expect(await writes(shift('50', '/weight 10'))).toEqual(['TagResource']);
    expect(await writes(world.run(rollback))).toEqual(['ModifyRule', 'TagResource', 'UntagResource']);
    expect(await decisions()).toEqual([
      'begin 0 to 0',
      'share 0 to 10',
      'hold 10 to 10',
      'share 10 to 10',
      'rollback 10 to 0',
    ]);
  });

  it('says why a failed deployment was rolled back, and so do the log and the summary', async () => {
    await begin();
    await done(shift('10'));
    const deploymentError = 'Jane Doe requested a rollback at "Approve 50%": checkout is broken <b>\nsee #4711';
    const { log, outputs } = await done(world.run(rollback, { 'EcsCanary.Evidence': evidence }, { deploymentError }));
    expect((await ledger()).at(-1)).toMatchObject({
      kind: 'rollback',
      evidence: { verdict: 'Worse' },
      note: 'Jane Doe requested a rollback at _Approve 50__: checkout is broken _b_ see _4711',
    });
    expect(log.join('\n')).toContain('Why the deployment failed: Jane Doe requested a rollback at "Approve 50%"');
    expect(outputs['Summary']).toContain('checkout is broken \\<b\\>');
  });

  it('tells of a deployment that failed before green was checked', async () => {
    expect((await world.run(prepareBlue)).error).toBeUndefined();
    await done(world.run(rollback, {}, { deploymentError: 'Deploy Stack failed' }));
    expect(await decisions()).toEqual(['begin 0 to 0', 'rollback 0 to 0']);
    expect((await ledger()).at(-1)?.note).toBe('Deploy Stack failed');
  });

  it('has no verdict where Octopus gave none, or something else', async () => {
    await begin();
    const odd = ['#{Octopus.Action[Watch at 10%].Output.Evidence}', '', 'null', '[1]', '{"format":1,"verdict":"Fine"}'];
    for (const [index, text] of odd.entries()) {
      await done(
        world.run(shiftTraffic, {
          'EcsCanary.GreenPercent': String(index + 1),
          ...approved('Approve'),
          'EcsCanary.Evidence': text,
        }),
      );
      expect((await ledger()).at(-1), text).toMatchObject({ kind: 'share', to: index + 1 });
      expect((await ledger()).at(-1)?.evidence, text).toBeUndefined();
    }
  });
});

describe('the artifact', () => {
  it('has the whole canary, and of its own entry the whole note, ids and evidence', async () => {
    await begin();
    await done(shift('10'));
    const note = `long ${'x'.repeat(400)} "quoted" #{x}`;
    const { artifacts } = await done(shift('50', note));
    const read = JSON.parse(artifacts.get('ecs-canary-ledger.json') ?? '');
    expect(read).toMatchObject({ format: 1, chapter: 1 });
    expect(read.entries[1]).toMatchObject({ by: 'Jane Doe', note: null });
    expect(read.entries.map(({ kind, toPercent }: Record<string, unknown>) => [kind, toPercent])).toEqual([
      ['begin', 0],
      ['share', 10],
      ['share', 50],
    ]);
    expect(read.entries.at(-1)).toMatchObject({
      fromPercent: 10,
      note,
      approvalStep: 'Approve 50%',
      evidence: JSON.parse(evidence),
      isRecorded: true,
      requestIds: [expect.stringMatching(/^[\w-]{20,}$/)],
      evidenceSha256: expect.stringMatching(/^[\da-f]{64}$/),
    });
  });
});

describe('where AWS refuses the tags, the traffic moves all the same', () => {
  const refusing = (message: string, code: 'aws-refused' | 'aws-access-denied'): ((aws: Aws) => Aws) => {
    const error = new OperatorError(code, `ecs:TagResource failed: ${message}`, '');
    return (aws) =>
      interceptAws(aws, (carryOut, { input }) =>
        JSON.stringify(input).includes('EcsCanaryLog') ? Promise.reject(error) : carryOut(),
      );
  };

  it.each([
    ['Too many tags.', 'aws-refused'],
    ['AccessDenied', 'aws-access-denied'],
  ] as const)('%s', async (message, code) => {
    const between = refusing(message, code);
    version += 1;
    const runs = [
      await done(world.run(prepareBlue, {}, { between })),
      await done(world.run(deployStack, world.builtIn(String(version)))),
      await done(shift('10', '', { between })),
      await done(shift('50', '/hold', { between })),
      await done(world.run(promote, approved('Approve Promotion'), { between })),
      await done(world.run(rollback, {}, { between, deployment: 'RunbookRuns-1' })),
    ];
    expect(await ledger()).toEqual([]);
    for (const { log } of runs.filter((_, index) => index !== 1))
      expect(log.join('\n')).toMatch(new RegExp(`entry for this step is missing from the ledger.*${message}`));
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
    expect(await awsConsole.readTag()).toBe('Blue');
  });

  it('if the service has too many other tags', async () => {
    await begin();
    await clearTags();
    const room = 50 - Object.keys(await tags()).length;
    await setTags(Object.fromEntries(Array.from({ length: room }, (_, index) => [`team-${index}`, 'x'])));
    const { log } = await done(shift('10'));
    expect(log.join('\n')).toMatch(/too many other tags/);
    expect(await awsConsole.weights()).toEqual({ blue: 90, green: 10 });
  });
});

it('tags that somebody edited by hand stop no step', async () => {
  await begin();
  await setTags({
    EcsCanaryLog03: '<b>mine</b>'.replace(/[<>]/g, '_'),
    EcsCanaryLog16: '999999999 c1 2026-11-28T14:02:11Z share 10 to 50',
  });
  await done(shift('10'));
  expect(await awsConsole.weights()).toEqual({ blue: 90, green: 10 });
});

describe('an entry is written once, whenever the run before was killed', () => {
  const steps: readonly (readonly [string, (options: RunOptions) => Promise<StepRun>, string])[] = [
    ['Shift Traffic', (options) => shift('50', '', options), 'share 10 to 50'],
    ['a hold', (options) => shift('50', '/hold', options), 'hold 10 to 10'],
    ['Promote', (options) => world.run(promote, approved('Approve Promotion'), options), 'promotion 10 to 100'],
    ['Rollback', (options) => world.run(rollback, {}, options), 'rollback 10 to 0'],
  ];

  it.each(steps)('%s', async (_name, run, entry) => {
    await begin();
    await done(shift('10'));
    const saved = await tags();
    const green = formatEntry((await ledger()).at(-1) as LedgerEntry);
    for (let calls = 0; ; calls += 1) {
      let made = 0;
      const killed = await runUntilKilled(
        (between) => run({ between }),
        () => {
          made += 1;
          return made > calls ? 'after' : undefined;
        },
      );
      const again = await done(run({}));
      expect(again.error).toBeUndefined();
      const [last, before] = [...(await ledger())].reverse();
      expect(`${last?.kind} ${last?.from} to ${last?.to}`, `killed after call ${calls + 1}`).toBe(entry);
      expect(before && formatEntry(before), `killed after call ${calls + 1}`).toBe(green);
      if (!('kind' in killed)) break;
      await restore(saved);
    }
  });

  async function restore(saved: Given): Promise<void> {
    await clearTags();
    await setTags(saved);
    await awsConsole.setWeights(90, 10);
  }
});

it('AWS takes an entry with letters of any language', async () => {
  await begin();
  const [entry] = await ledger();
  if (entry) await setTags(tagsForEntry({ tags: await tags() }, { ...entry, n: 2, by: 'Zoë 中 <x> d at' }));
  expect((await ledger()).at(-1)?.by).toBe('Zoë 中 _x__d_at');
});
