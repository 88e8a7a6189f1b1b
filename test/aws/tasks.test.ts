import { describe, expect, it } from 'vitest';
import type { Task } from '../../src/aws/aws.ts';
import { recordingAws, result } from '../support/recording-aws.ts';

/** How the adapter reads a stopped task. */
async function taskOf(answer: object): Promise<Task | undefined> {
  const { aws } = await recordingAws(({ operation }) =>
    JSON.stringify(
      operation === 'ListTasks'
        ? { taskArns: ['t-1'] }
        : { tasks: [{ taskArn: 't-1', startedBy: 'ecs-svc/1', ...answer }] },
    ),
  );
  return (await aws.ecs.listTasks('main', 'shop', 'ecs-svc/1', 'STOPPED'))[0];
}

const exited = (name: string, exitCode: number, more = {}) => ({ name, exitCode, ...more });
const ofScheduler = { stopCode: 'ServiceSchedulerInitiated', stoppedReason: 'Task failed ELB health checks' };
const crashed = { stopCode: 'EssentialContainerExited', stoppedReason: 'Essential container in task exited' };

describe('the container that failed', () => {
  it.each([
    ['the one that exited by itself', crashed, [exited('proxy', 137), exited('log', 143), exited('web', 1)], 'web'],
    [
      'the one with a reason, such as no memory',
      crashed,
      [exited('log', 1), exited('web', 137, { reason: 'OOM' })],
      'web',
    ],
    ['unknown if all ended well, or were killed', crashed, [exited('proxy', 0), exited('web', 137)], ''],
    ['unknown if ECS stopped the task', ofScheduler, [exited('web', 1)], ''],
    [
      'the one that failed its own health check',
      ofScheduler,
      [exited('proxy', 1), exited('web', 0, { healthStatus: 'UNHEALTHY' })],
      'web',
    ],
    ['unknown while all is well', {}, [{ name: 'web', healthStatus: 'HEALTHY' }], ''],
  ])('is %s', async (_, stop, containers, expected) => {
    expect((await taskOf({ ...stop, containers }))?.failedContainer).toBe(expected);
  });
});

describe('what its containers show', () => {
  it('is told with exit codes, reasons and failed health checks', async () => {
    const containers = [exited('web', 0, { healthStatus: 'UNHEALTHY' }), exited('log', 1, { reason: 'no disk' })];
    expect((await taskOf({ ...ofScheduler, containers }))?.stopped).toBe(
      'Task failed ELB health checks; container web failed its health check (UNHEALTHY) exited with code 0; container log exited with code 1 (no disk)',
    );
    expect((await taskOf({ containers: [{ name: 'web', healthStatus: 'UNHEALTHY' }] }))?.stopped).toBe(
      'container web failed its health check (UNHEALTHY)',
    );
    expect((await taskOf({ containers: [{ name: 'web', healthStatus: 'HEALTHY' }] }))?.stopped).toBe('');
  });

  it.each([
    ['a task that started', { startedAt: 1 }, true],
    ['a task one of whose containers exited', { containers: [exited('web', 0)] }, true],
    [
      'a task whose image could not be pulled',
      { containers: [{ name: 'web', reason: 'CannotPullContainerError' }] },
      false,
    ],
  ])('%s may have a log: %s', async (_, answer, ran) => {
    expect((await taskOf(answer))?.ran).toBe(ran);
  });
});

it('the log of each container is read from the task definition', async () => {
  const options = { 'awslogs-group': '/ecs/shop', 'awslogs-stream-prefix': 'shop', 'awslogs-region': 'eu-west-1' };
  const containerDefinitions = [
    { name: 'web', logConfiguration: { logDriver: 'awslogs', options } },
    { name: 'router', logConfiguration: { logDriver: 'awsfirelens' } },
    { name: 'silent' },
  ];
  const { aws, asked } = await recordingAws(() => JSON.stringify({ taskDefinition: { containerDefinitions } }));
  const none = { group: '', streamPrefix: '', region: '' };
  expect(await aws.ecs.containerLogs('arn:shop:2')).toEqual({
    web: { driver: 'awslogs', group: '/ecs/shop', streamPrefix: 'shop', region: 'eu-west-1' },
    router: { driver: 'awsfirelens', ...none },
    silent: { driver: '', ...none },
  });
  expect(asked).toEqual([{ operation: 'DescribeTaskDefinition', input: { taskDefinition: 'arn:shop:2' } }]);
});

it('a target is told with what its health check got', async () => {
  const health =
    '<State>unhealthy</State><Reason>Target.ResponseCodeMismatch</Reason><Description>Health checks failed with these codes: [503]</Description>';
  const member = `<member><Target><Id>10.0.0.1</Id><Port>80</Port></Target><TargetHealth>${health}</TargetHealth></member>`;
  const { aws } = await recordingAws(() =>
    result('DescribeTargetHealth', `<TargetHealthDescriptions>${member}</TargetHealthDescriptions>`),
  );
  expect(await aws.loadBalancing.targetHealth('arn:green')).toEqual([
    {
      ...{ id: '10.0.0.1', port: 80, state: 'unhealthy', reason: 'Target.ResponseCodeMismatch' },
      description: 'Health checks failed with these codes: [503]',
    },
  ]);
});
