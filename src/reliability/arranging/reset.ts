import { setTimeout as sleep } from 'node:timers/promises';
import { type ActualCanary, type ActualState, physicalIds } from '../actual-state/actual-state.ts';
import type { FaultWorld } from '../world/world.ts';
import { removeManualEntryPoints } from './manual-entry-points.ts';

/** Removes what an earlier case or its anomaly left behind. */
export async function resetCanary(world: FaultWorld): Promise<void> {
  const { emulator } = world;
  emulator.setRuleLag(0);
  await until(world, 'stack', isAtRest);
  const canary = requireCanary(world);
  for (const RuleArn of canary.testRules) await emulator.world.invoke('elb', 'DeleteRule', { RuleArn });
  await removeManualEntryPoints(world);
  const { cluster, serviceArn: service, blue, green } = canary;
  for (const taskSet of canary.taskSets.filter((id) => id !== blue.taskSet && id !== green.taskSet))
    await emulator.world.invoke('ecs', 'DeleteTaskSet', { cluster, service, taskSet, force: true });
  for (const { taskSet, scale } of [blue, green]) {
    if (scale === 100) continue;
    const full = { unit: 'PERCENT', value: 100 };
    await emulator.world.invoke('ecs', 'UpdateTaskSet', { cluster, service, taskSet, scale: full });
  }
  await settle(world);
}

/** Waits until the stack is at rest and every task set steady. @throws Error when that takes far too long */
export async function settle(world: FaultWorld): Promise<void> {
  await until(world, 'canary', (actualState) => isAtRest(actualState) && isSteady(actualState));
}

async function until(world: FaultWorld, what: string, isSettled: (actualState: ActualState) => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!isSettled(world.actualState())) {
    if (Date.now() > deadline) throw new Error(`The ${what} does not settle: ${JSON.stringify(world.actualState())}`);
    await sleep(15);
  }
}

function isAtRest({ stack }: ActualState): boolean {
  return !stack?.endsWith('_IN_PROGRESS');
}

function isSteady({ canary }: ActualState): boolean {
  return (
    !canary || [canary.blue, canary.green].every(({ steady, healthy, scale }) => steady && (healthy > 0 || scale === 0))
  );
}

/** The actual state of the canary. @throws Error where there is none */
export function requireCanary(world: FaultWorld): ActualCanary {
  const { canary } = world.actualState();
  if (!canary)
    throw new Error(
      `There is no canary: ${JSON.stringify(world.actualState())} ${JSON.stringify(physicalIds(world.emulator.world, world.stackName))}`,
    );
  return canary;
}
