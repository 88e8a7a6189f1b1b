import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { interceptAws } from '../../src/aws/intercept.ts';
import { OperatorError } from '../../src/canary/operator-error.ts';
import { shareRecordOf } from '../../src/canary/share-record.ts';
import type { CallRecord } from '../../src/emulator/calls.ts';
import { runUntilKilled } from '../../src/reliability/step-runs/in-process-kill.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { writesAmong, writesOf } from '../support/call-log.ts';
import type { CanaryConsole } from '../support/canary-console.ts';
import type { CanaryWorld, RunOptions } from '../support/canary-world.ts';
import { openDeployedCanary } from '../support/deployed-canary.ts';
import { killAt } from '../support/kill-points.ts';

let world: CanaryWorld;
let awsConsole: CanaryConsole;

beforeAll(async () => {
  ({ world, awsConsole } = await openDeployedCanary({ pageSize: 100 }));
});
beforeEach(async () => {
  world.emulator.faults.clear();
  await awsConsole.setWeights(100, 0);
  expect((await world.run(rollback)).error).toBeUndefined();
});
afterAll(async () => {
  awsConsole.close();
  await world.close();
});

const shift = (percent: string, options: RunOptions = {}, more = {}) =>
  world.run(shiftTraffic, { 'EcsCanary.GreenPercent': percent, ...more }, options);

const modified = (records: readonly CallRecord[]) => records.filter(({ operation }) => operation === 'ModifyRule');

/** The blue and green weights that each write of the rule had. */
async function weightsIn(records: readonly CallRecord[]): Promise<readonly (readonly (number | undefined)[])[]> {
  const { BlueTargetGroup } = await awsConsole.outputs();
  return modified(records).map(({ input }) => {
    const { Actions = [] } = input as {
      readonly Actions?: readonly {
        readonly ForwardConfig: { readonly TargetGroups: readonly { TargetGroupArn: string; Weight: number }[] };
      }[];
    };
    const groups = Actions.at(-1)?.ForwardConfig.TargetGroups ?? [];
    const weight = (isBlue: boolean) =>
      groups.find(({ TargetGroupArn }) => (TargetGroupArn === BlueTargetGroup) === isBlue)?.Weight;
    return [weight(true), weight(false)];
  });
}

async function wayBackSeconds(): Promise<number | undefined> {
  const { tags = [] } = await awsConsole.service();
  return shareRecordOf({ tags: Object.fromEntries(tags.map(({ key = '', value = '' }) => [key, value])) })
    .wayBackSeconds;
}

const proof = /^Returning to blue takes one API call, measured at (\d+\.\d\d) s; 2 of 2 blue targets are healthy\.$/;

describe("before green's first share", () => {
  it('the write that Rollback would make is made, measured and recorded, and changes nothing', async () => {
    const rules = await awsConsole.rules();
    const killed = await runUntilKilled(
      (between) => shift('10', { between }),
      killAt({ writes: 1, method: 'modifyActions', occurrence: 1, when: 'before' }),
    );
    expect([killed, await awsConsole.rules()]).toEqual([{ kind: 'killed' }, rules]);

    const { error, log, records } = await shift('10');
    expect(error).toBeUndefined();
    expect(await weightsIn(records)).toEqual([
      [100, 0],
      [90, 10],
    ]);
    const measured = log.map((line) => proof.exec(line)?.[1]).find((seconds) => seconds !== undefined);
    expect(measured).toBeDefined();
    expect(await wayBackSeconds()).toBe(Number(measured));
  });

  it('what else the rule does stays as it is, and weights on any scale too', async () => {
    const [action] = (await awsConsole.productionRule()).Actions ?? [];
    const TargetGroups = action?.ForwardConfig?.TargetGroups?.map((group) => ({
      ...group,
      Weight: group.Weight === 0 ? 0 : 7,
    }));
    const sticky = { Enabled: true, DurationSeconds: 77 };
    await awsConsole.setActions([
      { Type: 'forward', Order: 1, ForwardConfig: { TargetGroups, TargetGroupStickinessConfig: sticky } },
    ]);
    const before = await awsConsole.rules();
    await runUntilKilled(
      (between) => shift('10', { between }),
      killAt({ writes: 1, method: 'modifyActions', occurrence: 1, when: 'before' }),
    );
    expect(await awsConsole.rules()).toEqual(before);
  });

  it('a dry run says that it would prove the way back', async () => {
    const { log, records } = await shift('10', {}, { 'EcsCanary.DryRun': 'True' });
    expect(writesAmong(records)).toEqual([]);
    expect(log.join('\n')).toMatch(/Dry run, next change: Before green gets 10 % of the traffic, proving the way back/);
  });

  it('it is proved again by a step that runs again, but not for a later share', async () => {
    for (const when of ['before', 'after'] as const) {
      await runUntilKilled(
        (between) => shift('10', { between }),
        killAt({ writes: 0, method: 'modifyActions', occurrence: 1, when }),
      );
      expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
    }
    expect(writesOf(await shift('10'))).toEqual(['ModifyRule', 'ModifyRule']);
    expect(writesOf(await shift('50'))).toEqual(['ModifyRule']);
    expect(writesAmong((await shift('50')).records)).toEqual([]);
    expect(await wayBackSeconds()).toBeDefined();
  });
});

describe('a proof of the way back', () => {
  it('that AWS refuses moves no traffic, and says what is missing', async () => {
    world.emulator.faults.add({ kind: 'access-denied', operation: 'ModifyRule' });
    const { error, records } = await shift('10');
    expect(error).toMatchObject({
      code: 'no-way-back',
      message: expect.stringMatching(
        /^AWS refused the write .* not authorized to perform: elasticloadbalancing:ModifyRule/,
      ),
      hint: expect.stringMatching(
        /^Allow elasticloadbalancing:ModifyRule in the IAM policy .* policies\/shift-traffic\.json has .* policies\/rollback\.json/,
      ),
    });
    expect([writesAmong(records), modified(records).length]).toEqual([[], 1]);
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
  });

  it('keeps the code of credentials that have expired', async () => {
    world.emulator.faults.add({ kind: 'expired-credentials', operation: 'ModifyRule' });
    expect((await shift('10')).error).toMatchObject({ code: 'aws-credentials' });
  });

  it.each(['reset-before', 'reset-after', 'unavailable'] as const)(
    'that meets a fault that passes (%s) is made again',
    async (kind) => {
      world.emulator.faults.add({ kind, operation: 'ModifyRule', occurrence: 1, times: 6 });
      const { error, records } = await shift('10');
      expect(error).toBeUndefined();
      const written = await weightsIn(records);
      expect(written.at(-1)).toEqual([90, 10]);
      expect(new Set(written.slice(0, -1).map(String))).toEqual(new Set(['100,0']));
    },
  );

  it('that AWS throttles is made again', async () => {
    let throttled = 2;
    const between: RunOptions['between'] = (aws) =>
      interceptAws(aws, (carryOut, { method }) => {
        if (method !== 'modifyActions' || throttled === 0) return carryOut();
        throttled -= 1;
        return Promise.reject(new OperatorError('aws-throttled', 'Rate exceeded', 'Wait.'));
      });
    const { error, records } = await shift('10', { between });
    expect(error).toBeUndefined();
    expect(await weightsIn(records)).toEqual([
      [100, 0],
      [90, 10],
    ]);
  });

  it('is believed although a read that is older than it follows', async () => {
    await shift('10');
    await world.run(rollback);
    let isProved = false;
    const between: RunOptions['between'] = (aws) =>
      interceptAws(aws, async (carryOut, { method }) => {
        const answer = await carryOut();
        if (method === 'modifyActions' && !isProved)
          world.emulator.faults.add({ kind: 'stale-read', operation: 'DescribeRules', occurrence: 1 });
        isProved ||= method === 'modifyActions';
        return answer;
      });
    const { error, records } = await shift('10', { between });
    expect(error).toBeUndefined();
    expect(await weightsIn(records)).toEqual([
      [100, 0],
      [90, 10],
    ]);
  });

  it('takes traffic only to blue where somebody moved it in the meantime, and the shift still ends at its share', async () => {
    let isFirst = true;
    const between: RunOptions['between'] = (aws) =>
      interceptAws(aws, async (carryOut, { method }) => {
        if (method === 'modifyActions' && isFirst) {
          isFirst = false;
          await awsConsole.setWeights(80, 20);
        }
        return carryOut();
      });
    const { error, records } = await shift('10', { between });
    expect(error).toBeUndefined();
    expect(await weightsIn(records)).toEqual([
      [80, 20],
      [100, 0],
      [90, 10],
    ]);
  });
});
