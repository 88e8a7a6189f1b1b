import { expect } from 'vitest';
import type { Decision } from '../../src/canary/decision.ts';
import { OperatorError } from '../../src/canary/operator-error.ts';
import type { Weights } from '../../src/canary/weights.ts';

/** The decision, including a refusal; defects are rethrown. */
export function decisionOf(decide: () => Decision): Decision | OperatorError {
  try {
    return decide();
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
}

/** The weights that a decision writes, which are never both 0. */
export function weightsWritten(decision: Decision | OperatorError): Weights | undefined {
  if (decision instanceof OperatorError || decision.kind !== 'change') return undefined;
  const { change } = decision;
  if (change.kind !== 'set-weights') return undefined;
  expect(change.weights.blue + change.weights.green).toBeGreaterThan(0);
  return change.weights;
}

/** The colour that a decision records as stable. */
export function tagWritten(decision: Decision | OperatorError): string | undefined {
  if (decision instanceof OperatorError || decision.kind !== 'change') return undefined;
  return decision.change.kind === 'tag-stable' ? decision.change.colour : undefined;
}
