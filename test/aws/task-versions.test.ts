import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { connectToAws } from '../../src/aws/clients.ts';
import { readVersions } from '../../src/aws/task-versions.ts';
import type { ContainerVersion, TaskVersion } from '../../src/canary/task-version.ts';
import { digestsOf } from '../../src/canary/version-difference.ts';
import { summariseVersions } from '../../src/canary/version-summary.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { clientSettings } from '../emulator/scene.ts';
import { type CanaryConsole, openCanaryConsole } from '../support/canary-console.ts';
import { type CanaryWorld, openCanaryWorld } from '../support/canary-world.ts';
import { facing } from '../support/foreign-aws.ts';
import { hostilePieces } from '../support/hostile-text.ts';
import { recordingAws } from '../support/recording-aws.ts';

/** As the adapter reads them in one run. */
async function versionsOf(aws: Aws, arns: readonly string[]): Promise<readonly (TaskVersion | undefined)[]> {
  return Promise.all(arns.map((arn) => aws.ecs.taskVersion?.(arn)));
}

let world: CanaryWorld;
let awsConsole: CanaryConsole;
let aws: Aws;
beforeAll(async () => {
  world = await openCanaryWorld({ timeScale: 400, taskStartSeconds: 4 });
  awsConsole = openCanaryConsole(world.emulator);
  aws = connectToAws('us-east-1', [], clientSettings(world.emulator.url), readVersions);
});
afterAll(async () => {
  awsConsole?.close();
  await world?.close();
});

async function register(containers: readonly Partial<ContainerDefinition>[], more: object = {}): Promise<string> {
  const { taskDefinition } = await awsConsole.ecs.registerTaskDefinition({
    ...{ family: 'shop', networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '256', memory: '512' },
    ...{ executionRoleArn: 'arn:aws:iam::1:role/pull', taskRoleArn: 'arn:aws:iam::1:role/shop' },
    containerDefinitions: containers.map((container) => ({ name: 'web', image: 'shop:1', ...container })),
    ...more,
  });
  return taskDefinition?.taskDefinitionArn ?? '';
}

async function read(...variants: readonly Partial<ContainerDefinition>[]): Promise<readonly ContainerVersion[]> {
  const arns: string[] = [];
  for (const variant of variants) arns.push(await register([variant]));
  return (await versionsOf(aws, arns)).map((version) => version?.containers[0] as ContainerVersion);
}

it('a version has everything that is compared, and no value of a variable, a secret or a word of a command', async () => {
  const options = { 'awslogs-group': '/ecs/shop', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'web' };
  const arn = await register([
    {
      ...{ cpu: 128, memory: 256, command: ['run', '--password=hunter2'], entryPoint: ['C:\\shop\\hunter2.exe'] },
      environment: [{ name: 'PASSWORD', value: 'hunter2' }],
      secrets: [{ name: 'TOKEN', valueFrom: 'arn:aws:secretsmanager:eu-west-1:1:secret:hunter2' }],
      environmentFiles: [{ type: 's3', value: 'arn:aws:s3:::bucket/shop.env' }],
      logConfiguration: { logDriver: 'awslogs', options: { ...options, mode: 'hunter2' } },
      portMappings: [{ containerPort: 80 }, { containerPort: 53, protocol: 'udp', name: 'hunter2' }],
      healthCheck: { command: ['CMD', 'hunter2'] },
    },
    {
      name: 'router',
      image: 'fluent-bit',
      firelensConfiguration: { type: 'fluentbit', options: { key: 'hunter2' } },
    },
  ]);
  const [version] = await versionsOf(aws, [arn]);
  const mark = expect.stringMatching(/^[\w-]{43}$/);
  expect(version).toEqual({
    ...{ active: true, cpu: '256', memory: '512' },
    ...{ taskRole: 'arn:aws:iam::1:role/shop', executionRole: 'arn:aws:iam::1:role/pull' },
    containers: [
      {
        ...{ name: 'web', image: 'shop:1', cpu: 128, memory: 256, command: mark, entryPoint: mark },
        ...{ environment: { PASSWORD: mark }, secrets: { TOKEN: mark } },
        environmentFiles: ['arn:aws:s3:::bucket/shop.env'],
        log: { driver: 'awslogs', group: '/ecs/shop', streamPrefix: 'web', region: 'eu-west-1' },
        ports: ['80/tcp', '53/udp'],
        others: { essential: mark, healthCheck: mark, logConfiguration: mark, portMappings: mark },
      },
      {
        ...{ name: 'router', image: 'fluent-bit', cpu: 0, memory: 0, command: '', entryPoint: '' },
        ...{ environment: {}, secrets: {}, environmentFiles: [], ports: [] },
        log: { driver: '', group: '', streamPrefix: '', region: '' },
        others: { essential: mark, firelensConfiguration: mark },
      },
    ],
    others: { networkMode: mark, requiresCompatibilities: mark },
  });
  expect(JSON.stringify(version)).not.toContain('hunter2');
});

it('marks are equal exactly if the values are, and differ in another run', async () => {
  const variable = (value: string) => ({ environment: [{ name: 'A', value }] });
  const [one, same, other, empty] = await read(variable('x'), variable('x'), variable('y'), variable(''));
  expect(same?.environment).toEqual(one?.environment);
  expect(new Set([one, other, empty].map((container) => container?.environment['A'])).size).toBe(3);
  const again = connectToAws('us-east-1', [], clientSettings(world.emulator.url), readVersions);
  const [elsewhere] = await versionsOf(again, ['shop:1']);
  const [here] = await versionsOf(aws, ['shop:1']);
  expect(elsewhere?.containers[0]?.command).not.toBe(here?.containers[0]?.command);
});

it('the order of words in a command matters, and that of mount points does not', async () => {
  const mounts = ['/a', '/b'].map((containerPath) => ({ containerPath, sourceVolume: 'disk' }));
  const volumes = { volumes: [{ name: 'disk' }] };
  const arns = [
    await register([{ command: ['a', 'b'], mountPoints: mounts }], volumes),
    await register([{ command: ['b', 'a'], mountPoints: [...mounts].reverse() }], volumes),
    await register([{ command: ['a b'], mountPoints: mounts.slice(1) }], volumes),
  ];
  const containers = (await versionsOf(aws, arns)).map((version) => version?.containers[0]);
  expect(new Set(containers.map((container) => container?.command)).size).toBe(3);
  const [one, turned, fewer] = containers.map((container) => container?.others['mountPoints']);
  expect(turned).toBe(one);
  expect(fewer).not.toBe(one);
});

it('an empty command counts as none, as in ECS', async () => {
  const [none, empty, blank] = await read({}, { command: [] }, { command: [''] });
  expect([none?.command, empty?.command]).toEqual(['', '']);
  expect(blank?.command).not.toBe('');
});

it('ports are compared as ports, and only their names as another setting', async () => {
  const named = { portMappings: [{ containerPort: 80, name: 'http' }] };
  const [one, two, last] = await read(
    { portMappings: [{ containerPort: 80 }] },
    { portMappings: [{ containerPort: 80 }, { containerPort: 53, hostPort: 53, protocol: 'udp' }] },
    named,
  );
  expect([one, two, last].map((container) => container?.ports)).toEqual([['80/tcp'], ['80/tcp', '53/udp'], ['80/tcp']]);
  expect(two?.others).toEqual(one?.others);
  expect(Object.keys(last?.others ?? {})).toEqual(['essential', 'portMappings']);
});

it('hostile names and 200 variables are kept as they are', async () => {
  // Half a surrogate pair cannot be sent.
  const names = hostilePieces.filter((piece) => Buffer.from(piece).toString() === piece);
  const environment = Array.from({ length: 200 }, (_, index) => ({ name: names[index] ?? `V${index}`, value: 'v' }));
  const [container] = await read({ environment });
  expect(Object.keys(container?.environment ?? {}).sort()).toEqual(environment.map(({ name }) => name).sort());
});

it('an INACTIVE revision can still be read, and says so', async () => {
  const taskDefinition = await register([{}]);
  await awsConsole.ecs.deregisterTaskDefinition({ taskDefinition });
  expect(await versionsOf(aws, [taskDefinition])).toMatchObject([{ active: false, containers: [{ name: 'web' }] }]);
});

it('each is read once in a run, and one that does not exist is undefined', async () => {
  const arn = await register([{}]);
  const before = world.emulator.calls().length;
  const [first, again, none] = await versionsOf(aws, [arn, arn, 'shop:9999']);
  expect((await versionsOf(aws, [arn]))[0]).toBe(first);
  expect([again, none]).toEqual([first, undefined]);
  expect(
    world.emulator
      .calls()
      .slice(before)
      .map(({ operation }) => operation),
  ).toEqual(['DescribeTaskDefinition', 'DescribeTaskDefinition']);
});

it('two versions of a deployed canary are told apart, with the digests of their tasks', async () => {
  for (const version of ['1', '2'])
    expect((await world.run(deployStack, world.builtIn(version))).error).toBeUndefined();
  const { clusterArn = '', serviceName = '' } = await awsConsole.service();
  const running = async (from: Aws, colour: 'Blue' | 'Green') =>
    from.ecs.listTasks(clusterArn, serviceName, (await awsConsole.taskSet(colour)).id ?? '', 'RUNNING');
  const seen = async (colour: 'Blue' | 'Green') => {
    const { taskDefinition = '' } = await awsConsole.taskSet(colour);
    const [version] = await versionsOf(aws, [taskDefinition]);
    return { taskDefinition, version, digests: digestsOf(await running(aws, colour)) };
  };
  const [blue, green] = [await seen('Blue'), await seen('Green')];
  expect(Object.values(blue.digests)).toEqual([[expect.stringMatching(/^sha256:[0-9a-f]{64}$/)]]);
  expect(summariseVersions(blue, green).split('\n').slice(2)).toEqual([
    expect.stringMatching(/^- Image: web helloworldwithversion:1 → 2 \([0-9a-f]{12} → [0-9a-f]{12}\)$/),
    '- Variables: web changed APPVERSION',
  ]);
  const plain = connectToAws(world.emulator.options.region, []);
  expect((await running(plain, 'Green'))[0]).not.toHaveProperty('digests');
});

it('a container whose image was not pulled yet has no digest', async () => {
  const containers = [{ name: 'web', imageDigest: 'sha256:1' }, { name: 'proxy' }];
  const { aws } = await recordingAws(
    ({ operation }) =>
      JSON.stringify(
        operation === 'ListTasks' ? { taskArns: ['t'] } : { tasks: [{ taskArn: 't', startedBy: 'set', containers }] },
      ),
    readVersions,
  );
  expect(await aws.ecs.listTasks('main', 'shop', 'set', 'RUNNING')).toMatchObject([{ digests: { web: 'sha256:1' } }]);
});

describe('a version that cannot be read', () => {
  const refusing = (code: string, message: string) =>
    facing(
      (_, response) => response.writeHead(400).end(JSON.stringify({ __type: code, message })),
      undefined,
      readVersions,
    );

  it('is undefined if ECS deleted it', async () => {
    const { ecs } = await refusing('ClientException', 'Unable to describe task definition.');
    expect(await ecs.taskVersion?.('shop:1')).toBeUndefined();
  });

  it.each([
    [
      'AccessDeniedException',
      'User: arn:a is not authorized to perform: ecs:DescribeTaskDefinition',
      'aws-access-denied',
    ],
    ['ClientException', 'Too many.', 'aws-refused'],
  ])('is an error if AWS says %s: %s', async (type, message, code) => {
    const { ecs } = await refusing(type, message);
    await expect(ecs.taskVersion?.('shop:1')).rejects.toMatchObject({ code });
  });

  it('is read again after an error', async () => {
    const answers = ['', JSON.stringify({ taskDefinition: { status: 'ACTIVE' } })];
    const { aws } = await recordingAws(() => answers.shift() ?? '', readVersions);
    await expect(aws.ecs.taskVersion?.('shop:1')).rejects.toMatchObject({ code: 'aws-unreachable' });
    expect(await aws.ecs.taskVersion?.('shop:1')).toMatchObject({ active: true });
  });

  it.each(['{"environment":[{"name":"A","value":hunter2}]}', '{"value":"x""hunter2"}', 'hunter2', '{"hunter2'])(
    'repeats nothing from the response %s',
    async (answer) => {
      const { ecs } = await facing((_, response) => response.writeHead(200).end(answer), undefined, readVersions);
      for (const call of [ecs.taskVersion, ecs.containerLogs])
        await expect(call?.('shop:1')).rejects.toMatchObject({
          code: 'aws-unreachable',
          message: expect.not.stringContaining('unter2'),
        });
    },
  );
});
