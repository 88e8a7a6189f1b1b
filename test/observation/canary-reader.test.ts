import { expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { interceptAws } from '../../src/aws/intercept.ts';
import type { Change } from '../../src/canary/change.ts';
import type { ListenerRule } from '../../src/canary/listener-rule.ts';
import { noHints } from '../../src/canary/location-hints.ts';
import type { TaskSet } from '../../src/canary/service.ts';
import { allBlue, allGreen, type Weights } from '../../src/canary/weights.ts';
import { createCanaryReader } from '../../src/observation/canary-reader.ts';
import { groups, sampleRule, sampleTraffic } from '../canary/sample-traffic.ts';
import { sampleStack } from '../steps/sample-run.ts';

const service = 'arn:aws:ecs:us-east-1:1:service/main/shop';
const rule = sampleRule();
const incomplete: ListenerRule = { ...rule, actions: [{ Type: 'forward', TargetGroupArn: groups.green }] };
const resources = [
  ['BlueTaskSet', 'AWS::ECS::TaskSet', 'main|shop|ecs-svc/1'],
  ['GreenTaskSet', 'AWS::ECS::TaskSet', 'main|shop|ecs-svc/2'],
  ['BlueTargetGroup', 'AWS::ElasticLoadBalancingV2::TargetGroup', groups.blue],
  ['GreenTargetGroup', 'AWS::ElasticLoadBalancingV2::TargetGroup', groups.green],
  ['Service', 'AWS::ECS::Service', service],
  ['ListenerRule', 'AWS::ElasticLoadBalancingV2::ListenerRule', rule.arn],
].map(([logicalId = '', type = '', physicalId = '']) => ({ logicalId, type, physicalId, status: 'CREATE_COMPLETE' }));

/** What is asked of AWS when everything is read, then that change is made, and everything is read again. */
async function readAfter(change: Change | undefined): Promise<readonly string[]> {
  const asked: string[] = [];
  const plain = {
    region: 'us-east-1',
    cloudFormation: {
      describeStack: async () => sampleStack(),
      listResources: async () => resources,
      readTemplate: async () => '{}',
    },
    ecs: { describeService: async () => sampleTraffic().service, listTasks: async () => [] },
    loadBalancing: { listRules: async () => [rule], targetHealth: async () => [], listenerAddress: async () => ({}) },
  } as unknown as Aws;
  const aws = interceptAws(plain, (carryOut, { method }) => {
    asked.push(method);
    return carryOut();
  });
  const reader = createCanaryReader(aws, 'canary', noHints);
  const readAll = () =>
    Promise.all([
      ...[reader.stack(), reader.resources(), reader.template(), reader.listenerAddress('arn:listener')],
      ...[reader.listenerRules(), reader.service(), reader.targets('Blue'), reader.tasks('ecs-svc/2', 'STOPPED')],
    ]);
  await readAll();
  const everything = [...asked].sort();
  await readAll();
  expect(asked).toHaveLength(everything.length);
  expect(everything).toHaveLength(8);
  asked.length = 0;
  reader.forget(change);
  await readAll();
  const again = [...asked].sort();
  return again.length === everything.length ? ['everything'] : again;
}

const move = (weights: Weights, moved = rule): Change => ({
  kind: 'set-weights',
  ...{ rule: moved, groups, weights, among: [] },
});
const stack = { name: 'shop', templateBody: '{}', parameters: {}, capabilities: [] };
const newRule = { listenerArn: '', priority: 5, conditions: [], actions: [], tags: {} };
const tags = ['describeService', 'listRules'];

it.each<[string, Change | undefined, readonly string[]]>([
  ['nothing', undefined, ['everything']],
  ['a share for green', move({ blue: 90, green: 10 }), tags],
  ['everything for green', move(allGreen), tags],
  ['everything for blue, which ends a step', move(allBlue), ['describeService', 'describeStack', 'listRules']],
  ['a colour that comes into its rule', move(allBlue, incomplete), ['everything']],
  ['a proof of the way back', { kind: 'prove-way-back', rule }, tags],
  ['the stable colour', { kind: 'tag-stable', serviceArn: service, colour: 'Blue' }, tags],
  ['a mark', { kind: 'acquire-lock', serviceArn: service, text: '', from: '' }, tags],
  ['the green that was checked', { kind: 'record-green', serviceArn: service, text: '' }, tags],
  ['a canary that is free', { kind: 'release-lock', serviceArn: service }, tags],
  ['a share for the record', { kind: 'record', serviceArn: service, tags: {} }, tags],
  ['a new test rule', { kind: 'create-test-rule', rule: newRule }, tags],
  ['a rule that goes', { kind: 'delete-rule', arn: 'arn:rule' }, ['listRules']],
  [
    'a scale',
    { kind: 'scale-task-set', serviceArn: service, cluster: 'main', taskSetId: 'ecs-svc/2', percent: 50 },
    ['describeService', 'listTasks', 'targetHealth'],
  ],
  ['a new stack', { kind: 'create-stack', submission: stack }, ['everything']],
  ['an update', { kind: 'update-stack', submission: stack }, ['everything']],
  ['a stack that goes', { kind: 'delete-stack', name: 'arn:stack' }, ['everything']],
  ['an update that is cancelled', { kind: 'cancel-stack-update', name: 'shop', because: '' }, ['everything']],
])('after a write of %s, what it may have changed is read again, and nothing else', async (_, change, again) => {
  expect(await readAfter(change)).toEqual(again);
});

it('every stack event is told once, as it is read', async () => {
  const event = { id: '1', logicalId: 'Green', type: 'AWS::ECS::TaskSet', status: 'CREATE_FAILED', reason: 'no image' };
  const answers = [[event], [event], []];
  const aws = { cloudFormation: { listEvents: async () => answers.shift() } } as unknown as Aws;
  const told: string[] = [];
  const reader = createCanaryReader(aws, 'canary', noHints, {
    event: (line) => told.push(line),
    service: () => undefined,
  });
  // A look that failed reads the same events again.
  await reader.events('token', undefined);
  await reader.events('token', undefined);
  await reader.events('token', '1');
  expect(told).toEqual(['Green (TaskSet): CREATE_FAILED: no image']);
});

it('a version is read once, with the digests of the tasks that run, and a step that cannot read it never takes it for deleted', async () => {
  let reads = 0;
  const tasks = [{ digests: { web: 'sha256:1' } }, { digests: { web: 'sha256:2' } }];
  const ecs = {
    taskVersion: async () => {
      reads += 1;
      if (reads === 1) throw new Error('lost');
      return { cpu: '256' };
    },
    listTasks: async () => tasks,
  };
  const readerOf = (own: object) => {
    const reader = createCanaryReader({ ecs: own } as unknown as Aws, 'canary', noHints);
    return Object.assign(reader, { tasks: async () => tasks });
  };
  const reader = readerOf(ecs);
  const taskSet = { id: 'ecs-svc/1', taskDefinition: 'shop:1' } as TaskSet;
  await expect(reader.version(taskSet)).rejects.toThrow('lost');
  await reader.version(taskSet);
  reader.forget();
  expect(await reader.version(taskSet)).toEqual({
    taskDefinition: 'shop:1',
    version: { cpu: '256' },
    digests: { web: ['sha256:1', 'sha256:2'] },
  });
  expect(reads).toBe(2);
  await expect(readerOf({}).version(taskSet)).rejects.toThrow(TypeError);
});
