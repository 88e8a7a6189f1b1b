/** Invalid command-line arguments, with one line per problem. Ends the program with exit code 2. */
export class UsageError extends Error {
  constructor(problems: readonly string[], help: string) {
    super(`${problems.join('\n')}\n${help}`);
    this.name = 'UsageError';
  }
}
