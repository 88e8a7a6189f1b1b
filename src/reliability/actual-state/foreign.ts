import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Emulator } from '../../emulator/emulator.ts';
import type { World } from '../../emulator/world.ts';
import type { Scene } from '../../rehearsal/scene.ts';
import type { Setting } from '../cases/setting.ts';
import { canaryTags, describeService, physicalIds } from './actual-state.ts';
import { readDirectly } from './direct-read.ts';
import { findTestRules, listenerOf, listRules, readListener, readTags } from './rules.ts';

/** Everything that does not belong to the canary, as canonical text by description. */
export function readForeign({ emulator: { world }, scene, neighbourhood, setting, stackName }: Account) {
  const { listenerArn, groupArn } = neighbourhood;
  const foreign = new Map<string, string>();
  const put = (name: string, value: unknown): void => void foreign.set(name, canonical(value));
  for (const arn of new Set([listenerArn, ...setting.entryPoints.map(listenerOf)])) readListenerOf(world, arn, put);
  put('the target group of others', [
    readDirectly(world, 'elb', 'DescribeTargetGroups', { TargetGroupArns: [groupArn] }),
    readDirectly(world, 'elb', 'DescribeTargetGroupAttributes', { TargetGroupArn: groupArn }),
  ]);
  put('the service of others', describeService(world, scene.cluster, 'neighbour'));
  readService(world, stackName, put);
  return foreign;
}

/** The parts of a world that are read here. */
interface Account {
  readonly emulator: Pick<Emulator, 'world'>;
  readonly scene: Pick<Scene, 'cluster'>;
  readonly neighbourhood: { readonly listenerArn: string; readonly groupArn: string };
  readonly setting: Setting;
  readonly stackName: string;
}

type Put = (name: string, value: unknown) => void;

/** If a listener's default action is an entry point, its weights are ours, not foreign. */
function readListenerOf(world: World, listenerArn: string, put: Put): void {
  const { DefaultActions, ...listener } = readListener(world, listenerArn) ?? {};
  put(`the listener at port ${listener.Port}`, { ...listener, DefaultActions: foreignActions(DefaultActions) });
  readRules(world, listenerArn, listener.Port, put);
}

/** Every rule except our test rules, without our own groups' weights. */
function readRules(world: World, listenerArn: string, port: number | undefined, put: Put): void {
  const ours = new Set(findTestRules(world, listenerArn));
  const rules = listRules(world, listenerArn).filter(({ RuleArn = '' }) => !ours.has(RuleArn));
  const tags = readTags(
    world,
    rules.map(({ RuleArn = '' }) => RuleArn),
  );
  for (const rule of rules) {
    const Actions = foreignActions(rule.Actions);
    put(`the rule ${rule.Priority} at port ${port}`, { ...rule, Actions, Tags: tags.get(rule.RuleArn ?? '') });
  }
}

/** Only entry points have several groups here; a rule to a single colour is entirely foreign. */
function foreignActions(actions: readonly Action[] = []): readonly object[] {
  const forward = actions.find(({ Type }) => Type === 'forward');
  return (forward?.ForwardConfig?.TargetGroups?.length ?? 0) > 1 ? withoutWeights(actions) : actions;
}

/** The first two groups are the colours; a third one's weight is not ours. */
function withoutWeights(actions: readonly Action[]): readonly object[] {
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
  const stacks = readDirectly<{ Stacks: readonly { StackName: string }[] }>(
    world,
    'cloudformation',
    'DescribeStacks',
    {},
  );
  if (!stacks.Stacks.some(({ StackName }) => StackName === stackName)) return;
  const ids = physicalIds(world, stackName);
  const { Service: arn } = ids;
  const service = arn && describeService(world, arn.split('/').at(-2) ?? '', arn);
  if (!service) return;
  put(
    "other tags of the canary's service",
    service.tags?.filter(({ key }) => !canaryTags.includes(key ?? '')),
  );
  put("the size of the canary's service", [service.desiredCount, service.deploymentController]);
  for (const group of [ids['BlueTargetGroup'], ids['GreenTargetGroup']])
    put(
      `the target group ${group}`,
      readDirectly(world, 'elb', 'DescribeTargetGroupAttributes', { TargetGroupArn: group }),
    );
  put("the canary's listener", listenerOf(ids['ListenerRule'] ?? ''));
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner) && !(inner instanceof Date)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
