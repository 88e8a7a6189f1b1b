import { isDeploying } from '../../steps/step.ts';
import type { Case } from '../cases/case.ts';
import type { StepRequest } from '../cases/step-uses.ts';
import { delayCalls } from '../step-runs/delayed-calls.ts';
import type { Kill } from '../step-runs/process-pool.ts';
import type { StepOutcome } from '../step-runs/step-order.ts';
import { orderFor } from '../world/step-requests.ts';
import type { FaultWorld } from '../world/world.ts';
import type { FaultInjector } from './fixture.ts';

/** Injects the fault of a case into a run. */
export function createFaultInjection(kill: Kill): FaultInjector {
  return async (world, testCase, request, mutation) => {
    const { injectedFault } = testCase;
    switch (injectedFault.kind) {
      case 'none':
        return [await world.run(orderFor(world, request), mutation)];
      case 'same-twice':
      case 'two-deployments':
        return runTwo(world, request, injectedFault);
      case 'kill-before':
      case 'kill-after': {
        const kind = injectedFault.kind === 'kill-before' ? 'hang-before' : 'hang-after';
        const { operation, occurrence } = injectedFault;
        const { id } = world.emulator.faults.add({ kind, operation, occurrence });
        return [await kill(world.connection, orderFor(world, request), world.emulator.faults.fired(id))];
      }
      default:
        world.emulator.faults.add({ ...injectedFault });
        return [await world.run(orderFor(world, request), mutation)];
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
  // Before the first deployment, whichever run comes first deploys its version.
  const allowed = world.actualState().canary ? 0 : 100;
  if (kind === 'two-deployments' && isDeploying(request.stepUse)) world.approvals.approve(other.version, allowed);
  return Promise.all([
    world.run(orderFor(world, request), delayCalls(seed * 2)),
    world.run(orderFor(world, other), delayCalls(seed * 2 + 1)),
  ]);
}
