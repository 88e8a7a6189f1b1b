import { type Authorize, requireAuthorization } from './authorization.ts';
import { AwsError } from './contract/aws-error.ts';
import type { Caller } from './contract/caller.ts';
import { isRead } from './contract/operations.ts';
import type { Service, ServiceName } from './contract/service.ts';
import { findOperationSchema, isOperation, type OperationSchema } from './protocol/operation-schema.ts';
import { checkRequiredMembers } from './protocol/required-members.ts';
import type { Write } from './writes.ts';

/** An operation that the emulator performs. */
export interface FoundOperation {
  /** The shapes of its input and output; S3 has none. */
  readonly schema: OperationSchema | undefined;
  /** Authorizes the call if it has a caller, validates it, carries it out, and reports a write; rejects with AwsError. */
  run(input: object, caller?: Caller): Promise<unknown>;
}

/** Finds an operation, for clients and services alike; throws UnsupportedOperation if the emulator lacks it. */
export type FindOperation = (service: ServiceName, operation: string) => FoundOperation;

export function createDispatch(
  services: Readonly<Record<ServiceName, Service>>,
  authorize: Authorize | undefined,
  tell: (write: Omit<Write, 'time'>) => void,
): FindOperation {
  return (service, operation) => {
    const schema = findOperationSchema(service, operation);
    const { operations } = services[service];
    const perform = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    if (!isOperation(service, operation)) throw unsupportedOperation(service, `${operation}, nor does AWS`);
    if (!perform) throw unsupportedOperation(service, operation);
    const run = async (input: object, caller?: Caller): Promise<unknown> => {
      if (caller) await requireAuthorization(authorize, { service, operation, input, caller });
      if (schema) checkRequiredMembers(service, schema.input, input);
      const result = perform(input as never, caller);
      // A write that takes effect at once is reported at once, before any other call can be carried out.
      const output = result instanceof Promise ? await result : result;
      if (!isRead(operation)) tell({ service, operation, input: structuredClone(input) });
      return output;
    };
    return { schema, run };
  };
}

// 400, not 501, because the SDKs would retry a 5xx.
export function unsupportedOperation(service: string, operation: string): AwsError {
  return new AwsError('UnsupportedOperation', `The emulator does not support ${service}:${operation}.`);
}
