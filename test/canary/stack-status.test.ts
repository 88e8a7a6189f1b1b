import { StackStatus } from '@aws-sdk/client-cloudformation';
import { describe, expect, it } from 'vitest';
import { everCompleted, type StackCondition, stackCondition } from '../../src/canary/stack-status.ts';

const settled = (rolledBack: boolean): StackCondition => ({ kind: 'settled', rolledBack });
const busy = (more: object = {}): StackCondition => ({
  kind: 'busy',
  cleanup: false,
  failing: false,
  cancellable: false,
  ...more,
});
const never: StackCondition = { kind: 'never-completed' };

const expected: Record<StackStatus, readonly [StackCondition, everCompleted: boolean]> = {
  CREATE_IN_PROGRESS: [busy(), false],
  CREATE_FAILED: [never, false],
  CREATE_COMPLETE: [settled(false), true],
  ROLLBACK_IN_PROGRESS: [busy({ failing: true }), false],
  ROLLBACK_FAILED: [never, false],
  ROLLBACK_COMPLETE: [never, false],
  DELETE_IN_PROGRESS: [busy({ failing: true }), true],
  DELETE_FAILED: [{ kind: 'stuck', remedy: 'retry-delete' }, true],
  DELETE_COMPLETE: [{ kind: 'stuck', remedy: 'console' }, true],
  UPDATE_IN_PROGRESS: [busy({ cancellable: true }), true],
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: [busy({ cleanup: true }), true],
  UPDATE_COMPLETE: [settled(false), true],
  UPDATE_FAILED: [{ kind: 'stuck', remedy: 'rollback-stack' }, true],
  UPDATE_ROLLBACK_IN_PROGRESS: [busy({ failing: true }), true],
  UPDATE_ROLLBACK_FAILED: [{ kind: 'stuck', remedy: 'continue-update-rollback' }, true],
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: [busy({ cleanup: true, failing: true }), true],
  UPDATE_ROLLBACK_COMPLETE: [settled(true), true],
  REVIEW_IN_PROGRESS: [never, false],
  IMPORT_IN_PROGRESS: [busy(), true],
  IMPORT_COMPLETE: [settled(false), true],
  IMPORT_ROLLBACK_IN_PROGRESS: [busy({ failing: true }), true],
  IMPORT_ROLLBACK_FAILED: [{ kind: 'stuck', remedy: 'console' }, true],
  IMPORT_ROLLBACK_COMPLETE: [settled(true), true],
};

describe('a stack status', () => {
  it.each(Object.values(StackStatus))('%s means what AWS documents', (status) => {
    expect([stackCondition(status), everCompleted(status)]).toEqual(expected[status]);
  });

  it('that AWS adds later is waited for while in progress, and a case for a person otherwise', () => {
    expect(stackCondition('MIGRATE_IN_PROGRESS').kind).toBe('busy');
    expect(stackCondition('MIGRATE_COMPLETE')).toEqual({ kind: 'stuck', remedy: 'console' });
  });
});
