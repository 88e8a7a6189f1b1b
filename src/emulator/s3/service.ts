import { bindOperations, type OperationTable } from '../contract/operations.ts';
import type { Service } from '../contract/service.ts';
import type { SharedWorld } from '../contract/shared-world.ts';
import { createBucket, getObject, putBucketVersioning, putObject } from './operations.ts';
import type { S3 } from './state.ts';

/** An emulated S3 without buckets. */
export function createS3Service(world: SharedWorld): Service {
  return { operations: bindOperations({ world, buckets: new Map() }, operations), close: async () => {} };
}

const operations: OperationTable<S3> = {
  CreateBucket: createBucket,
  PutBucketVersioning: putBucketVersioning,
  PutObject: putObject,
  GetObject: getObject,
};
