import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ActualCanary } from '../actual-state/actual-state.ts';
import { type ActualEntryPoint, weightsIn } from '../actual-state/entry-points.ts';
import { listenerOf } from '../actual-state/rules.ts';
import type { Entry } from '../actual-state/write-log.ts';

/** Writes that only steps make, and no concurrent stack update. */
export const stepWrites: ReadonlySet<string> = new Set([
  'ModifyRule',
  'ModifyListener',
  'TagResource',
  'UntagResource',
  'UpdateTaskSet',
  'CreateRule',
  'DeleteRule',
]);

/**
 * Finds what Rollback wrote before green had lost its traffic at every entry point; weights must come first.
 * @param exposed the canary before it
 * @returns sentences that start with the invariant
 */
export function findEarlyWrites(exposed: ActualCanary, entries: readonly Entry[]): readonly string[] {
  const left = new Map(
    exposed.entryPoints
      .filter(({ weights }) => weights.green > 0)
      .map((entryPoint) => [entryPoint.ruleArn, entryPoint]),
  );
  const found: string[] = [];
  for (const { operation, input } of entries) {
    const entryPoint = exposed.entryPoints.find((each) => isWrittenBy(each, input));
    if (entryPoint) note(left, entryPoint, weightsOf(input, exposed));
    else if (left.size > 0 && stepWrites.has(operation) && !isRevival(operation, exposed))
      found.push(
        `I4: Rollback wrote ${operation} while green had traffic at ${[...left.values()].map(({ name }) => name).join(' and ')}`,
      );
  }
  return found;
}

interface WeightsInput {
  readonly RuleArn?: string;
  readonly Actions?: readonly Action[];
  readonly ListenerArn?: string;
  readonly DefaultActions?: readonly Action[];
}

function isWrittenBy({ ruleArn, isDefault }: ActualEntryPoint, input: WeightsInput): boolean {
  return isDefault
    ? input.DefaultActions !== undefined && input.ListenerArn === listenerOf(ruleArn)
    : input.Actions !== undefined && input.RuleArn === ruleArn;
}

function weightsOf(
  { Actions, DefaultActions }: WeightsInput,
  { blue, green }: ActualCanary,
): ActualEntryPoint['weights'] {
  return weightsIn(Actions ?? DefaultActions, { blue: blue.group, green: green.group });
}

function note(
  left: Map<string, ActualEntryPoint>,
  entryPoint: ActualEntryPoint,
  { green }: ActualEntryPoint['weights'],
): void {
  if (green > 0) left.set(entryPoint.ruleArn, entryPoint);
  else left.delete(entryPoint.ruleArn);
}

/** A blue that serves nothing must recover before users are sent there. */
function isRevival(operation: string, { blue }: ActualCanary): boolean {
  return operation === 'UpdateTaskSet' && blue.healthy === 0;
}
