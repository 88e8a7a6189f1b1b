import type { SharedWorld } from '../contract/shared-world.ts';

/** One version of an object, which is a text. */
export interface ObjectVersion {
  /** `null` if it was written while the bucket kept no versions. */
  readonly VersionId: string;
  readonly Body: string;
}

/** A bucket with the versions of its objects by their keys, the oldest first. */
export interface Bucket {
  readonly region: string;
  versioning: 'Enabled' | 'Suspended' | undefined;
  readonly objects: Map<string, readonly ObjectVersion[]>;
}

/** The state of the emulated S3. */
export interface S3 {
  readonly world: SharedWorld;
  readonly buckets: Map<string, Bucket>;
}
