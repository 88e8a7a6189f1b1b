import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { deployOwnTemplate } from '../../src/steps/deploy-stack/deploy-own-template.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { writesOf } from '../support/call-log.ts';
import { type CanaryConsole, openCanaryConsole } from '../support/canary-console.ts';
import { type CanaryWorld, openCanaryWorld } from '../support/canary-world.ts';

const half = { 'EcsCanary.GreenPercent': '50' };

let world: CanaryWorld;
let awsConsole: CanaryConsole;
let lockAfterCreation: string | undefined;

beforeAll(async () => {
  world = await openCanaryWorld({ timeScale: 400, taskStartSeconds: 4 });
  awsConsole = openCanaryConsole(world.emulator);
  expect((await world.run(deployStack, world.builtIn('1'))).error).toBeUndefined();
  lockAfterCreation = await lock();
});
beforeEach(async () => {
  expect((await world.run(rollback)).error).toBeUndefined();
});
afterAll(async () => {
  awsConsole.close();
  await world.close();
});

describe('Deploy Stack without Prepare Blue', () => {
  it('leaves no lock after the first deployment, which has nothing to shift', () => {
    expect(lockAfterCreation).toBeUndefined();
  });

  it('records the green that it checked, so that another one gets nothing, and the canary stays unlocked', async () => {
    expect((await world.run(deployStack, world.builtIn('2'))).error).toBeUndefined();
    const { id = '' } = await awsConsole.taskSet('Green');
    expect(await lock()).toBe(`nobody green ${id}`);
    const elsewhere = { deployment: 'Deployments-9' };
    expect((await world.run(shiftTraffic, half, elsewhere)).error).toBeUndefined();
    await awsConsole.setWeights(100, 0);

    await awsConsole.cloudFormation.updateStack({
      StackName: 'canary',
      UsePreviousTemplate: true,
      Parameters: [
        { ParameterKey: 'Image', ParameterValue: 'octopussamples/helloworldwithversion:3' },
        { ParameterKey: 'DesiredCount', UsePreviousValue: true },
        { ParameterKey: 'GreenScalePercent', UsePreviousValue: true },
      ],
    });
    expect(await awsConsole.settle()).toBe('UPDATE_COMPLETE');
    for (const refused of [await world.run(shiftTraffic, half), await world.run(promote)]) {
      expect(refused.error).toMatchObject({ code: 'green-changed', message: expect.stringContaining(id) });
      expect(writesOf(refused)).toEqual([]);
    }
  });

  it('warns of a green that no Deploy Stack recorded before it gets more, and only then', async () => {
    const { id = '' } = await awsConsole.taskSet('Green');
    const warning = `No record shows that Deploy Stack checked green (task set ${id})`;
    const shift = await world.run(shiftTraffic, half);
    expect(shift.error).toBeUndefined();
    expect(shift.log.findIndex((line) => line.startsWith(warning))).toBeGreaterThanOrEqual(0);
    expect(shift.log.findIndex((line) => line.startsWith(warning))).toBeLessThan(
      shift.log.findIndex((line) => line.startsWith('Moving traffic')),
    );
    const less = await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '10' });
    expect(less.log.join('\n')).not.toContain(warning);
    expect((await world.run(promote)).log.join('\n')).toContain(warning);
  });
});

describe('Deploy Stack', () => {
  it('is not done before the serving blue is as healthy as before', async () => {
    const { BlueTargetGroup } = await awsConsole.outputs();
    let checks = 0;
    let updated = false;
    const updateStack: Aws['cloudFormation']['updateStack'] = (...asked) => {
      updated = true;
      return world.aws.cloudFormation.updateStack(...asked);
    };
    // Green's own tasks are read only once the stack is at rest again.
    const listTasks: Aws['ecs']['listTasks'] = async (cluster, service, id, status) => {
      const sets = (await awsConsole.service()).taskSets ?? [];
      if (sets.every(({ stabilityStatus }) => stabilityStatus === 'STEADY_STATE')) checks += 1;
      return world.aws.ecs.listTasks(cluster, service, id, status);
    };
    const targetHealth: Aws['loadBalancing']['targetHealth'] = async (arn) => {
      const targets = await world.aws.loadBalancing.targetHealth(arn);
      if (arn !== BlueTargetGroup || !updated || checks > 4) return targets;
      return targets.map((target) => ({ ...target, state: 'unhealthy' }));
    };
    const run = await world.run(deployStack, world.builtIn('4'), {
      between: (aws) => ({
        ...aws,
        cloudFormation: { ...aws.cloudFormation, updateStack },
        ecs: { ...aws.ecs, listTasks },
        loadBalancing: { ...aws.loadBalancing, targetHealth },
      }),
    });
    expect(run.error).toBeUndefined();
    expect(run.log.join('\n')).toContain('blue, which serves all traffic, has 0 of 2 healthy targets after the update');
    expect(run.log.at(-1)).toContain('no production traffic; blue serves with 2');
  });

  it('locks its canary again where its own update removed all tags from the service', async () => {
    expect((await world.run(prepareBlue)).error).toBeUndefined();
    const between = (aws: Aws): Aws => ({
      ...aws,
      cloudFormation: {
        ...aws.cloudFormation,
        updateStack: async (...asked) => {
          const answer = await aws.cloudFormation.updateStack(...asked);
          const { serviceArn } = await awsConsole.service();
          await awsConsole.ecs.untagResource({ resourceArn: serviceArn, tagKeys: ['StableStack', 'EcsCanaryTakenBy'] });
          return answer;
        },
      },
    });
    const run = await world.run(deployStack, world.builtIn('9'), { between });
    expect(run.error).toBeUndefined();
    const { id } = await awsConsole.taskSet('Green');
    expect(await lock()).toMatch(new RegExp(`^Deployments-1 .* green ${id}$`));
    expect(await awsConsole.readTag()).toBe('Blue');
  });

  it('warns of visitors whom stickiness keeps on green despite the weights', async () => {
    const { Actions = [] } = await awsConsole.productionRule();
    const TargetGroups = Actions[0]?.ForwardConfig?.TargetGroups;
    const TargetGroupStickinessConfig = { Enabled: true, DurationSeconds: 600 };
    await awsConsole.setActions([{ Type: 'forward', ForwardConfig: { TargetGroups, TargetGroupStickinessConfig } }]);
    const sticky = await world.run(deployStack, world.builtIn('6', { 'EcsCanary.StickinessSeconds': '600' }));
    expect(sticky.error).toBeUndefined();
    expect(sticky.log.join('\n')).toContain('has 600 seconds of stickiness');
    const { log } = await world.run(deployStack, world.builtIn('7'));
    expect(log.join('\n')).toContain('visitors who were on green within that time');
    expect((await world.run(deployStack, world.builtIn('8'))).log.join('\n')).not.toContain('stickiness');
  });

  it('and Prepare Blue allow the version that repairs a broken blue, and say that blue is broken', async () => {
    const { BlueTargetGroup } = await awsConsole.outputs();
    const targetHealth: Aws['loadBalancing']['targetHealth'] = async (arn) => {
      const targets = await world.aws.loadBalancing.targetHealth(arn);
      return arn === BlueTargetGroup ? targets.map((target) => ({ ...target, state: 'unhealthy' })) : targets;
    };
    const between = (aws: Aws): Aws => ({ ...aws, loadBalancing: { ...aws.loadBalancing, targetHealth } });
    const prepared = await world.run(prepareBlue, {}, { between });
    const deployed = await world.run(deployStack, world.builtIn('5'), { between });
    for (const run of [prepared, deployed]) {
      expect(run.error).toBeUndefined();
      expect(run.log.join('\n')).toContain('Blue serves all traffic but has only 0 of 2 healthy targets.');
    }
    await awsConsole.setWeights(50, 50);
    expect((await world.run(prepareBlue, {}, { between })).error).toMatchObject({ code: 'not-enough-healthy' });
  });
});

describe('Deploy Own Template', () => {
  it('warns of risks in an own template before it creates a stack from it', async () => {
    const file = new URL('../fixtures/article/first-deployment.yaml', import.meta.url);
    const run = await world.run(deployOwnTemplate, {
      'EcsCanary.StackName': 'another',
      'EcsCanary.Template': readFileSync(file, 'utf8'),
      'EcsCanary.DryRun': 'True',
    });
    expect(run.error).toBeUndefined();
    expect(run.log.join('\n')).toMatch(
      /add DependsOn: MyListenerRule[\s\S]*with a fixed Name[\s\S]*Creating the stack/,
    );
  });
});

async function lock(): Promise<string | undefined> {
  return (await awsConsole.service()).tags?.find(({ key }) => key === 'EcsCanaryTakenBy')?.value;
}
