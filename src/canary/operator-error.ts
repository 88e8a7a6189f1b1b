import type { ErrorCode } from './error-catalogue.ts';

/**
 * A mistake or condition that an operator can act on; every other error is a bug of ours.
 * `message` says what happened and why, `hint` what to do; `code` is a key of the error reference.
 */
export class OperatorError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'OperatorError';
    this.code = code;
    this.hint = hint;
  }
}
