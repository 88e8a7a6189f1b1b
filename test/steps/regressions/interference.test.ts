import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Aws } from '../../../src/aws/aws.ts';
import { promote } from '../../../src/steps/promote.ts';
import { shiftTraffic } from '../../../src/steps/shift-traffic.ts';
import { writesOf } from '../../support/call-log.ts';
import { type CanaryConsole, eventually } from '../../support/canary-console.ts';
import type { CanaryWorld } from '../../support/canary-world.ts';
import { openDeployedCanary } from '../../support/deployed-canary.ts';

let world: CanaryWorld;
let awsConsole: CanaryConsole;

beforeAll(async () => {
  ({ world, awsConsole } = await openDeployedCanary({ pageSize: 1 }));
});
beforeEach(async () => {
  world.emulator.faults.clear();
  await awsConsole.setWeights(100, 0);
  await awsConsole.forgetShares();
});
afterAll(async () => {
  awsConsole.close();
  await world.close();
});

const half = { 'EcsCanary.GreenPercent': '50' };

describe('a rule that somebody changes while a step waits', () => {
  it('is read again before the step writes it, so that their change is kept', async () => {
    await scaleGreen(0);
    const { GreenTargetGroup } = await awsConsole.outputs();
    let looks = 0;
    const shift = await world.run(
      shiftTraffic,
      { ...half, 'EcsCanary.GreenScalePercent': '50' },
      {
        between: (aws) => {
          const targetHealth: Aws['loadBalancing']['targetHealth'] = async (arn) => {
            const targets = await aws.loadBalancing.targetHealth(arn);
            if (arn !== GreenTargetGroup || looks === 4) return targets;
            // The step has read the rule and is waiting for green's tasks, which take this long to become healthy.
            looks += 1;
            if (looks === 4) await makeSticky();
            return targets.map((target) => ({ ...target, state: 'initial' }));
          };
          return { ...aws, loadBalancing: { ...aws.loadBalancing, targetHealth } };
        },
      },
    );
    expect(shift.error).toBeUndefined();
    expect(looks).toBe(4);
    expect(shift.log.join('\n')).toMatch(/Waiting: Green has 0 of \d healthy targets/);
    expect(await awsConsole.weights()).toEqual({ blue: 50, green: 50 });
    expect((await awsConsole.productionRule()).Actions?.[0]?.ForwardConfig?.TargetGroupStickinessConfig).toMatchObject({
      Enabled: true,
      DurationSeconds: 60,
    });
    await scaleGreen(100);
  });
});

describe('an AWS that is too busy to answer', () => {
  it('neither makes green unhealthy nor fails the step', async () => {
    for (const operation of ['DescribeTargetHealth', 'ModifyRule'])
      world.emulator.faults.add({ kind: 'throttle', operation, occurrence: 1, times: 2 });
    const shift = await world.run(shiftTraffic, half);
    expect(shift.error).toBeUndefined();
    expect(await awsConsole.weights()).toEqual({ blue: 50, green: 50 });
    expect(writesOf({ ...shift, records: shift.records.filter(({ applied }) => applied) })).toEqual([
      // The first one proves the way back.
      'ModifyRule',
      'ModifyRule',
    ]);
    expect(world.emulator.faults.list().every(({ fired }) => fired > 0)).toBe(true);
  });
});

describe('a green whose target group no rule forwards to', () => {
  it('gets no traffic, because nothing checks its health, and the steps say so', async () => {
    const { BlueTargetGroup, GreenTargetGroup } = await awsConsole.outputs();
    await awsConsole.setActions([{ Type: 'forward', TargetGroupArn: BlueTargetGroup }]);
    await eventually('green is out of use', async () => {
      const { TargetHealthDescriptions } = await awsConsole.elb.describeTargetHealth({
        TargetGroupArn: GreenTargetGroup,
      });
      return TargetHealthDescriptions?.[0]?.TargetHealth?.State === 'unused';
    });
    for (const step of [await world.run(shiftTraffic, half), await world.run(promote)]) {
      expect(step.error).toMatchObject({ code: 'canary-not-found' });
      expect(step.error?.message).toContain('no listener rule or default action forwards to both');
      expect(writesOf(step)).toEqual([]);
    }
  });
});

async function makeSticky(): Promise<void> {
  const actions = (await awsConsole.productionRule()).Actions ?? [];
  await awsConsole.setActions(
    actions.map(({ TargetGroupArn: _repeated, ...action }) => ({
      ...action,
      ForwardConfig: {
        ...action.ForwardConfig,
        TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 },
      },
    })),
  );
}

async function scaleGreen(value: number): Promise<void> {
  const service = await awsConsole.service();
  await awsConsole.ecs.updateTaskSet({
    cluster: service.clusterArn,
    service: service.serviceArn,
    taskSet: (await awsConsole.taskSet('Green')).id,
    scale: { unit: 'PERCENT', value },
  });
  await eventually(
    'green is steady',
    async () => (await awsConsole.taskSet('Green')).stabilityStatus === 'STEADY_STATE',
  );
}
