/** Why an installation cannot continue: `message` says what happened and why, `hint` what to do. */
export class InstallError extends Error {
  readonly hint: string;

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'InstallError';
    this.hint = hint;
  }
}
