import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { type CanaryConsole, eventually } from '../support/canary-console.ts';
import { type CanaryWorld, openCanaryWorld } from '../support/canary-world.ts';
import { openDeployedCanary } from '../support/deployed-canary.ts';

const logs = {
  'EcsCanary.ExecutionRoleArn': 'arn:aws:iam::123456789012:role/execution',
  'EcsCanary.LogGroup': '/ecs/shop',
};
const task = String.raw`arn:aws:ecs:us-east-1:123456789012:task/rehearsal/([0-9a-f]{32})`;
const tail = String.raw`Its log is in log group /ecs/shop, stream canary/web/\1\. To read it, run: aws logs tail /ecs/shop --log-stream-names canary/web/\1 --since 1h --region us-east-1`;
const failedCheck = String.raw`Last failed health check, at \S+Z: \(service \S+\) .*\(reason Health checks failed with these codes: \[\d+\]\)`;

let world: CanaryWorld;
let awsConsole: CanaryConsole;

beforeAll(async () => {
  ({ world, awsConsole } = await openDeployedCanary({ pageSize: 100 }));
});

afterAll(async () => {
  awsConsole.close();
  await world.close();
});

describe('Deploy Stack leads to the cause', () => {
  it.each([
    [
      'of a crash loop',
      'crash-loop',
      `Look at task ${task}: Essential container in task exited; container web exited with code 1\n${tail}$`,
    ],
    [
      'of a failed pull, which has no log',
      'failed-pull',
      String.raw`Look at task ${task}: CannotPullContainerError: .*; container web \(CannotPullContainerError: .*\)\. It never ran, so it has no log\.$`,
    ],
    [
      'of a failing health check, with its answer',
      'failing-health-check',
      `Look at task ${task}: Task failed ELB health checks in .*\n${tail}\n${failedCheck}$`,
    ],
  ])('%s', async (_, behaviour, lines) => {
    const { error, log } = await world.run(deployStack, world.builtIn(`3--${behaviour}`, logs));
    expect(error).toMatchObject({ code: 'tasks-failing', message: expect.stringMatching(new RegExp(lines)) });
    // Before the stack rolls back, which takes a while.
    expect(log.slice(0, log.indexOf('canary (Stack): UPDATE_ROLLBACK_IN_PROGRESS: User Initiated')).join('\n')).toMatch(
      new RegExp(`^Look at task ${task}`, 'm'),
    );
  });

  it('while the stack is being created', async () => {
    const fresh = await openCanaryWorld({ timeScale: 400, taskStartSeconds: 4 });
    try {
      const { error } = await fresh.run(deployStack, fresh.builtIn('1--failing-health-check', logs));
      expect(error).toMatchObject({
        code: 'tasks-failing',
        message: expect.stringMatching(new RegExp(`Look at task ${task}: .*\n${tail}\n${failedCheck}$`)),
      });
    } finally {
      await fresh.close();
    }
  });
});

describe('what cannot be read does not hide the failure', () => {
  it('such as the task definition', async () => {
    world.emulator.faults.add({ kind: 'access-denied', service: 'ecs', operation: 'DescribeTaskDefinition' });
    const { error } = await world.run(deployStack, world.builtIn('3--crash-loop', logs));
    world.emulator.faults.clear();
    expect(error).toMatchObject({
      code: 'tasks-failing',
      message: expect.stringMatching(
        new RegExp(`Look at task ${task}: .*\nThe step could not find out more: ecs:DescribeTaskDefinition failed`),
      ),
    });
  });
});

describe('with colours that become unhealthy later', () => {
  const greenFails = () => failChecks('Green');

  beforeAll(async () => {
    expect((await world.run(prepareBlue)).error).toBeUndefined();
    expect((await world.run(deployStack, world.builtIn('4', logs))).error).toBeUndefined();
    await greenFails();
  });

  it.each([
    ['Shift Traffic', () => world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '50' })],
    ['Promote', () => world.run(promote)],
  ])('%s leads to the cause', async (_, run) => {
    expect((await run()).error).toMatchObject({
      code: 'tasks-failing',
      message: expect.stringMatching(new RegExp(`Look at task ${task}: .*\n${tail}\n${failedCheck}`)),
    });
  });

  it('Rollback leads to the cause that keeps it from moving traffic to blue', async () => {
    await pass('Green');
    await failChecks('Blue');
    await awsConsole.setWeights(0, 100);
    const back = await world.run(rollback, { 'EcsCanary.TimeoutMinutes': '1' });
    expect(back.error?.message).toMatch(new RegExp(`Look at task ${task}: .*\n(.*\n)*${failedCheck}`));
    expect(['timed-out', 'blue-unhealthy']).toContain(back.error?.code);
  });
});

/** Lets the health check of a colour fail, until ECS has stopped enough of its tasks for a crash loop. */
async function failChecks(colour: 'Blue' | 'Green'): Promise<void> {
  await expectCode(colour, '299');
  const { id: startedBy } = await awsConsole.taskSet(colour);
  await eventually(`three tasks of ${colour} have failed`, async () => {
    const { cluster } = world.scene;
    const { taskArns: tasks = [] } = await awsConsole.ecs.listTasks({ cluster, desiredStatus: 'STOPPED' });
    const stopped = tasks.length === 0 ? [] : ((await awsConsole.ecs.describeTasks({ cluster, tasks })).tasks ?? []);
    const failed = stopped.filter((each) => each.startedBy === startedBy && /ELB/.test(each.stoppedReason ?? ''));
    return failed.length >= 3;
  });
}

async function pass(colour: 'Blue' | 'Green'): Promise<void> {
  await expectCode(colour, '200');
  await eventually(`${colour} is healthy`, async () => {
    const TargetGroupArn = (await awsConsole.outputs())[`${colour}TargetGroup`];
    const { TargetHealthDescriptions: all = [] } = await awsConsole.elb.describeTargetHealth({ TargetGroupArn });
    return all.some(({ TargetHealth }) => TargetHealth?.State === 'healthy');
  });
}

async function expectCode(colour: 'Blue' | 'Green', HttpCode: string): Promise<void> {
  const TargetGroupArn = (await awsConsole.outputs())[`${colour}TargetGroup`];
  await awsConsole.elb.modifyTargetGroup({ TargetGroupArn, Matcher: { HttpCode } });
}
