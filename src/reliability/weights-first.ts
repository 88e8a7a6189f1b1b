import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { CanaryTruth } from './actual-state.ts';
import { type DoorTruth, weightsIn } from './entry-points.ts';
import { listenerOf } from './rules.ts';
import type { Entry } from './write-log.ts';

/** Writes that steps make; a stack update beside them makes others. */
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
 * Finds what Rollback wrote before green had lost its traffic at every door: weights come first.
 * @param exposed the canary before it
 * @returns each a sentence that begins with the invariant
 */
export function findHaste(exposed: CanaryTruth, entries: readonly Entry[]): readonly string[] {
  const left = new Map(exposed.doors.filter(({ weights }) => weights.green > 0).map((door) => [door.ruleArn, door]));
  const found: string[] = [];
  for (const { operation, input } of entries) {
    const door = exposed.doors.find((each) => isWrittenBy(each, input));
    if (door) note(left, door, weightsOf(input, exposed));
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

function isWrittenBy({ ruleArn, isDefault }: DoorTruth, input: WeightsInput): boolean {
  return isDefault
    ? input.DefaultActions !== undefined && input.ListenerArn === listenerOf(ruleArn)
    : input.Actions !== undefined && input.RuleArn === ruleArn;
}

function weightsOf({ Actions, DefaultActions }: WeightsInput, { blue, green }: CanaryTruth): DoorTruth['weights'] {
  return weightsIn(Actions ?? DefaultActions, { blue: blue.group, green: green.group });
}

function note(left: Map<string, DoorTruth>, door: DoorTruth, { green }: DoorTruth['weights']): void {
  if (green > 0) left.set(door.ruleArn, door);
  else left.delete(door.ruleArn);
}

/** A blue that nothing serves from has to come back before anybody is sent there. */
function isRevival(operation: string, { blue }: CanaryTruth): boolean {
  return operation === 'UpdateTaskSet' && blue.healthy === 0;
}
