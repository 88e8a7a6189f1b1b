import { AwsError } from '../contract/aws-error.ts';
import type { OperationTable, ServiceName, World } from '../world.ts';
import { findOperationSchema, type OperationSchema } from './operation-schema.ts';

/** An operation that the emulator performs, and the shapes of its input and output. */
export interface FoundOperation {
  readonly schema: OperationSchema;
  readonly run: (input: object) => unknown;
}

/** Throws UnsupportedOperation when the emulator lacks the operation. */
export function findOperation(world: World, service: ServiceName, operation: string): FoundOperation {
  const schema = findOperationSchema(service, operation);
  const table = operationsOf(world, service);
  const run = Object.hasOwn(table, operation) ? table[operation] : undefined;
  if (!schema) throw unsupportedOperation(service, `${operation}, and neither does AWS`);
  if (!run) throw unsupportedOperation(service, operation);
  return { schema, run: run as (input: object) => unknown };
}

// 400, not 501: the SDKs would try a 5xx again.
export function unsupportedOperation(service: string, operation: string): AwsError {
  return new AwsError('UnsupportedOperation', `the emulated ${service} does not know ${operation}`);
}

function operationsOf(world: World, service: ServiceName): OperationTable {
  switch (service) {
    case 'ecs':
      return world.ecs.operations;
    case 'elb':
      return world.elb.operations;
    case 'cloudformation':
      return world.cloudFormation.operations;
  }
}
