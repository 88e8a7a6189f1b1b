import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { addTestRule } from '../../src/steps/add-test-rule/add-test-rule.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { writesOf } from '../support/call-log.ts';
import type { CanaryConsole } from '../support/canary-console.ts';
import type { CanaryWorld } from '../support/canary-world.ts';
import { openDeployedCanary } from '../support/deployed-canary.ts';
import { facing } from '../support/foreign-aws.ts';

const half = { 'EcsCanary.GreenPercent': '50' };
const person = { deployment: 'RunbookRuns-1' };

let world: CanaryWorld;
let awsConsole: CanaryConsole;

beforeAll(async () => {
  ({ world, awsConsole } = await openDeployedCanary());
});
beforeEach(async () => {
  world.emulator.faults.clear();
  expect((await world.run(rollback, {}, person)).error).toBeUndefined();
});
afterAll(async () => {
  awsConsole.close();
  await world.close();
});

describe('two operators at once', () => {
  it('a shift that overtakes a rollback fails, so that its deployment rolls back too', async () => {
    await prepared();
    const between = around(async (modify) => {
      expect((await world.run(rollback, {}, person)).error).toBeUndefined();
      await modify();
    });
    expect((await world.run(shiftTraffic, half, { between })).error).toMatchObject({ code: 'canary-lost' });
    expect((await world.run(rollback, {}, { deploymentFailed: true })).error).toBeUndefined();
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
  });

  it('a rollback that a shift overtakes moves the traffic again', async () => {
    await prepared();
    await awsConsole.setWeights(90, 10);
    const between = (aws: Aws): Aws => ({
      ...aws,
      ecs: {
        ...aws.ecs,
        releaseLock: async (arn) => {
          await aws.ecs.releaseLock(arn);
          await awsConsole.setWeights(50, 50);
        },
      },
    });
    expect((await world.run(rollback, {}, { ...person, between })).error).toBeUndefined();
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
  });

  it('a deployment that is rolled back while its stack is updated ends there', async () => {
    expect((await world.run(prepareBlue)).error).toBeUndefined();
    const between = (aws: Aws): Aws => ({
      ...aws,
      cloudFormation: {
        ...aws.cloudFormation,
        updateStack: async (...asked) => {
          expect((await world.run(rollback, {}, person)).error).toBeUndefined();
          return aws.cloudFormation.updateStack(...asked);
        },
      },
    });
    expect((await world.run(deployStack, world.builtIn('2b'), { between })).error).toMatchObject({
      code: 'canary-lost',
    });
  });

  it('a StableStack tag that disappears with the update is written again', async () => {
    const between = (aws: Aws): Aws => ({
      ...aws,
      cloudFormation: {
        ...aws.cloudFormation,
        updateStack: async (...asked) => {
          await awsConsole.tag(undefined);
          return aws.cloudFormation.updateStack(...asked);
        },
      },
    });
    const run = await world.run(deployStack, world.builtIn('2c'), { between });
    expect(run.outputs).toMatchObject({ StableStack: 'Blue' });
    expect(await awsConsole.readTag()).toBe('Blue');
  });

  it('a promotion that a rollback overtakes fails', async () => {
    await prepared();
    const between = (aws: Aws): Aws => ({
      ...aws,
      ecs: {
        ...aws.ecs,
        tagStable: async (...asked) => {
          await awsConsole.setWeights(100, 0);
          await aws.ecs.tagStable(...asked);
        },
      },
    });
    expect((await world.run(promote, {}, { between })).error).toMatchObject({ code: 'tag-disagrees' });
  });
});

describe('an answer that misses the canary', () => {
  it('a rollback whose test rule another one removes continues', async () => {
    await prepared();
    expect((await world.run(addTestRule)).error).toBeUndefined();
    const between = ({ loadBalancing, ...aws }: Aws): Aws => ({
      ...aws,
      loadBalancing: {
        ...loadBalancing,
        readTags: async (arns) => {
          await Promise.all(arns.map(loadBalancing.deleteRule));
          return loadBalancing.readTags(arns);
        },
      },
    });
    const run = await world.run(rollback, {}, { ...person, between });
    expect(run.error).toBeUndefined();
    expect(run.calls).toContain('DescribeTags');
  });

  it('a rollback does not wait for an ECS behind a proxy that answers for it', async () => {
    await prepared();
    await awsConsole.setWeights(50, 50);
    const { ecs } = await facing((_, response) => response.writeHead(403).end('<html><br></html>'));
    const between = (aws: Aws): Aws => ({ ...aws, ecs });
    let now = 0;
    const sleep = async (milliseconds: number) => {
      now += milliseconds;
    };
    const options = { deploymentFailed: true, between, clock: { now: () => now, sleep } };
    const run = await world.run(rollback, { 'EcsCanary.TimeoutMinutes': '1' }, options);
    expect(run.error).toMatchObject({ code: 'timed-out' });
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
  });
});

describe('an answer from before the last write', () => {
  it('does not let Rollback believe that there is nothing to move', async () => {
    await awsConsole.setWeights(90, 10);
    stale('DescribeRules');
    expect((await world.run(rollback, {}, person)).error).toBeUndefined();
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
  });

  it('does not let Shift Traffic believe that the share is there', async () => {
    await awsConsole.setWeights(50, 50);
    await awsConsole.setWeights(90, 10);
    stale('DescribeRules');
    expect((await world.run(shiftTraffic, half)).error).toBeUndefined();
    expect(await awsConsole.weights()).toEqual({ blue: 50, green: 50 });
  });

  it('does not let Deploy Stack replace a green that users reach', async () => {
    await awsConsole.setWeights(90, 10);
    stale('DescribeRules');
    const run = await world.run(deployStack, world.builtIn('3'));
    expect(run.error).toMatchObject({ code: 'green-has-traffic' });
    expect(writesOf(run)).toEqual([]);
  });

  it('does not let Deploy Stack mistake a rolled-back update for a successful one', async () => {
    const { describeStack } = world.aws.cloudFormation;
    const between = (aws: Aws): Aws => ({
      ...aws,
      cloudFormation: {
        ...aws.cloudFormation,
        describeStack: async (name) => {
          const stack = await describeStack(name);
          return stack && { ...stack, status: stack.status.replace('UPDATE_ROLLBACK_COMPLETE', 'UPDATE_COMPLETE') };
        },
      },
    });
    const failed = { 'EcsCanary.Image': 'octopussamples/helloworldwithversion:4--failed-pull' };
    const run = await world.run(deployStack, { ...world.builtIn('4'), ...failed }, { between });
    expect(run.error).toMatchObject({ code: 'tasks-failing' });
  });

  it('does not make Prepare Blue fail after an update that succeeded', async () => {
    await prepared();
    expect((await world.run(promote)).error).toBeUndefined();
    const { id: old } = await awsConsole.taskSet('Blue');
    const before = await world.aws.cloudFormation.listResources('canary');
    const service = await world.aws.ecs.describeService(
      world.scene.cluster,
      (await awsConsole.service()).serviceArn ?? '',
    );
    let lies = 0;
    const between = (aws: Aws): Aws => ({
      ...aws,
      cloudFormation: {
        ...aws.cloudFormation,
        listResources: async (name) => {
          if (await settledSince(String(old))) lies += 1;
          return lies === 1 ? before : aws.cloudFormation.listResources(name);
        },
      },
      ecs: {
        ...aws.ecs,
        describeService: async (...asked) => {
          const now = await aws.ecs.describeService(...asked);
          return now && service && lies === 1 ? { ...now, taskSets: service.taskSets } : now;
        },
      },
    });
    const run = await world.run(prepareBlue, {}, { between });
    expect(run.error).toBeUndefined();
    expect(run.log.join('\n')).toContain('waiting for ECS to show');
    expect((await awsConsole.taskSet('Blue')).taskDefinition).toBe((await awsConsole.taskSet('Green')).taskDefinition);
  });
});

function stale(operation: string): void {
  world.emulator.faults.add({ kind: 'stale-read', operation, occurrence: 1 });
}

async function prepared(): Promise<void> {
  expect((await world.run(prepareBlue)).error).toBeUndefined();
  expect((await world.run(deployStack, world.builtIn('2'))).error).toBeUndefined();
}

/** Something that happens while the step's own write of the weights is pending. */
function around(then: (modify: () => Promise<unknown>) => Promise<unknown>): (aws: Aws) => Aws {
  return (aws) => ({
    ...aws,
    loadBalancing: {
      ...aws.loadBalancing,
      modifyActions: async (...asked) => {
        await then(() => aws.loadBalancing.modifyActions(...asked));
        return undefined;
      },
    },
  });
}

async function settledSince(oldBlue: string): Promise<boolean> {
  return (
    (await awsConsole.outputs())['BlueTaskSet'] !== oldBlue && (await awsConsole.stackStatus()) === 'UPDATE_COMPLETE'
  );
}
