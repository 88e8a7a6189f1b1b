import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { interceptAws } from '../../src/aws/intercept.ts';
import { OperatorError } from '../../src/canary/operator-error.ts';
import { type ShareRecord, shareRecordOf } from '../../src/canary/share-record.ts';
import { runUntilKilled } from '../../src/reliability/step-runs/in-process-kill.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { writesAmong } from '../support/call-log.ts';
import type { CanaryConsole } from '../support/canary-console.ts';
import type { CanaryWorld, RunOptions } from '../support/canary-world.ts';
import { openDeployedCanary } from '../support/deployed-canary.ts';
import { killAt } from '../support/kill-points.ts';

const key = 'EcsCanaryShares';
let world: CanaryWorld;
let awsConsole: CanaryConsole;
let version = 2;

beforeAll(async () => {
  ({ world, awsConsole } = await openDeployedCanary({ pageSize: 100 }));
});
beforeEach(async () => {
  world.emulator.faults.clear();
  expect((await world.run(rollback)).error).toBeUndefined();
  await awsConsole.ecs.untagResource({ resourceArn: (await awsConsole.service()).serviceArn, tagKeys: [key] });
});
afterAll(async () => {
  awsConsole.close();
  await world.close();
});

const shift = (percent: string, options: RunOptions = {}) =>
  world.run(shiftTraffic, { 'EcsCanary.GreenPercent': percent }, options);

async function textOfTag(): Promise<string> {
  const { tags = [] } = await awsConsole.service();
  return tags.find((tag) => tag.key === key)?.value ?? '';
}

async function record(): Promise<ShareRecord> {
  return shareRecordOf({ tags: { [key]: await textOfTag() } });
}

const percents = async () => (await record()).entries.map(({ percent }) => percent);

async function setRecord(value: string): Promise<void> {
  const resourceArn = (await awsConsole.service()).serviceArn;
  await awsConsole.ecs.tagResource({ resourceArn, tags: [{ key, value }] });
}

const now = () => world.emulator.world.clock.now().getTime();

describe('Shift Traffic records', () => {
  it("each share after its weights were read back, by AWS's clock", async () => {
    const times: (readonly [number, number])[] = [];
    for (const percent of ['10', '12.5', '0']) {
      const before = now();
      const { error, calls } = await shift(percent);
      expect(error).toBeUndefined();
      times.push([before, now()]);
      const order = calls.filter((name) => /^(ModifyRule|DescribeRules|TagResource)$/.test(name));
      const tag = order.indexOf('TagResource', order.lastIndexOf('ModifyRule'));
      expect(order.slice(order.lastIndexOf('ModifyRule'), tag)).toContain('DescribeRules');
    }
    expect(await percents()).toEqual([10, 12.5, 0]);
    for (const [index, { at }] of (await record()).entries.entries()) {
      // The header Date has whole seconds, and so has the tag.
      expect(at).toBeGreaterThanOrEqual((times[index]?.[0] ?? 0) - 1000);
      expect(at).toBeLessThanOrEqual((times[index]?.[1] ?? 0) + 1000);
    }
  });

  it('nothing when it runs again', async () => {
    expect((await shift('10')).error).toBeUndefined();
    const before = await textOfTag();
    expect(writesAmong((await shift('10')).records)).toEqual([]);
    expect(await textOfTag()).toBe(before);
  });

  it.each(['before', 'after'] as const)(
    'the share when it runs again after it was killed %s the record was written',
    async (when) => {
      const killed = await runUntilKilled(
        (between) => shift('10', { between }),
        killAt({ writes: (await writesBeforeRecord()) - 1, method: 'record', occurrence: 1, when }),
      );
      expect(killed).toEqual({ kind: 'killed' });
      expect(await awsConsole.weights()).toEqual({ blue: 90, green: 10 });
      const again = await shift('10');
      expect([again.error, writesAmong(again.records)]).toEqual([undefined, when === 'before' ? ['TagResource'] : []]);
      expect(await percents()).toEqual([10]);
      expect(writesAmong((await shift('10')).records)).toEqual([]);
    },
  );

  it('a new record in place of what somebody wrote there', async () => {
    await setRecord('team=web');
    expect((await shift('10')).error).toBeUndefined();
    expect(await percents()).toEqual([10]);
  });

  it('no share of an earlier green', async () => {
    expect((await shift('10')).error).toBeUndefined();
    await nextCanary();
    expect(await percents()).toEqual([10, 0]);
    expect((await shift('0')).error).toBeUndefined();
    expect(await percents()).toEqual([10, 0]);
    expect((await shift('20')).error).toBeUndefined();
    expect(await percents()).toEqual([20]);
  });

  it('again a share that somebody took away in the meantime, which only a note can give back', async () => {
    await nextCanary();
    expect((await shift('10')).error).toBeUndefined();
    await awsConsole.setWeights(100, 0);
    const held = await shift('10');
    expect([held.error, held.outputs['GreenPercent'], await percents()]).toEqual([undefined, '0', [10]]);
    const confirmed = {
      ...{ 'EcsCanary.ApprovalStep': 'Approve 10%', 'Approval.Manual.Approved': 'True' },
      'Approval.Manual.Notes': '/weight 10!',
    };
    const given = await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '10', ...confirmed });
    expect([given.error, given.outputs['GreenPercent']]).toEqual([undefined, '10']);
    expect(await percents()).toEqual([10, 10]);
  });
});

describe('a record that AWS refuses', () => {
  const warningOf = async (options: RunOptions) => {
    const { error, log, outputs } = await shift('10', options);
    expect([error, outputs['GreenPercent']]).toEqual([undefined, '10']);
    expect(await awsConsole.weights()).toEqual({ blue: 90, green: 10 });
    return log.find((line) => line.includes('Watch Canary counts only from its own start'));
  };

  it('for lack of a permission does not fail the shift, which says what that costs', async () => {
    world.emulator.faults.add({ kind: 'access-denied', operation: 'TagResource' });
    const warning = await warningOf({});
    expect(warning).toMatch(/not authorized to perform: ecs:TagResource/);
    expect(warning).toContain('policies/shift-traffic.json');
  });

  it('for any other reason does not fail it either', async () => {
    const full = new OperatorError(
      'aws-refused',
      'ecs:TagResource failed: InvalidParameterException: Too many tags.',
      '',
    );
    const between: RunOptions['between'] = (aws) =>
      interceptAws(aws, (carryOut, { method }) => (method === 'record' ? Promise.reject(full) : carryOut()));
    expect(await warningOf({ between })).toContain('Too many tags');
  });
});

it.each([
  ['Rollback', () => world.run(rollback)],
  ['Prepare Blue', () => world.run(prepareBlue)],
] as const)('Promote leaves the record as it is, and %s ends it', async (_, runStep) => {
  expect((await shift('10')).error).toBeUndefined();
  const before = await textOfTag();
  expect((await world.run(promote)).error).toBeUndefined();
  expect(await textOfTag()).toBe(before);
  expect((await runStep()).error).toBeUndefined();
  const ended = await textOfTag();
  expect(ended).toMatch(/=10 \d{10}=0$/);
  await nextCanary();
  expect(await textOfTag()).toBe(ended);
});

it('a time that only a hand or a wrong clock can have written does not stay', async () => {
  const resourceArn = (await awsConsole.service()).serviceArn;
  await awsConsole.ecs.tagResource({ resourceArn, tags: [{ key, value: '1999999999=10' }] });
  expect((await shift('10')).error).toBeUndefined();
  expect(await textOfTag()).not.toContain('1999999999');
});

async function nextCanary(): Promise<void> {
  version += 1;
  expect((await world.run(prepareBlue)).error).toBeUndefined();
  expect((await world.run(deployStack, world.builtIn(String(version)))).error).toBeUndefined();
}

/** How many writes a shift has made once it has recorded its share. */
async function writesBeforeRecord(): Promise<number> {
  const { records } = await shift('10');
  await world.run(rollback);
  await awsConsole.ecs.untagResource({ resourceArn: (await awsConsole.service()).serviceArn, tagKeys: [key] });
  return writesAmong(records).length;
}
