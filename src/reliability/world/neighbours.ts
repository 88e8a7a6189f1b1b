import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { World } from '../../emulator/world.ts';
import type { Scene } from '../../rehearsal/scene.ts';
import { physicalIds } from '../actual-state/actual-state.ts';

/** What belongs to others in the same account. */
export interface Neighbourhood {
  /** The shared listener. */
  readonly listenerArn: string;
  /** A target group of the neighbours. */
  readonly groupArn: string;
}

/** Creates the canary's neighbours: their rules on its listener, their target group, their service. */
export async function createNeighbours(world: World, scene: Scene): Promise<Neighbourhood> {
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

/** Adds foreign settings to the canary's own rule and service: tags, stickiness, an order of actions. */
export async function addForeignTags(world: World, stackName: string): Promise<void> {
  const { ListenerRule: ruleArn = '', Service: serviceArn = '' } = physicalIds(world, stackName);
  await world.invoke('elb', 'AddTags', { ResourceArns: [ruleArn], Tags: [{ Key: 'cost-centre', Value: '4711' }] });
  await world.invoke('ecs', 'TagResource', { resourceArn: serviceArn, tags: [{ key: 'owner', value: 'shop' }] });
}

/** The forward action of the canary's entry points: the weights are ours, everything else is foreign. */
export function ruleActions(
  groups: readonly { readonly arn: string; readonly weight: number }[],
  stickySeconds = 1234,
): Action[] {
  return [
    {
      Type: 'forward',
      Order: 7,
      ForwardConfig: {
        TargetGroups: groups.map(({ arn, weight }) => ({ TargetGroupArn: arn, Weight: weight })),
        TargetGroupStickinessConfig:
          stickySeconds > 0 ? { Enabled: true, DurationSeconds: stickySeconds } : { Enabled: false },
      },
    },
  ];
}
