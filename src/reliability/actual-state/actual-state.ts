import type { Service, TaskSet } from '@aws-sdk/client-ecs';
import type { TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { World } from '../../emulator/world.ts';
import { readDirectly } from './direct-read.ts';
import { type ActualEntryPoint, readEntryPoints } from './entry-points.ts';
import { findTestRules, listenerOf } from './rules.ts';

/** The actual state of one colour. */
export interface ActualSide {
  readonly taskSet: string;
  readonly version: string;
  readonly scale: number;
  readonly steady: boolean;
  readonly group: string;
  /** Healthy targets of the group that belong to this task set. */
  readonly healthy: number;
}

/** The actual state of a canary, read without any fault. */
export interface ActualCanary {
  /** The stack's own rule first. */
  readonly entryPoints: readonly ActualEntryPoint[];
  readonly serviceArn: string;
  readonly cluster: string;
  /** The StableStack tag. */
  readonly tag: string | undefined;
  /** The value of the lock's tag, which names its owner. */
  readonly lock: string | undefined;
  /** The last share of this green in the record of shares, in percent. */
  readonly recorded: string | undefined;
  /** Whether a tag says that a Guard took traffic from this green. */
  readonly isRetreated: boolean;
  /** What the ledger says, oldest first: each entry's kind and green's share after it. */
  readonly ledger: readonly string[];
  readonly desired: number;
  /** The version that the stack's template pins blue to, or `as green`. */
  readonly pinnedBlue: string;
  readonly blue: ActualSide;
  readonly green: ActualSide;
  /** Task sets that are not draining. */
  readonly taskSets: readonly string[];
  /** Rules with our test rule tag. */
  readonly testRules: readonly string[];
}

/** The actual state of the stack and the canary. */
export interface ActualState {
  /** Undefined without a stack. */
  readonly stack: string | undefined;
  /** Undefined while the stack lacks some of its parts. */
  readonly canary: ActualCanary | undefined;
}

// Repeated on purpose, like everything that judges the steps: if the product renames a tag, this must notice.
export const lockTag = 'EcsCanaryTakenBy';
export const stableTag = 'StableStack';
export const idleTag = 'EcsCanaryGreenIdleSince';
export const sharesTag = 'EcsCanaryShares';
export const retreatTag = 'EcsCanaryRetreated';
export const leaseTag = 'EcsCanaryLease';
export const ledgerTags = Array.from({ length: 16 }, (_, index) => `EcsCanaryLog${String(index + 1).padStart(2, '0')}`);
/** Every tag that the steps may write. */
export const canaryTags = [stableTag, lockTag, idleTag, sharesTag, retreatTag, leaseTag, ...ledgerTags];

/**
 * Reads the current actual state.
 * @param manual rules of entry points in addition to the stack's own
 */
export function readActualState(world: World, stackName: string, manual: readonly string[]): ActualState {
  const stack = stackStatus(world, stackName);
  if (stack === undefined) return { stack, canary: undefined };
  return { stack, canary: readCanary(world, stackName, manual) };
}

function stackStatus(world: World, stackName: string): string | undefined {
  const { Stacks } = readDirectly<{ Stacks: readonly { StackName: string; StackStatus: string }[] }>(
    world,
    'cloudformation',
    'DescribeStacks',
    {},
  );
  return Stacks.find((stack) => stack.StackName === stackName)?.StackStatus;
}

function readCanary(world: World, stackName: string, manual: readonly string[]): ActualCanary | undefined {
  const ids = physicalIds(world, stackName);
  const { Service: serviceArn, ListenerRule: ruleArn, BlueTaskSet, GreenTaskSet } = ids;
  if (!serviceArn || !ruleArn || !BlueTaskSet || !GreenTaskSet) return undefined;
  const cluster = serviceArn.split('/').at(-2) ?? '';
  const service = describeService(world, cluster, serviceArn);
  const blue = readSide(world, service, BlueTaskSet, ids['BlueTargetGroup']);
  const green = readSide(world, service, GreenTaskSet, ids['GreenTargetGroup']);
  if (!service || !blue || !green) return undefined;
  const tag = (name: string) => service.tags?.find(({ key }) => key === name)?.value;
  const ruleArns = [ruleArn, ...manual];
  const listeners = [...new Set(ruleArns.map(listenerOf))];
  return {
    ...{ serviceArn, cluster, blue, green },
    entryPoints: readEntryPoints(world, ruleArns, { blue: blue.group, green: green.group }),
    tag: tag(stableTag),
    lock: tag(lockTag),
    isRetreated: tag(retreatTag)?.startsWith(`${green.taskSet} `) === true,
    ledger: readLedger(tag),
    recorded: readShare(tag(sharesTag), service, green),
    desired: service.desiredCount ?? 0,
    pinnedBlue: readPinnedBlue(world, stackName),
    taskSets: (service.taskSets ?? []).filter(({ status }) => status !== 'DRAINING').map(({ id }) => id ?? ''),
    testRules: listeners.flatMap((listener) => findTestRules(world, listener)),
  };
}

/** What is older than green's task set was the share of an earlier green. */
function readShare(record = '', { taskSets = [] }: Service, { taskSet }: ActualSide): string | undefined {
  const [, seconds, percent] = /\b(\d{10})=([\d.]+)$/.exec(record) ?? [];
  const createdAt = taskSets.find(({ id }) => id === taskSet)?.createdAt ?? new Date(0);
  return Number(seconds) * 1000 >= createdAt.getTime() ? percent : undefined;
}

function readLedger(tag: (name: string) => string | undefined): readonly string[] {
  const found = ledgerTags.flatMap((key) => {
    const [, n, kind, share] = /^(\d+) c\d+ \S+ (\S+)(?: [\d.]+)? to ([\d.]+)/.exec(tag(key) ?? '') ?? [];
    return n === undefined ? [] : [{ n: Number(n), text: `${kind} to ${share}` }];
  });
  return found.sort((one, other) => one.n - other.n).map(({ text }) => text);
}

function readPinnedBlue(world: World, StackName: string): string {
  const { TemplateBody } = readDirectly<{ TemplateBody: string }>(world, 'cloudformation', 'GetTemplate', {
    StackName,
  });
  const { Resources } = JSON.parse(TemplateBody) as {
    Resources: { BlueTaskSet: { Properties: { TaskDefinition: unknown } } };
  };
  const pinned = Resources.BlueTaskSet.Properties.TaskDefinition;
  return typeof pinned === 'string' ? versionOf(world, pinned) : 'as green';
}

/** Physical ids of a stack's resources, by logical id. */
export function physicalIds(world: World, StackName: string): Readonly<Record<string, string>> {
  const { StackResources } = readDirectly<{
    StackResources: readonly { LogicalResourceId: string; PhysicalResourceId?: string }[];
  }>(world, 'cloudformation', 'DescribeStackResources', { StackName });
  return Object.fromEntries(
    StackResources.map(({ LogicalResourceId, PhysicalResourceId = '' }) => [LogicalResourceId, PhysicalResourceId]),
  );
}

/** A service with its tags and task sets. */
export function describeService(world: World, cluster: string, service: string): Service | undefined {
  const { services } = readDirectly<{ services?: readonly Service[] }>(world, 'ecs', 'DescribeServices', {
    cluster,
    services: [service],
    include: ['TAGS'],
  });
  return services?.[0];
}

function readSide(world: World, service: Service | undefined, physicalId: string, group = ''): ActualSide | undefined {
  const id = physicalId.split('|').at(-1);
  const taskSet = service?.taskSets?.find((each: TaskSet) => each.id === id);
  if (!taskSet || id === undefined) return undefined;
  const healthy = readTargets(world, group).filter(
    (target) => target.taskSet === id && target.state === 'healthy',
  ).length;
  return {
    taskSet: id,
    version: versionOf(world, taskSet.taskDefinition ?? ''),
    scale: taskSet.scale?.value ?? 0,
    steady: taskSet.stabilityStatus === 'STEADY_STATE',
    group,
    healthy,
  };
}

/** A target and the version that answers there. */
export interface ActualTarget {
  readonly state: string;
  readonly version: string;
  readonly taskSet: string;
}

/** The targets of a group. */
export function readTargets(world: World, TargetGroupArn: string): readonly ActualTarget[] {
  const { TargetHealthDescriptions } = readDirectly<{ TargetHealthDescriptions: readonly TargetHealthDescription[] }>(
    world,
    'elb',
    'DescribeTargetHealth',
    { TargetGroupArn },
  );
  return TargetHealthDescriptions.map(({ Target, TargetHealth }) => {
    const endpoint = world.network.lookup(Target?.Id ?? '', Target?.Port ?? 0);
    return {
      state: TargetHealth?.State ?? '',
      version: endpoint ? versionOf(world, endpoint.taskDefinitionArn) : 'nothing',
      taskSet: endpoint?.taskSetId ?? '',
    };
  });
}

const versions = new WeakMap<World, Map<string, string>>();

/** The version that a task definition runs: its image's tag, which never changes. */
export function versionOf(world: World, taskDefinition: string): string {
  const known = versions.get(world) ?? new Map<string, string>();
  versions.set(world, known);
  const found = known.get(taskDefinition);
  if (found !== undefined) return found;
  const read = readDirectly<{ taskDefinition: { containerDefinitions: readonly { image: string }[] } }>(
    world,
    'ecs',
    'DescribeTaskDefinition',
    { taskDefinition },
  );
  const version = read.taskDefinition.containerDefinitions[0]?.image.split(':')[1] ?? '';
  known.set(taskDefinition, version);
  return version;
}
