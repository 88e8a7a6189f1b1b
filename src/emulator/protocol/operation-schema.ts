import * as cloudFormation from '@aws-sdk/client-cloudformation';
import * as cloudWatch from '@aws-sdk/client-cloudwatch';
import * as ecs from '@aws-sdk/client-ecs';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import type { ServiceName } from '../contract/service.ts';
import { s3Operations } from './rest.ts';

/** The SDK's own schemas for one API operation. */
export interface OperationSchema {
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
}

const clients: Readonly<Record<Exclude<ServiceName, 's3'>, Readonly<Record<string, unknown>>>> = {
  ecs: { ...ecs },
  elb: { ...elb },
  cloudformation: { ...cloudFormation },
  cloudwatch: { ...cloudWatch },
};

const known = new Map<string, OperationSchema>();

/** Whether the service has an operation of that name on AWS; of S3's, whether the emulator knows it. */
export function isOperation(service: ServiceName, operation: string): boolean {
  return service === 's3' ? s3Operations.includes(operation) : findOperationSchema(service, operation) !== undefined;
}

/** Undefined for S3, which has no such schemas here, and if the service has no operation of that name on AWS. */
export function findOperationSchema(service: ServiceName, operation: string): OperationSchema | undefined {
  if (service === 's3') return undefined;
  const key = `${service} ${operation}`;
  const found = known.get(key) ?? readSchema(clients[service][`${operation}$`]);
  if (found) known.set(key, found);
  return found;
}

function readSchema(exported: unknown): OperationSchema | undefined {
  if (!Array.isArray(exported) || exported[0] !== operationSchemaId) return undefined;
  const [, , , , input, output] = exported as StaticOperationSchema;
  return { input: NormalizedSchema.of(input), output: NormalizedSchema.of(output) };
}

const operationSchemaId = 9;
