import {
  type ActualCanary,
  type ActualState,
  readActualState,
} from '../../../src/reliability/actual-state/actual-state.ts';
import { readDirectly } from '../../../src/reliability/actual-state/direct-read.ts';
import { type Snapshot, takeSnapshot } from '../../../src/reliability/actual-state/snapshot.ts';
import { setLedger, setTags, setWeights } from '../../../src/reliability/arranging/arrange.ts';
import { requireCanary, resetCanary, settle } from '../../../src/reliability/arranging/reset.ts';
import type { Split } from '../../../src/reliability/cases/starting-state.ts';
import type { FaultWorld } from '../../../src/reliability/world/world.ts';

/** The same world for a stack of that name, whose small canary has its own listener. */
export function stackIn(world: FaultWorld, stackName: string, port: number): FaultWorld {
  return {
    ...world,
    stackName,
    actualState: () => readActualState(world.emulator.world, stackName, []),
    builtIn: (version) => ({
      ...world.builtIn(version),
      'EcsCanary.ListenerArn': '',
      'EcsCanary.LoadBalancerArn': world.scene.loadBalancerArn,
      'EcsCanary.ListenerPort': String(port),
      'EcsCanary.DesiredCount': '1',
    }),
    order: (step, more = {}) =>
      world.order(step, { ...more, parameters: { ...more.parameters, 'EcsCanary.StackName': stackName } }),
  };
}

/** Gives a canary these weights and that tag, with no lock, no test rule and every task in place. */
export async function arrangeCanary(world: FaultWorld, weights: Split, tag: 'Blue' | 'Green'): Promise<void> {
  await resetCanary(world);
  // With stickiness, every step waits before it scales a colour down; that has its own tests.
  await setWeights(world, requireCanary(world), { weights }, 0);
  await setTags(world, requireCanary(world), { tag, lock: 'none' });
  await setLedger(world, requireCanary(world), { weights, tag });
}

/** A canary's end state, described without ids and versions. */
export interface SettledState extends Snapshot {
  readonly weights: readonly ActualCanary['entryPoints'][number]['weights'][];
  /** Everything that does not belong to the canary. */
  readonly foreign: ReadonlyMap<string, string>;
}

/**
 * Reads the state once it has settled.
 * @param before the same canary before the run
 * @param wanted the version that the run deploys
 */
export async function observe(world: FaultWorld, before: ActualState, wanted: string): Promise<SettledState> {
  await settle(world);
  const now = world.actualState();
  const weights = now.canary?.entryPoints.map((entryPoint) => entryPoint.weights) ?? [];
  return { ...takeSnapshot(now, before, wanted), weights, foreign: world.foreign() };
}

/** Stack creations and updates started so far. */
export function countStackOperations({ emulator: { world }, stackName: StackName }: FaultWorld): number {
  let count = 0;
  let NextToken: string | undefined;
  do {
    const page: { StackEvents: readonly Record<string, string>[]; NextToken?: string } = readDirectly(
      world,
      'cloudformation',
      'DescribeStackEvents',
      { StackName, ...(NextToken !== undefined && { NextToken }) },
    );
    count += page.StackEvents.filter(
      ({ ResourceType, ResourceStatus = '' }) =>
        ResourceType === 'AWS::CloudFormation::Stack' && /^(CREATE|UPDATE)_IN_PROGRESS$/.test(ResourceStatus),
    ).length;
    NextToken = page.NextToken;
  } while (NextToken);
  return count;
}

/** The stack's status; empty without a stack. */
export function statusOf(world: FaultWorld): string {
  return world.actualState().stack ?? '';
}
