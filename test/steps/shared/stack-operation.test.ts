import { describe, expect, test } from 'vitest';
import type { Stack } from '../../../src/aws/aws.ts';
import { wentBack } from '../../../src/steps/shared/stack-operation.ts';
import type { StackOperation } from '../../../src/steps/step.ts';

const stack = (status: string) => ({ name: 'canary', status }) as Stack;
const operation = (ended: boolean, rolledBack?: boolean): StackOperation => ({
  token: 'ecs-canary-1',
  begun: new Set(),
  finished: new Set(),
  ended,
  ...(rolledBack !== undefined && { rolledBack }),
});

describe('whether a stack update went back', () => {
  test.each([
    ['by its events, whatever an old status says', 'UPDATE_ROLLBACK_COMPLETE', operation(true), false],
    ['by its events, whatever a status from before says', 'UPDATE_COMPLETE', operation(true, true), true],
    ['by its events, as soon as one says that it goes back', 'UPDATE_COMPLETE', operation(false, true), true],
    ['by the status while no event says how it ended', 'UPDATE_ROLLBACK_COMPLETE', operation(false), true],
    ['by the status when there are no events', 'UPDATE_ROLLBACK_COMPLETE', undefined, true],
    ['by the status of an update that succeeded', 'UPDATE_COMPLETE', undefined, false],
  ])('is judged %s', (_how, status, seen, expected) => {
    expect(wentBack(stack(status), seen)).toBe(expected);
  });
});
