import type { Snapshot } from '../actual-state/snapshot.ts';
import type { Case } from '../cases/case.ts';
import type { StepRequest } from '../cases/step-uses.ts';
import type { AwsWrapper, StepOutcome } from '../step-runs/step-order.ts';
import type { FaultWorld } from '../world/world.ts';

/** The result of a fault-free run of the same step from the same state. */
export interface Expectation {
  readonly outcome: string;
  readonly snapshot: Snapshot;
}

/** Carries out the first, faulted run of a case. @returns its outcome, or several for concurrent runs */
export type FaultInjector = (
  world: FaultWorld,
  testCase: Case,
  request: StepRequest,
  mutation: AwsWrapper | undefined,
) => Promise<readonly StepOutcome[]>;

/** What a case needs to run. */
export interface Fixture {
  readonly world: FaultWorld;
  readonly injectFault: FaultInjector;
  /** Undefined when unknown, for instance while expectations are being recorded. */
  readonly expected?: Expectation | undefined;
  /** Wraps AWS for every run; only tests of the checks themselves need it. */
  readonly mutation?: AwsWrapper;
}
