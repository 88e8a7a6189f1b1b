import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { World } from '../emulator/world.ts';
import type { Scene } from '../rehearsal/scene.ts';
import { look } from './look.ts';
import {
  describeService,
  findTestRules,
  listenerOf,
  listRules,
  markTag,
  physicalIds,
  readListener,
  readTags,
  stableTag,
} from './truth.ts';

/** What belongs to others in the same account. */
export interface Neighbourhood {
  /** The listener that everybody shares. */
  readonly listenerArn: string;
  /** A target group of theirs. */
  readonly groupArn: string;
}

/** Lets others move in beside the canary: their rules on its listener, their target group, their service. */
export async function settleNeighbours(world: World, scene: Scene): Promise<Neighbourhood> {
  const { Listeners } = await world.invoke<{ Listeners: readonly { ListenerArn: string }[] }>('elb', 'CreateListener', {
    LoadBalancerArn: scene.loadBalancerArn,
    Protocol: 'HTTP',
    Port: 80,
    DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
  });
  const listenerArn = Listeners[0]?.ListenerArn ?? '';
  const groupArn = await createGroup(world, scene);
  const toGroup = [{ Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: groupArn, Weight: 1 }] } }];
  const teapot = [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '418', MessageBody: 'admin' } }];
  await createRule(world, listenerArn, 3, [{ Field: 'host-header', Values: ['admin.example.com'] }], teapot);
  await createRule(world, listenerArn, 200, [{ Field: 'path-pattern', Values: ['/legacy/*'] }], toGroup);
  await world.invoke('ecs', 'CreateService', {
    cluster: scene.cluster,
    serviceName: 'neighbour',
    desiredCount: 1,
    deploymentController: { type: 'EXTERNAL' },
    tags: [{ key: 'StableStack', value: 'Green' }],
  });
  return { listenerArn, groupArn };
}

async function createGroup(world: World, scene: Scene): Promise<string> {
  const { TargetGroups } = await world.invoke<{ TargetGroups: readonly { TargetGroupArn: string }[] }>(
    'elb',
    'CreateTargetGroup',
    { Name: 'neighbour', TargetType: 'ip', Protocol: 'HTTP', Port: 8080, VpcId: scene.vpcId },
  );
  return TargetGroups[0]?.TargetGroupArn ?? '';
}

async function createRule(
  world: World,
  ListenerArn: string,
  Priority: number,
  Conditions: readonly object[],
  Actions: readonly object[],
): Promise<void> {
  const Tags = [{ Key: 'team', Value: 'neighbours' }];
  await world.invoke('elb', 'CreateRule', { ListenerArn, Priority, Conditions, Actions, Tags });
}

/** Leaves things of others on the canary's own rule and service: tags, stickiness, an order of actions. */
export async function leaveForeignThings(world: World, stackName: string): Promise<void> {
  const { ListenerRule: ruleArn = '', Service: serviceArn = '' } = physicalIds(world, stackName);
  await world.invoke('elb', 'AddTags', { ResourceArns: [ruleArn], Tags: [{ Key: 'cost-centre', Value: '4711' }] });
  await world.invoke('ecs', 'TagResource', { resourceArn: serviceArn, tags: [{ key: 'owner', value: 'shop' }] });
}

/** The forward action that the canary's rule has here: weights are ours, everything else is foreign. */
export function ruleActions(groups: readonly { readonly arn: string; readonly weight: number }[]): readonly Action[] {
  return [
    {
      Type: 'forward',
      Order: 7,
      ForwardConfig: {
        TargetGroups: groups.map(({ arn, weight }) => ({ TargetGroupArn: arn, Weight: weight })),
        TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 1234 },
      },
    },
  ];
}

/** Everything that is not the canary's own, each as canonical text by what it is. */
export function readForeign(world: World, scene: Scene, neighbourhood: Neighbourhood, stackName: string) {
  const { listenerArn, groupArn } = neighbourhood;
  const foreign = new Map<string, string>();
  const put = (name: string, value: unknown): void => void foreign.set(name, canonical(value));
  put('the shared listener', readListener(world, listenerArn));
  put('the target group of others', [
    look(world, 'elb', 'DescribeTargetGroups', { TargetGroupArns: [groupArn] }),
    look(world, 'elb', 'DescribeTargetGroupAttributes', { TargetGroupArn: groupArn }),
  ]);
  put('the service of others', describeService(world, scene.cluster, 'neighbour'));
  readRules(world, listenerArn, put);
  readService(world, stackName, put);
  return foreign;
}

type Put = (name: string, value: unknown) => void;

/** Every rule but our test rules, without the weights of our own groups. */
function readRules(world: World, listenerArn: string, put: Put): void {
  const ours = new Set(findTestRules(world, listenerArn));
  const rules = listRules(world, listenerArn).filter(({ RuleArn = '' }) => !ours.has(RuleArn));
  const tags = readTags(
    world,
    rules.map(({ RuleArn = '' }) => RuleArn),
  );
  for (const rule of rules) {
    const Actions = isCanaryRule(rule.Actions) ? withoutWeights(rule.Actions) : rule.Actions;
    put(`the rule ${rule.Priority}`, { ...rule, Actions, Tags: tags.get(rule.RuleArn ?? '') });
  }
}

function isCanaryRule(actions: readonly Action[] = []): boolean {
  return (actions.find(({ Type }) => Type === 'forward')?.ForwardConfig?.TargetGroups?.length ?? 0) > 1;
}

/** The first two groups are the colours; what a third one has is not ours. */
function withoutWeights(actions: readonly Action[] = []): readonly object[] {
  return actions.map((action) => ({
    ...action,
    ForwardConfig: action.ForwardConfig && {
      ...action.ForwardConfig,
      TargetGroups: action.ForwardConfig.TargetGroups?.map((group, index) =>
        index < 2 ? { TargetGroupArn: group.TargetGroupArn } : group,
      ),
    },
  }));
}

function readService(world: World, stackName: string, put: Put): void {
  const stacks = look<{ Stacks: readonly { StackName: string }[] }>(world, 'cloudformation', 'DescribeStacks', {});
  if (!stacks.Stacks.some(({ StackName }) => StackName === stackName)) return;
  const ids = physicalIds(world, stackName);
  const { Service: arn } = ids;
  const service = arn && describeService(world, arn.split('/').at(-2) ?? '', arn);
  if (!service) return;
  put(
    "other tags of the canary's service",
    service.tags?.filter(({ key }) => key !== stableTag && key !== markTag),
  );
  put("the size of the canary's service", [service.desiredCount, service.deploymentController]);
  for (const group of [ids['BlueTargetGroup'], ids['GreenTargetGroup']])
    put(`the target group ${group}`, look(world, 'elb', 'DescribeTargetGroupAttributes', { TargetGroupArn: group }));
  put("the canary's listener", listenerOf(ids['ListenerRule'] ?? ''));
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner) && !(inner instanceof Date)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
