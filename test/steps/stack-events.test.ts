import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { runUntilKilled } from '../../src/reliability/step-runs/in-process-kill.ts';
import { deployOwnTemplate } from '../../src/steps/deploy-stack/deploy-own-template.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import type { CanaryConsole } from '../support/canary-console.ts';
import type { CanaryWorld, StepRun } from '../support/canary-world.ts';
import { openDeployedCanary } from '../support/deployed-canary.ts';

let world: CanaryWorld;
let awsConsole: CanaryConsole;

beforeAll(async () => {
  ({ world, awsConsole } = await openDeployedCanary({ pageSize: 100 }));
});

afterAll(async () => {
  awsConsole.close();
  await world.close();
});

describe('every event of a stack operation reaches the log once, up to the one that closes it', () => {
  it('where Deploy Stack updates the stack, the cleanup included', async () => {
    const run = await world.run(deployStack, world.builtIn('3'));
    expect(run.error).toBeUndefined();
    await expectEveryEvent(run, 'canary (Stack): UPDATE_COMPLETE');
    expect(run.log).toContain('canary (Stack): UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    expect(run.log).toContain('GreenTaskSet (TaskSet): DELETE_COMPLETE');
  });

  it('where Deploy Own Template updates the stack', async () => {
    const { TemplateBody = '' } = await awsConsole.cloudFormation.getTemplate({ StackName: 'canary' });
    const run = await world.run(deployOwnTemplate, {
      'EcsCanary.Template': TemplateBody,
      'EcsCanary.TemplateParameters': 'Image=registry/shop:4\nDesiredCount=2\nGreenScalePercent=100',
    });
    expect(run.error).toBeUndefined();
    await expectEveryEvent(run, 'canary (Stack): UPDATE_COMPLETE');
  });

  it('where the update fails and is rolled back', async () => {
    const run = await world.run(deployStack, world.builtIn('4--failed-pull'));
    expect(run.error?.code).toBe('tasks-failing');
    await expectEveryEvent(run, 'canary (Stack): UPDATE_ROLLBACK_COMPLETE');
  });

  it.each<[string, string, (version: string) => Promise<StepRun>]>([
    ['Deploy Stack', '5', (version) => world.run(deployStack, world.builtIn(version), { between: midwayOnce })],
    ['Prepare Blue', '6', () => world.run(prepareBlue, {}, { between: midwayOnce })],
  ])('where %s finds an update in progress that a killed run began', async (_, version, run) => {
    await dies(version);
    expect(await awsConsole.settle()).toBe('UPDATE_COMPLETE');
    const next = await run(version);
    expect(next.error).toBeUndefined();
    await expectEveryEvent(next, 'canary (Stack): UPDATE_COMPLETE');
  });

  it('where Prepare Blue finds such an update, and it fails', async () => {
    await dies('7--failed-pull');
    await awsConsole.cloudFormation.cancelUpdateStack({ StackName: 'canary' });
    expect(await awsConsole.settle()).toBe('UPDATE_ROLLBACK_COMPLETE');
    const prepared = await world.run(prepareBlue, {}, { between: midwayOnce });
    expect(prepared.error).toBeUndefined();
    await expectEveryEvent(prepared, 'canary (Stack): UPDATE_ROLLBACK_COMPLETE');
  });

  it('where Prepare Blue copies the promoted version to blue', async () => {
    expect((await world.run(deployStack, world.builtIn('8'))).error).toBeUndefined();
    expect((await world.run(promote)).error).toBeUndefined();
    const prepared = await world.run(prepareBlue);
    expect(prepared.error).toBeUndefined();
    await expectEveryEvent(prepared, 'canary (Stack): UPDATE_COMPLETE');
  });
});

/** Ends Deploy Stack as soon as AWS has accepted its update. */
async function dies(version: string): Promise<void> {
  const killed = await runUntilKilled(
    (between) => world.run(deployStack, world.builtIn(version), { between }),
    ({ method }) => (method === 'updateStack' ? 'after' : undefined),
  );
  expect(killed).toEqual({ kind: 'killed' });
}

/** However long ago an update ended, the first look sees it in the middle. */
function midwayOnce(aws: Aws): Aws {
  let looks = 0;
  const describeStack: Aws['cloudFormation']['describeStack'] = async (name) => {
    const stack = await aws.cloudFormation.describeStack(name);
    looks += 1;
    return stack && looks === 1 ? { ...stack, status: 'UPDATE_IN_PROGRESS' } : stack;
  };
  const listEvents: Aws['cloudFormation']['listEvents'] = async (...asked) => {
    const events = await aws.cloudFormation.listEvents(...asked);
    return looks === 1 ? events.slice(0, 3) : events;
  };
  return { ...aws, cloudFormation: { ...aws.cloudFormation, describeStack, listEvents } };
}

async function expectEveryEvent({ log }: StepRun, last: string, { lastEvents } = awsConsole): Promise<void> {
  const events = (await lastEvents()).map(
    ({ LogicalResourceId, ResourceType = '', ResourceStatus, ResourceStatusReason }) =>
      `${LogicalResourceId} (${ResourceType.split('::').at(-1)}): ${ResourceStatus}${ResourceStatusReason ? `: ${ResourceStatusReason}` : ''}`,
  );
  expect(log.filter((line) => /^\w+ \(\w+\): [A-Z_]+/.test(line))).toEqual(events);
  expect(events.at(-1)).toBe(last);
}
