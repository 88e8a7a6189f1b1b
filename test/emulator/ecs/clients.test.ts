import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  CreateTaskSetCommand,
  DeleteTaskSetCommand,
  DescribeTaskSetsCommand,
  DescribeTasksCommand,
  ECSClient,
  paginateListTasks,
  RegisterTaskDefinitionCommand,
  TaskSetNotFoundException,
  UpdateTaskSetCommand,
  waitUntilTasksRunning,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmulator, type Emulator } from '../../../src/emulator/emulator.ts';
import { requireProgram, runAwsCli } from '../../support/cross-check.ts';

const service = { cluster: 'main', service: 'myservice' };
const serviceArn = 'arn:aws:ecs:us-east-1:123456789012:service/main/myservice';

let emulator: Emulator;
let ecs: ECSClient;
let targetGroupArn: string;
let listenerUrl: string;
beforeAll(async () => {
  emulator = await createEmulator({ timeScale: 100 });
  const settings = {
    endpoint: emulator.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  ecs = new ECSClient(settings);
  await setBalancerScene(new ElasticLoadBalancingV2Client(settings));
  await setServiceScene();
});
afterAll(() => emulator?.close());

async function setBalancerScene(elb: ElasticLoadBalancingV2Client): Promise<void> {
  const { LoadBalancers } = await elb.send(
    new CreateLoadBalancerCommand({ Name: 'lb', Subnets: ['subnet-1', 'subnet-2'] }),
  );
  const { TargetGroups } = await elb.send(
    new CreateTargetGroupCommand({
      Name: 'blue',
      Protocol: 'HTTP',
      Port: 4000,
      TargetType: 'ip',
      VpcId: 'vpc-1',
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
      HealthyThresholdCount: 2,
    }),
  );
  targetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? '';
  await elb.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn: targetGroupArn,
      Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '10' }],
    }),
  );
  const { Listeners } = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
    }),
  );
  listenerUrl = emulator.listeners()[Listeners?.[0]?.ListenerArn ?? ''] ?? '';
}

async function setServiceScene(): Promise<void> {
  await ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
  await registerVersion('1.0.0');
  await ecs.send(
    new CreateServiceCommand({
      cluster: 'main',
      serviceName: 'myservice',
      desiredCount: 4,
      deploymentController: { type: 'EXTERNAL' },
      tags: [{ key: 'StableStack', value: 'Blue' }],
    }),
  );
}

async function registerVersion(version: string, image = 'octopussamples/helloworldwithversion'): Promise<string> {
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'mytask',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [
        {
          name: 'mycontainer',
          image,
          portMappings: [{ containerPort: 4000 }],
          environment: [{ name: 'APPVERSION', value: version }],
        },
      ],
    }),
  );
  return taskDefinition?.taskDefinitionArn ?? '';
}

async function createTaskSet(taskDefinition: string): Promise<string> {
  const { taskSet } = await ecs.send(
    new CreateTaskSetCommand({
      ...service,
      taskDefinition,
      externalId: 'OctopusBlueStack',
      launchType: 'FARGATE',
      scale: { value: 100, unit: 'PERCENT' },
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], assignPublicIp: 'ENABLED' } },
      loadBalancers: [{ targetGroupArn, containerName: 'mycontainer', containerPort: 4000 }],
    }),
  );
  return taskSet?.id ?? '';
}

async function stoppedReasons(taskSetId: string): Promise<(string | undefined)[]> {
  const taskArns: string[] = [];
  const filter = { cluster: 'main', serviceName: 'myservice', desiredStatus: 'STOPPED' as const };
  for await (const page of paginateListTasks({ client: ecs }, filter)) taskArns.push(...(page.taskArns ?? []));
  if (taskArns.length === 0) return [];
  const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster: 'main', tasks: taskArns }));
  return (tasks ?? []).filter((task) => task.startedBy === taskSetId).map((task) => task.stoppedReason);
}

/** Polls the task set until it meets the condition; fails after twenty real seconds. */
async function untilTaskSet(id: string, satisfies: (stability: string | undefined) => boolean): Promise<void> {
  const deadline = Date.now() + 40_000;
  for (;;) {
    const { taskSets } = await ecs.send(new DescribeTaskSetsCommand({ ...service, taskSets: [id] }));
    if (satisfies(taskSets?.[0]?.stabilityStatus)) return;
    if (Date.now() > deadline) throw new Error(`The task set is still ${JSON.stringify(taskSets)}`);
    await sleep(20);
  }
}

describe('through the JavaScript SDK', () => {
  it('a task set serves behind a real load balancer, shrinks, and leaves', async () => {
    const id = await createTaskSet('mytask:1');
    await untilTaskSet(id, (stability) => stability === 'STEADY_STATE');
    const taskArns: string[] = [];
    for await (const page of paginateListTasks({ client: ecs }, { cluster: 'main', startedBy: id }))
      taskArns.push(...(page.taskArns ?? []));
    expect(taskArns).toHaveLength(4);
    await waitUntilTasksRunning({ client: ecs, maxWaitTime: 20, minDelay: 1 }, { cluster: 'main', tasks: taskArns });
    const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster: 'main', tasks: taskArns }));
    expect(tasks?.[0]).toMatchObject({ startedBy: id, createdAt: expect.any(Date), startedAt: expect.any(Date) });
    expect(await (await fetch(listenerUrl)).text()).toContain('1.0.0');
    await ecs.send(new UpdateTaskSetCommand({ ...service, taskSet: id, scale: { value: 25, unit: 'PERCENT' } }));
    await untilTaskSet(id, (stability) => stability === 'STEADY_STATE');
    expect(await (await fetch(listenerUrl)).text()).toContain('1.0.0');
    await ecs.send(new DeleteTaskSetCommand({ ...service, taskSet: id }));
    await untilTaskSet(id, (stability) => stability === undefined);
    await expect(ecs.send(new DeleteTaskSetCommand({ ...service, taskSet: id }))).rejects.toBeInstanceOf(
      TaskSetNotFoundException,
    );
  });

  it('tasks that fail the load balancer’s health checks are replaced', async () => {
    const id = await createTaskSet(await registerVersion('2.0.0', 'app:2--failing-health-check'));
    const deadline = Date.now() + 40_000;
    let reasons: (string | undefined)[] = [];
    while (reasons.length === 0 && Date.now() < deadline) {
      await sleep(20);
      reasons = await stoppedReasons(id);
    }
    expect(reasons[0]).toBe(`Task failed ELB health checks in (target-group ${targetGroupArn})`);
    await ecs.send(new DeleteTaskSetCommand({ ...service, taskSet: id, force: true }));
    await untilTaskSet(id, (stability) => stability === undefined);
  });
});

describe.runIf(requireProgram('aws'))('through the aws command', () => {
  const aws = async (...args: string[]) => {
    const result = await runAwsCli(emulator.url, args);
    return { ...result, answer: result.stdout.trim() ? JSON.parse(result.stdout) : undefined };
  };

  it('the tag that names the stable colour is read, set and read again', async () => {
    const read = await aws('ecs', 'list-tags-for-resource', '--resource-arn', serviceArn);
    expect(read.answer).toEqual({ tags: [{ key: 'StableStack', value: 'Blue' }] });
    const set = await aws('ecs', 'tag-resource', '--resource-arn', serviceArn, '--tags', 'key=StableStack,value=Green');
    expect(set).toMatchObject({ status: 0, stdout: '', stderr: '' });
    const again = await aws('ecs', 'list-tags-for-resource', '--resource-arn', serviceArn);
    expect(again.answer).toEqual({ tags: [{ key: 'StableStack', value: 'Green' }] });
  });

  it('a task set is described with everything that the next deployment copies', async () => {
    const id = await createTaskSet('mytask:1');
    await untilTaskSet(id, (stability) => stability === 'STEADY_STATE');
    const described = await aws(
      ...['ecs', 'describe-task-sets', '--cluster', 'main', '--service', serviceArn, '--task-sets', id],
    );
    expect(described.answer).toMatchObject({
      taskSets: [
        {
          id,
          taskSetArn: `arn:aws:ecs:us-east-1:123456789012:task-set/main/myservice/${id}`,
          externalId: 'OctopusBlueStack',
          status: 'ACTIVE',
          taskDefinition: 'arn:aws:ecs:us-east-1:123456789012:task-definition/mytask:1',
          computedDesiredCount: 4,
          pendingCount: 0,
          runningCount: 4,
          launchType: 'FARGATE',
          platformVersion: expect.any(String),
          networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], assignPublicIp: 'ENABLED' } },
          loadBalancers: [{ targetGroupArn, containerName: 'mycontainer', containerPort: 4000 }],
          scale: { value: 100, unit: 'PERCENT' },
          stabilityStatus: 'STEADY_STATE',
          tags: [],
        },
      ],
      failures: [],
    });
  });

  it('describing no task set fails as on AWS', async () => {
    const { status, stderr } = await aws('ecs', 'describe-task-sets', '--cluster', 'main', '--service', 'myservice');
    expect(status).not.toBe(0);
    expect(stderr).toContain('(InvalidParameterException)');
    expect(stderr).toContain('TaskSets cannot be empty.');
  });
});
