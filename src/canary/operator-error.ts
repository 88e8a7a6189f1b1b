import type { ErrorCode } from './error-catalogue.ts';
import type { TaskSet } from './service.ts';

/** What belongs to an error besides its texts. */
export interface ErrorContext extends ErrorOptions {
  /** The task set whose tasks show the cause. */
  readonly taskSet?: TaskSet | undefined;
}

/**
 * A mistake or condition that an operator can act on; every other error is a bug of ours.
 * `message` says what happened and why, `hint` what to do; `code` is a key of the error reference.
 */
export class OperatorError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly taskSet: TaskSet | undefined;

  constructor(code: ErrorCode, message: string, hint: string, context: ErrorContext = {}) {
    super(message, context);
    this.name = 'OperatorError';
    this.code = code;
    this.hint = hint;
    this.taskSet = context.taskSet;
  }
}
