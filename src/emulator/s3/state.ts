import type { SharedWorld } from '../contract/shared-world.ts';

/** A bucket with its objects, which are texts by their keys. */
export interface Bucket {
  readonly region: string;
  readonly objects: Map<string, string>;
}

/** The state of the emulated S3. */
export interface S3 {
  readonly world: SharedWorld;
  readonly buckets: Map<string, Bucket>;
}
