import { isDeploying } from '../steps/step.ts';
import type { Case } from './cases.ts';
import type { FaultyRun } from './course.ts';
import { delayCalls } from './delays.ts';
import type { StepOrder, StepOutcome } from './step-order.ts';
import { orderFor, type StepRequest } from './step-uses.ts';
import type { FaultWorld } from './world.ts';

/** Runs a step in a process of its own and ends it when the moment has come. */
export type Kill = (world: FaultWorld, order: StepOrder, moment: Promise<void>) => Promise<StepOutcome>;

/** Does to a run what the cell says. */
export function createFaultInjection(kill: Kill): FaultyRun {
  return async (world, testCase, request, between) => {
    const { injectedFault } = testCase;
    switch (injectedFault.kind) {
      case 'none':
        return [await world.run(orderFor(world, request), between)];
      case 'same-twice':
      case 'two-deployments':
        return runTwo(world, request, injectedFault);
      case 'kill-before':
      case 'kill-after': {
        const kind = injectedFault.kind === 'kill-before' ? 'hang-before' : 'hang-after';
        const { operation, occurrence } = injectedFault;
        const { id } = world.emulator.faults.add({ kind, operation, occurrence });
        return [await kill(world, orderFor(world, request), world.emulator.faults.fired(id))];
      }
      default:
        world.emulator.faults.add({ ...injectedFault });
        return [await world.run(orderFor(world, request), between)];
    }
  };
}

async function runTwo(
  world: FaultWorld,
  request: StepRequest,
  { kind, seed }: Extract<Case['injectedFault'], { seed: number }>,
): Promise<readonly StepOutcome[]> {
  const other: StepRequest =
    kind === 'same-twice' ? request : { ...request, deployment: request.deployment + 1, version: world.nextVersion() };
  // Where nothing is there yet, whichever comes first puts its version there.
  const allowed = world.actualState().canary ? 0 : 100;
  if (kind === 'two-deployments' && isDeploying(request.move)) world.approvals.approve(other.version, allowed);
  return Promise.all([
    world.run(orderFor(world, request), delayCalls(seed * 2)),
    world.run(orderFor(world, other), delayCalls(seed * 2 + 1)),
  ]);
}
