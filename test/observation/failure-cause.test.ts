import { describe, expect, it } from 'vitest';
import type { Task } from '../../src/aws/aws.ts';
import { OperatorError } from '../../src/canary/operator-error.ts';
import type { FailedCheck, TaskSet } from '../../src/canary/service.ts';
import type { ContainerLog } from '../../src/canary/task-version.ts';
import type { CanaryReader } from '../../src/observation/canary-reader.ts';
import { findCause } from '../../src/observation/failure-cause.ts';
import { groups, sampleTraffic } from '../canary/sample-traffic.ts';

const { service, green } = sampleTraffic();
const since = new Date('2026-03-01T10:00:00Z');
const taskSet: TaskSet = { ...green.taskSet, createdAt: since };
const at = (seconds: number) => new Date(since.getTime() + seconds * 1000);

function taskOf(id: string, more: Partial<Task> = {}): Task {
  return {
    ...{ arn: `arn:aws:ecs:eu-west-1:1:task/main/${id}`, lastStatus: 'STOPPED', startedBy: 'green', ip: '', ran: true },
    ...{ stopCode: 'EssentialContainerExited', stopped: `${id} exited`, failedContainer: '', stoppedAt: at(1) },
    ...more,
  };
}

interface World {
  readonly stopped?: readonly Task[];
  readonly running?: readonly Task[];
  readonly logs?: Readonly<Record<string, ContainerLog>> | OperatorError;
  readonly failedChecks?: readonly FailedCheck[];
  readonly unhealthy?: readonly string[];
}

const awslogs: ContainerLog = { driver: 'awslogs', group: '/ecs/shop', streamPrefix: 'shop', region: 'eu-central-1' };

async function causeIn(world: World, of = taskSet): Promise<readonly string[]> {
  const { stopped = [], running = [], logs = { web: awslogs }, failedChecks = [], unhealthy = [] } = world;
  const reader = {
    service: async () => ({ ...service, failedChecks }),
    targets: async (colour: string) =>
      colour === 'Blue'
        ? []
        : [
            ...unhealthy.map((id) => ({ id, port: 80, state: 'unhealthy' })),
            { id: '10.0.0.9', port: 80, state: 'healthy' },
          ],
    tasks: async (_: string, status: string) => (status === 'STOPPED' ? stopped : running),
    containerLogs: async () => {
      if (logs instanceof OperatorError) throw logs;
      return logs;
    },
  } as unknown as CanaryReader;
  return (await findCause(reader, of)).split('\n').slice(1);
}

describe('the task to look at', () => {
  it('is the last that failed, but not one that was told to stop', async () => {
    const stopped = [
      taskOf('first'),
      taskOf('last', { stoppedAt: at(3) }),
      taskOf('told', { stopCode: 'ServiceSchedulerInitiated', stoppedAt: at(4) }),
    ];
    expect((await causeIn({ stopped }))[0]).toBe('Look at task arn:aws:ecs:eu-west-1:1:task/main/last: last exited');
  });

  it('is one with an unhealthy target or container, if none failed', async () => {
    const running = [taskOf('well', { ip: '10.0.0.9', stopped: '' }), taskOf('sick', { ip: '10.0.0.1', stopped: '' })];
    expect((await causeIn({ running, unhealthy: ['10.0.0.1'] }))[0]).toBe(
      'Look at task arn:aws:ecs:eu-west-1:1:task/main/sick',
    );
    const unwell = taskOf('unwell', { failedContainer: 'web', stopped: 'container web failed its health check' });
    expect((await causeIn({ running: [taskOf('well', { stopped: '' }), unwell] }))[0]).toBe(
      'Look at task arn:aws:ecs:eu-west-1:1:task/main/unwell: container web failed its health check',
    );
    const [onInstance] = await causeIn({ running: [taskOf('any', { stopped: '' })], unhealthy: ['i-1'] });
    expect(onInstance).toBe('Look at task arn:aws:ecs:eu-west-1:1:task/main/any');
    expect(await causeIn({ running: [taskOf('well', { ip: '10.0.0.9' })], unhealthy: ['10.0.0.8'] })).toEqual([]);
    expect(await causeIn({})).toEqual([]);
  });
});

describe('its log', () => {
  const logOf = async (logs: World['logs'], more: Partial<Task> = {}, of = taskSet) =>
    (await causeIn({ stopped: [taskOf('7', more)], ...(logs && { logs }) }, of))[1];

  it('is read by the command of the AWS CLI', async () => {
    expect(await logOf({ web: awslogs })).toBe(
      'Its log is in log group /ecs/shop, stream shop/web/7. To read it, run: aws logs tail /ecs/shop --log-stream-names shop/web/7 --since 1h --region eu-central-1',
    );
  });

  it('is that of the container that failed, or else the one behind the load balancer, or else the first', async () => {
    const logs = { proxy: { ...awslogs, group: '/proxy' }, web: awslogs };
    expect(await logOf(logs, { failedContainer: 'proxy' })).toContain('stream shop/proxy/7');
    expect(await logOf(logs)).toContain('stream shop/web/7');
    expect(await logOf(logs, {}, { ...taskSet, container: '' })).toContain('stream shop/proxy/7');
  });

  it('is quoted for the shell if necessary, and in the region of the task unless it names another', async () => {
    const odd = { ...awslogs, group: '#1', streamPrefix: "it's", region: '' };
    expect(await logOf({ web: odd })).toContain(
      String.raw`aws logs tail '#1' --log-stream-names 'it'\''s/web/7' --since 1h --region eu-west-1`,
    );
  });

  it('has no known stream without a prefix', async () => {
    expect(await logOf({ web: { ...awslogs, streamPrefix: '' } })).toBe(
      'Its log is in log group /ecs/shop. To read it, run: aws logs tail /ecs/shop --since 1h --region eu-central-1',
    );
  });

  it.each([
    ['awsfirelens', 'Its container web logs through awsfirelens.'],
    ['', 'Its container web has no log configuration.'],
  ])('of the driver "%s" is named', async (driver, told) => {
    expect(await logOf({ web: { driver, group: '', streamPrefix: '', region: '' } })).toBe(told);
  });

  it('does not hide the task if it cannot be read', async () => {
    const denied = new OperatorError('aws-access-denied', 'ecs:DescribeTaskDefinition failed', '');
    expect(await causeIn({ stopped: [taskOf('7')], logs: denied })).toEqual([
      'Look at task arn:aws:ecs:eu-west-1:1:task/main/7: 7 exited',
      'The step could not find out more: ecs:DescribeTaskDefinition failed',
    ]);
  });

  it('does not exist for a task that never ran', async () => {
    expect(await causeIn({ stopped: [taskOf('7', { ran: false })] })).toEqual([
      'Look at task arn:aws:ecs:eu-west-1:1:task/main/7: 7 exited. It never ran, so it has no log.',
    ]);
  });
});

describe('the health check', () => {
  const unhealthyIn = (group: string) =>
    `(port 80) is unhealthy in (target-group ${group}) due to (reason codes: [503])`;

  it("is the last that failed in the task set's own group, since the task set exists", async () => {
    const failedChecks = [
      { at: at(3), message: unhealthyIn(groups.blue) },
      { at: at(2), message: unhealthyIn(groups.green) },
      { at: at(1), message: `earlier ${unhealthyIn(groups.green)}` },
    ];
    expect(await causeIn({ failedChecks })).toEqual([
      `Last failed health check, at 2026-03-01T10:00:02.000Z: ${unhealthyIn(groups.green)}`,
    ]);
    expect(await causeIn({ failedChecks: [{ at: at(-1), message: unhealthyIn(groups.green) }] })).toEqual([]);
  });

  it('may be that of a container', async () => {
    const message = '(service shop) (task 7) failed container health checks.';
    expect(await causeIn({ failedChecks: [{ at: at(1), message }] })).toEqual([
      `Last failed health check, at 2026-03-01T10:00:01.000Z: ${message}`,
    ]);
  });
});
