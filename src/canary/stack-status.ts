/** What a CloudFormation stack status means for a canary. */
export type StackCondition =
  /** Complete: may be updated. `rolledBack` when its last update failed. */
  | { readonly kind: 'settled'; readonly rolledBack: boolean }
  /** An operation is in progress; `cleanup` when the new resources already serve and old ones are being deleted. */
  | { readonly kind: 'busy'; readonly cleanup: boolean; readonly failing: boolean; readonly cancellable: boolean }
  /** Never completed a creation, so it never served: may be deleted if the operator says so. */
  | { readonly kind: 'never-completed' }
  /** Stuck; only a person can resolve it. */
  | {
      readonly kind: 'stuck';
      readonly remedy: 'continue-update-rollback' | 'rollback-stack' | 'retry-delete' | 'console';
    };

/** Classifies a stack status (facts: the CloudFormation API's StackStatus values). */
export function stackCondition(status: string): StackCondition {
  switch (status) {
    case 'CREATE_COMPLETE':
    case 'UPDATE_COMPLETE':
    case 'IMPORT_COMPLETE':
      return { kind: 'settled', rolledBack: false };
    case 'UPDATE_ROLLBACK_COMPLETE':
    case 'IMPORT_ROLLBACK_COMPLETE':
      return { kind: 'settled', rolledBack: true };
    case 'ROLLBACK_COMPLETE':
    case 'ROLLBACK_FAILED':
    case 'CREATE_FAILED':
    case 'REVIEW_IN_PROGRESS':
      return { kind: 'never-completed' };
    case 'UPDATE_ROLLBACK_FAILED':
      return { kind: 'stuck', remedy: 'continue-update-rollback' };
    case 'UPDATE_FAILED':
      return { kind: 'stuck', remedy: 'rollback-stack' };
    case 'DELETE_FAILED':
      return { kind: 'stuck', remedy: 'retry-delete' };
    default:
      if (!status.endsWith('_IN_PROGRESS')) return { kind: 'stuck', remedy: 'console' };
      return {
        kind: 'busy',
        cleanup: status.includes('CLEANUP'),
        failing: status.includes('ROLLBACK') || status.startsWith('DELETE'),
        cancellable: status === 'UPDATE_IN_PROGRESS',
      };
  }
}

/** Whether the stack is or was ever complete; only then can anything be served from it. */
export function everCompleted(status: string): boolean {
  const condition = stackCondition(status);
  return condition.kind !== 'never-completed' && status !== 'CREATE_IN_PROGRESS' && status !== 'ROLLBACK_IN_PROGRESS';
}
