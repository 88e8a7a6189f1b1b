import { createHash } from 'node:crypto';
import { AwsError } from '../contract/aws-error.ts';
import type { Bucket, ObjectVersion, S3 } from './state.ts';

interface ObjectRequest {
  readonly Bucket: string;
  readonly Key: string;
}

/** CreateBucket. Names are unique in this world, as they are in a partition. */
export function createBucket(
  { world, buckets }: S3,
  request: { readonly Bucket: string; readonly LocationConstraint?: string },
): object {
  const { Bucket: name, LocationConstraint: region = 'us-east-1' } = request;
  if (!/^(?!.*\.\.)[a-z\d][a-z\d.-]{1,61}[a-z\d]$/.test(name))
    throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.');
  if (region !== world.options.region && world.options.region !== 'us-east-1')
    throw new AwsError(
      'IllegalLocationConstraintException',
      `The ${request.LocationConstraint ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  if (buckets.has(name))
    throw new AwsError(
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
      409,
    );
  buckets.set(name, { region, versioning: undefined, objects: new Map() });
  return { Location: `/${name}` };
}

/** PutBucketVersioning. */
export function putBucketVersioning(s3: S3, request: VersioningRequest): object {
  requireBucket(s3, request.Bucket).versioning = request.VersioningConfiguration.Status;
  return {};
}

interface VersioningRequest {
  readonly Bucket: string;
  readonly VersioningConfiguration: { readonly Status: Bucket['versioning'] };
}

/** PutObject. A bucket that keeps versions keeps the earlier ones. */
export function putObject(s3: S3, { Bucket: name, Key: key, Body }: ObjectRequest & { readonly Body: string }): object {
  const { versioning, objects } = requireBucket(s3, name);
  const VersionId = versioning === 'Enabled' ? s3.world.id(32) : 'null';
  const others = (objects.get(key) ?? []).filter((each) => each.VersionId !== VersionId);
  objects.set(key, [...others, { VersionId, Body }]);
  return { ETag: etagOf(Body), ...(versioning && { VersionId }) };
}

/** GetObject: the newest version, or the one that is asked for. */
export function getObject(s3: S3, request: ObjectRequest & { readonly VersionId?: string }): object {
  const { versioning, objects } = requireBucket(s3, request.Bucket);
  const { Body, VersionId } = findVersion(objects.get(request.Key) ?? [], request.VersionId);
  return { Body, ETag: etagOf(Body), ...(versioning && { VersionId }) };
}

function findVersion(versions: readonly ObjectVersion[], wanted: string | undefined): ObjectVersion {
  const found = wanted === undefined ? versions.at(-1) : versions.find(({ VersionId }) => VersionId === wanted);
  if (found) return found;
  throw wanted === undefined
    ? new AwsError('NoSuchKey', 'The specified key does not exist.', 404)
    : new AwsError('NoSuchVersion', 'The specified version does not exist.', 404);
}

function requireBucket({ world, buckets }: S3, name: string): Bucket {
  const bucket = buckets.get(name);
  if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
  if (bucket.region === world.options.region) return bucket;
  throw new AwsError(
    'PermanentRedirect',
    'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
    301,
  );
}

function etagOf(body: string): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}
