import { type KillPoint, runUntilKilled } from '../step-runs/in-process-kill.ts';
import type { AwsWrapper, StepOrder, StepOutcome } from '../step-runs/step-order.ts';
import type { FaultWorld } from '../world/world.ts';
import type { SequenceFault } from './sequence.ts';

/** Runs a step with a fault, and clears the fault afterwards. */
export async function runWithFault(
  { emulator: { faults }, run }: FaultWorld,
  order: StepOrder,
  injectedFault: SequenceFault,
  mutate: AwsWrapper,
): Promise<StepOutcome> {
  switch (injectedFault.kind) {
    case 'none':
      return run(order, mutate);
    case 'kill':
      return runUntilKilled((wrap) => run(order, (aws) => wrap(mutate(aws))), killAt(injectedFault));
    case 'fault': {
      const { fault: kind, operation, occurrence, times } = injectedFault;
      faults.add({ kind, occurrence, times, ...(operation !== undefined && { operation }) });
      try {
        return await run(order, mutate);
      } finally {
        faults.clear();
      }
    }
  }
}

/** Ends a run at its n-th call. */
function killAt({ when, call }: Extract<SequenceFault, { kind: 'kill' }>): KillPoint {
  let calls = 0;
  return () => {
    calls += 1;
    return calls === call ? when : undefined;
  };
}
