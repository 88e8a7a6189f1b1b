import { createHash } from 'node:crypto';
import { AwsError } from '../contract/aws-error.ts';
import type { Bucket, S3 } from './state.ts';

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
  buckets.set(name, { region, objects: new Map() });
  return { Location: `/${name}` };
}

/** PutObject. */
export function putObject(s3: S3, request: ObjectRequest & { readonly Body: string }): object {
  requireBucket(s3, request.Bucket).objects.set(request.Key, request.Body);
  return { ETag: etagOf(request.Body) };
}

/** GetObject. */
export function getObject(s3: S3, { Bucket: name, Key: key }: ObjectRequest): object {
  const Body = requireBucket(s3, name).objects.get(key);
  if (Body === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  return { Body, ETag: etagOf(Body) };
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
