/** Command-line arguments that cannot be used; every problem at once, one a line. Ends the program with code 2. */
export class UsageError extends Error {
  constructor(problems: readonly string[], help: string) {
    super(`${problems.join('\n')}\n${help}`);
    this.name = 'UsageError';
  }
}
