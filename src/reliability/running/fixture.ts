import type { Snapshot } from '../actual-state/snapshot.ts';
import type { Case } from '../cases/case.ts';
import type { StepRequest } from '../cases/step-uses.ts';
import type { AwsWrapper, StepOutcome } from '../step-runs/step-order.ts';
import type { FaultWorld } from '../world/world.ts';

/** What a fault-free run of the same step from the same state came to. */
export interface Expectation {
  readonly outcome: string;
  readonly snapshot: Snapshot;
}

/** Carries out the first, faulted run of a case. @returns its outcome, or several when runs came together */
export type FaultInjector = (
  world: FaultWorld,
  testCase: Case,
  request: StepRequest,
  mutation: AwsWrapper | undefined,
) => Promise<readonly StepOutcome[]>;

/** What a case runs with. */
export interface Fixture {
  readonly world: FaultWorld;
  readonly injectFault: FaultInjector;
  /** Undefined where nothing is known, for instance while expectations are being made. */
  readonly expected?: Expectation | undefined;
  /** Stands between every run and AWS; only tests of the checks themselves need it. */
  readonly mutation?: AwsWrapper;
}
