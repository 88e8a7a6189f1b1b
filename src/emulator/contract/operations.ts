/**
 * One API operation of a service that keeps its records in `State`: plain SDK-shaped input (as the client's TypeScript types,
 * dates as Date), plain SDK-shaped output; throws AwsError.
 */
export type Operation<State> = (state: State, input: never) => unknown;

/** A service's operations by AWS's names, for example `DescribeServices`. An operation missing here is refused loudly. */
export type OperationTable<State> = Readonly<Record<string, Operation<State>>>;

/** The same of a service that runs, whose state they already have. */
export type BoundOperations = Readonly<Record<string, (input: never) => unknown>>;

/** Gives every operation the state that it works on. */
export function bindOperations<State>(state: State, table: OperationTable<State>): BoundOperations {
  return Object.fromEntries(
    Object.entries(table).map(([name, operation]) => [name, (input: never) => operation(state, input)]),
  );
}

/** Whether an operation changes nothing, by its name. */
export function isRead(operation: string): boolean {
  return /^(Describe|List|Get|Validate|Detect)/.test(operation);
}
