import type { Cell } from './cases.ts';
import type { HarmfulRun } from './course.ts';
import { delayCalls } from './delays.ts';
import type { StepOrder, StepOutcome } from './step-order.ts';
import { orderFor, type Wish } from './step-uses.ts';
import type { FaultWorld } from './world.ts';

/** Runs a step in a process of its own and ends it when the moment has come. */
export type Kill = (world: FaultWorld, order: StepOrder, moment: Promise<void>) => Promise<StepOutcome>;

/** Does to a run what the cell says. */
export function createHarm(kill: Kill): HarmfulRun {
  return async (world, cell, wish, between) => {
    const { harm } = cell;
    switch (harm.kind) {
      case 'none':
        return [await world.run(orderFor(world, wish), between)];
      case 'same-twice':
      case 'two-deployments':
        return runTwo(world, wish, harm);
      case 'kill-before':
      case 'kill-after': {
        const kind = harm.kind === 'kill-before' ? 'hang-before' : 'hang-after';
        const { operation, occurrence } = harm;
        const { id } = world.emulator.faults.add({ kind, operation, occurrence });
        return [await kill(world, orderFor(world, wish), world.emulator.faults.fired(id))];
      }
      default:
        world.emulator.faults.add({ ...harm });
        return [await world.run(orderFor(world, wish), between)];
    }
  };
}

async function runTwo(
  world: FaultWorld,
  wish: Wish,
  { kind, seed }: Extract<Cell['harm'], { seed: number }>,
): Promise<readonly StepOutcome[]> {
  const other: Wish =
    kind === 'same-twice' ? wish : { ...wish, deployment: wish.deployment + 1, version: world.nextVersion() };
  // Where nothing is there yet, whichever comes first puts its version there.
  const allowed = world.truth().canary ? 0 : 100;
  if (kind === 'two-deployments' && wish.move === 'deploy-stack') world.approvals.approve(other.version, allowed);
  return Promise.all([
    world.run(orderFor(world, wish), delayCalls(seed * 2)),
    world.run(orderFor(world, other), delayCalls(seed * 2 + 1)),
  ]);
}
