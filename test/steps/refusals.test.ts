import type { TargetDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Aws, Task } from '../../src/aws/aws.ts';
import { addTestRule } from '../../src/steps/add-test-rule/add-test-rule.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { writesOf } from '../support/call-log.ts';
import { type CanaryConsole, eventually } from '../support/canary-console.ts';
import { type CanaryWorld, openCanaryWorld, type StepRun } from '../support/canary-world.ts';
import { openDeployedCanary } from '../support/deployed-canary.ts';

const image = (version: string) => ({ 'EcsCanary.Image': `octopussamples/helloworldwithversion:${version}` });
const share = (percent: string) => ({ 'EcsCanary.GreenPercent': percent });

let world: CanaryWorld;
let awsConsole: CanaryConsole;

beforeAll(async () => {
  ({ world, awsConsole } = await openDeployedCanary());
});

afterAll(async () => {
  awsConsole.close();
  await world.close();
});

beforeEach(async () => {
  await awsConsole.tag('Blue');
  await awsConsole.setWeights(100, 0);
});

function expectRefusal(run: StepRun, code: string, ...told: readonly string[]): void {
  expect(run.error?.code).toBe(code);
  for (const part of told) expect(`${run.error?.message}\n${run.error?.hint}`).toContain(part);
  expect(writesOf(run)).toEqual([]);
}

describe('a canary in the wrong state is refused before anything is written', () => {
  it('Deploy Stack while green has traffic', async () => {
    await awsConsole.setWeights(90, 10);
    const run = await world.run(deployStack, world.builtIn('3'));
    expectRefusal(run, 'green-has-traffic', 'Blue 90 % / Green 10 %', 'Prepare Blue');
  });

  it.each([
    ['Deploy Stack', () => world.run(deployStack, world.builtIn('3'))],
    ['Add Test Rule', () => world.run(addTestRule)],
    ['Shift Traffic', () => world.run(shiftTraffic, share('10'))],
  ])('%s when the tag says Green', async (_name, run) => {
    await awsConsole.tag('Green');
    expectRefusal(await run(), 'not-prepared', 'Prepare Blue');
  });

  it.each([
    ['Prepare Blue', () => world.run(prepareBlue)],
    ['Deploy Stack', () => world.run(deployStack, world.builtIn('3'))],
    ['Shift Traffic', () => world.run(shiftTraffic, share('10'))],
    ['Promote', () => world.run(promote)],
  ])('%s when the tag is missing or says neither colour', async (_name, run) => {
    await awsConsole.tag(undefined);
    expectRefusal(await run(), 'tag-unclear', 'is missing', 'aws ecs tag-resource');
    await awsConsole.tag('Purple');
    expectRefusal(await run(), 'tag-unclear', '"Purple"');
  });

  it('Prepare Blue and Promote when the tag says Green and the traffic something else', async () => {
    await awsConsole.setWeights(50, 50);
    await awsConsole.tag('Green');
    expectRefusal(await world.run(promote), 'tag-disagrees', 'Blue 50 % / Green 50 %');
    await world.run(rollback);
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
  });
});

describe('foreign resources stop green from being raised', () => {
  it('a foreign target group with weight, which does not stop Rollback', async () => {
    const { BlueTargetGroup, GreenTargetGroup } = await awsConsole.outputs();
    const { TargetGroups } = await awsConsole.elb.createTargetGroup({
      Name: 'foreign',
      Protocol: 'HTTP',
      Port: 80,
      TargetType: 'ip',
      VpcId: world.scene.vpcId,
    });
    const foreign = TargetGroups?.[0]?.TargetGroupArn ?? '';
    const weights = [[BlueTargetGroup, 80] as const, [GreenTargetGroup, 10] as const, [foreign, 10] as const];
    const groups = weights.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight }));
    await awsConsole.setActions([{ Type: 'forward', Order: 1, ForwardConfig: { TargetGroups: groups } }]);
    expectRefusal(await world.run(shiftTraffic, share('20')), 'foreign-target-group', foreign);
    expectRefusal(await world.run(promote), 'foreign-target-group', foreign);
    expectRefusal(await world.run(prepareBlue), 'foreign-target-group', foreign);
    expectRefusal(await world.run(deployStack, world.builtIn('3')), 'foreign-target-group', foreign);
    expect((await world.run(rollback)).error).toBeUndefined();
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
  });

  it('a stray task set that serves beside it', async () => {
    const stray = await createStray();
    for (const run of [
      await world.run(shiftTraffic, share('10')),
      await world.run(promote),
      await world.run(deployStack, world.builtIn('3')),
    ])
      expectRefusal(run, 'stray-task-set', stray, 'aws ecs delete-task-set');
    await awsConsole.setWeights(50, 50);
    expect((await world.run(shiftTraffic, share('10'))).error).toBeUndefined();
    await removeStray(stray);
  });

  it('a stack that is being changed, which does not stop going down', async () => {
    await awsConsole.setWeights(50, 50);
    // A very slow version keeps the stack in UPDATE_IN_PROGRESS until it is cancelled.
    await startSlowUpdate();
    expectRefusal(await world.run(shiftTraffic, share('60')), 'stack-busy', 'UPDATE_IN_PROGRESS');
    expectRefusal(await world.run(promote), 'stack-busy', 'UPDATE_IN_PROGRESS');
    expect((await world.run(shiftTraffic, share('10'))).error).toBeUndefined();
    const back = await world.run(rollback);
    expect(back.error).toBeUndefined();
    expect(back.log.join('\n')).toContain('UPDATE_IN_PROGRESS');
    await awsConsole.cloudFormation.cancelUpdateStack({ StackName: 'canary' });
    expect(await awsConsole.settle()).toBe('UPDATE_ROLLBACK_COMPLETE');
  });
});

describe('green must be able to serve its share', () => {
  it('Shift Traffic and Promote refuse a green without healthy targets', async () => {
    const targets = await deregisterGreen();
    try {
      await awsConsole.setWeights(80, 20);
      expectRefusal(await world.run(shiftTraffic, share('50')), 'not-enough-healthy', '0 of 1 healthy');
      expectRefusal(await world.run(shiftTraffic, share('20')), 'not-enough-healthy', '0 of 1 healthy');
      expectRefusal(await world.run(promote), 'not-enough-healthy', '0 of 2 healthy');
      // A lower share is written at once, but green cannot serve it, so the step fails.
      const down = await world.run(shiftTraffic, share('10'));
      expect(writesOf(down)).toEqual(['ModifyRule']);
      expect(down.error?.code).toBe('not-enough-healthy');
      expect(await awsConsole.weights()).toEqual({ blue: 90, green: 10 });
      expect((await world.run(shiftTraffic, share('0'))).outputs).toMatchObject({ GreenPercent: '0' });
    } finally {
      await registerGreen(targets);
    }
  });

  it.each([
    ['crash-loop', /exited with code 1/],
    ['failed-pull', /CannotPullContainerError/],
    ['failing-health-check', /failed ELB health checks/i],
  ])(
    'a version with %s ends Deploy Stack with its reasons, the update cancelled and blue serving',
    async (behaviour, reason) => {
      const before = await awsConsole.taskSet('Green');
      const run = await world.run(deployStack, {
        ...world.builtIn(`bad-${behaviour}`),
        ...image(`9--${behaviour}`),
      });
      expect(run.error?.code).toBe('tasks-failing');
      expect(run.error?.message).toMatch(reason);
      expect(writesOf(run)).toEqual(['UpdateStack', 'CancelUpdateStack']);
      expect(await awsConsole.settle()).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect((await awsConsole.taskSet('Green')).taskDefinition).toBe(before.taskDefinition);
      expect(await awsConsole.ask()).toEqual({ status: 200, version: '1' });
      expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
    },
  );
});

it('a version that looks healthy between two crashes ends Deploy Stack with their reasons', async () => {
  // The step reads the running tasks only after the update, when three have crashed.
  let updated = false;
  const listTasks: Aws['ecs']['listTasks'] = async (cluster, service, taskSet, status) => {
    updated ||= status === 'RUNNING';
    const tasks = await world.aws.ecs.listTasks(cluster, service, taskSet, status);
    return updated && status === 'STOPPED' ? [crashed, crashed, crashed] : tasks;
  };
  const crashed: Task = {
    arn: 'arn:aws:ecs:us-east-1:123456789012:task/canary/1',
    lastStatus: 'STOPPED',
    startedBy: 'ecs-svc/1',
    ip: '',
    stopCode: 'EssentialContainerExited',
    stopped: 'Essential container in task exited; container web exited with code 137',
    failedContainer: '',
    ran: true,
  };
  const between = (aws: Aws): Aws => ({ ...aws, ecs: { ...aws.ecs, listTasks } });
  const run = await world.run(deployStack, world.builtIn('flaps'), { between });
  expect(run.error?.code).toBe('tasks-failing');
  expect(run.error?.message).toContain(
    '3 tasks: Essential container in task exited; container web exited with code 137',
  );
  expect(run.error?.hint).toContain('Blue still serves; no traffic was shifted.');
  expect(writesOf(run)).toEqual(['UpdateStack']);
  expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
});

describe('a first version that does not stay up', () => {
  it('ends Deploy Stack with its reasons while the stack is still being created', async () => {
    const fresh = await openCanaryWorld({ timeScale: 400, taskStartSeconds: 4 });
    try {
      const run = await fresh.run(deployStack, { ...fresh.builtIn('1'), ...image('1--failed-pull') });
      expect(run.error).toMatchObject({ code: 'tasks-failing', hint: expect.stringContaining('CREATE_IN_PROGRESS') });
      expect(run.error?.message).toContain('CannotPullContainerError');
      expect(writesOf(run)).toEqual(['CreateStack']);
    } finally {
      await fresh.close();
    }
  });
});

describe('a service with another deployment controller', () => {
  it('is refused by every step', async () => {
    const between = (aws: Aws): Aws => ({ ...aws, ecs: { ...aws.ecs, describeService } });
    const describeService: Aws['ecs']['describeService'] = async (...asked) => {
      const service = await world.aws.ecs.describeService(...asked);
      return service && { ...service, deploymentController: 'CODE_DEPLOY' };
    };
    expectRefusal(await world.run(prepareBlue, {}, { between }), 'not-external', 'CODE_DEPLOY');
    expectRefusal(await world.run(deployStack, world.builtIn('3'), { between }), 'not-external', 'CODE_DEPLOY');
    expectRefusal(await world.run(addTestRule, {}, { between }), 'not-external', 'CODE_DEPLOY');
    expectRefusal(await world.run(shiftTraffic, share('10'), { between }), 'not-external', 'CODE_DEPLOY');
    expectRefusal(await world.run(promote, {}, { between }), 'not-external', 'CODE_DEPLOY');
  });
});

describe('a dry run writes nothing and names the first change', () => {
  const dry = { 'EcsCanary.DryRun': 'True' };
  const firstChange: readonly [string, () => Promise<void>, () => Promise<StepRun>, RegExp][] = [
    [
      'Prepare Blue',
      () => green(),
      () => world.run(prepareBlue, dry),
      /updating the blue task set|Moving traffic|taken/i,
    ],
    [
      'Deploy Stack',
      async () => {},
      () => world.run(deployStack, { ...world.builtIn('3'), ...dry }),
      /Updating the stack/,
    ],
    ['Add Test Rule', async () => {}, () => world.run(addTestRule, dry), /Creating a test rule/],
    [
      'Shift Traffic',
      async () => {},
      () => world.run(shiftTraffic, { ...share('10'), ...dry }),
      /proving the way back/,
    ],
    ['Promote', async () => {}, () => world.run(promote, dry), /Moving traffic/],
    ['Rollback', () => awsConsole.setWeights(50, 50), () => world.run(rollback, dry), /Rolling back: moving traffic/],
  ];
  const green = async (): Promise<void> => {
    await awsConsole.setWeights(0, 100);
    await awsConsole.tag('Green');
  };

  it.each(firstChange)('%s', async (_name, arrange, dryRun, told) => {
    await arrange();
    const before = [JSON.stringify(await awsConsole.rules()), await awsConsole.readTag()];
    const run = await dryRun();
    expect(run.error).toBeUndefined();
    expect(run.outputs).toEqual({});
    expect(run.calls.filter((operation) => !/^(Describe|List|Get)/.test(operation))).toEqual([]);
    expect(run.log.join('\n')).toMatch(/Dry run, next change: /);
    expect(run.log.join('\n')).toMatch(told);
    expect([JSON.stringify(await awsConsole.rules()), await awsConsole.readTag()]).toEqual(before);
  });
});

async function createStray(): Promise<string> {
  const service = await awsConsole.service();
  const { taskDefinition, loadBalancers, networkConfiguration } = await awsConsole.taskSet('Green');
  const { taskSet } = await awsConsole.ecs.createTaskSet({
    ...{ taskDefinition, loadBalancers, networkConfiguration },
    cluster: service.clusterArn,
    service: service.serviceArn,
    launchType: 'FARGATE',
    scale: { unit: 'PERCENT', value: 50 },
  });
  return taskSet?.id ?? '';
}

async function removeStray(id: string): Promise<void> {
  const service = await awsConsole.service();
  const place = { cluster: service.clusterArn, service: service.serviceArn };
  await awsConsole.ecs.deleteTaskSet({ ...place, taskSet: id, force: true });
  await eventually('the stray is gone', async () => {
    return !(await awsConsole.service()).taskSets?.some((taskSet) => taskSet.id === id);
  });
}

/** Deregisters green's targets, as a person might. @returns the targets to register again */
async function deregisterGreen(): Promise<TargetDescription[]> {
  const { GreenTargetGroup: TargetGroupArn } = await awsConsole.outputs();
  const { TargetHealthDescriptions } = await awsConsole.elb.describeTargetHealth({ TargetGroupArn });
  const Targets = (TargetHealthDescriptions ?? []).flatMap(({ Target }) => (Target ? [Target] : []));
  await awsConsole.elb.deregisterTargets({ TargetGroupArn, Targets });
  return Targets;
}

async function registerGreen(Targets: TargetDescription[]): Promise<void> {
  const { GreenTargetGroup: TargetGroupArn } = await awsConsole.outputs();
  await awsConsole.elb.registerTargets({ TargetGroupArn, Targets });
  await eventually(
    'green is steady',
    async () => (await awsConsole.taskSet('Green')).stabilityStatus === 'STEADY_STATE',
  );
}

async function startSlowUpdate(): Promise<void> {
  const { TemplateBody } = await awsConsole.cloudFormation.getTemplate({
    StackName: 'canary',
    TemplateStage: 'Original',
  });
  await awsConsole.cloudFormation.updateStack({
    StackName: 'canary',
    TemplateBody,
    Parameters: [
      { ParameterKey: 'Image', ParameterValue: 'octopussamples/helloworldwithversion:slow--slow-start_100000' },
      { ParameterKey: 'DesiredCount', UsePreviousValue: true },
      { ParameterKey: 'GreenScalePercent', UsePreviousValue: true },
    ],
  });
  await eventually('the update is under way', async () => (await awsConsole.stackStatus()) === 'UPDATE_IN_PROGRESS');
}
