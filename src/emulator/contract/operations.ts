import type { Caller } from './caller.ts';

/**
 * One API operation of a service that keeps its records in `State`. Input and output are plain objects in the shape of the
 * SDK's TypeScript types, with dates as Date; throws AwsError. The caller matters only if the operation makes calls for it.
 */
export type Operation<State> = (state: State, input: never, caller?: Caller) => unknown;

/** A service's operations by AWS's names, for example `DescribeServices`. An operation missing here is refused. */
export type OperationTable<State> = Readonly<Record<string, Operation<State>>>;

/** The same operations with their state already bound. */
export type BoundOperations = Readonly<Record<string, (input: never, caller?: Caller) => unknown>>;

/** Binds every operation to the state. */
export function bindOperations<State>(state: State, table: OperationTable<State>): BoundOperations {
  return Object.fromEntries(
    Object.entries(table).map(([name, operation]) => [
      name,
      (input: never, caller?: Caller) => operation(state, input, caller),
    ]),
  );
}

/** Whether an operation only reads, judged by its name. */
export function isRead(operation: string): boolean {
  return /^(Describe|List|Get|Validate|Detect)/.test(operation);
}
