import type { Aws } from '../../aws/aws.ts';
import { interceptAws } from '../../aws/intercept.ts';
import type { StepOrder, StepOutcome } from '../step-runs/step-order.ts';
import type { FaultWorld } from '../world/world.ts';
import type { InjectedFault } from './sequence.ts';

/** What stands between a step and AWS, for example to slow it down. */
export type AwsWrapper = (aws: Aws) => Aws;

/** Runs a step and does it the harm; the emulated AWS is well repeatStep afterwards. */
export async function runWithFault(
  { emulator: { faults }, run }: FaultWorld,
  order: StepOrder,
  injectedFault: InjectedFault,
  between: AwsWrapper,
): Promise<StepOutcome> {
  switch (injectedFault.kind) {
    case 'none':
      return run(order, between);
    case 'kill':
      return runKilled(order, injectedFault, (aws, wanted) => run(wanted, (plain) => aws(between(plain))));
    case 'fault': {
      const { fault: kind, operation, occurrence, times } = injectedFault;
      faults.add({ kind, occurrence, times, ...(operation !== undefined && { operation }) });
      try {
        return await run(order, between);
      } finally {
        faults.clear();
      }
    }
  }
}

/** Ends a run in the middle; what it had asked for by then may still be answered, to nobody. */
async function runKilled(
  order: StepOrder,
  { when, call }: Extract<InjectedFault, { kind: 'kill' }>,
  run: (between: AwsWrapper, order: StepOrder) => Promise<StepOutcome>,
): Promise<StepOutcome> {
  let calls = 0;
  let die = (): void => {};
  const death = new Promise<StepOutcome>((resolve) => {
    die = () => resolve({ kind: 'killed' });
  });
  const never = new Promise<never>(() => {});
  const guard = async <T>(carryOut: () => Promise<T>): Promise<T> => {
    calls += 1;
    if (calls > call) return never;
    if (calls < call) return carryOut();
    if (when === 'after') await carryOut().catch(() => undefined);
    die();
    return never;
  };
  return Promise.race([run((aws) => interceptAws(aws, guard), order), death]);
}
