import type { IncomingHttpHeaders } from 'node:http';
import { AwsError } from '../contract/aws-error.ts';
import { escapeXml } from './xml.ts';

/** The line with which an HTTP request begins. */
export interface RequestLine {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
}

/** S3's operations that the emulator can read. */
export const s3Operations: readonly string[] = ['CreateBucket', 'PutBucketVersioning', 'PutObject', 'GetObject'];

/** Reads a path-style S3 request; throws AwsError if the emulator does not know it. */
export function readS3Request(
  { method, url }: RequestLine,
  headers: IncomingHttpHeaders,
  body: string,
): { readonly operation: string; readonly input: object } {
  const { pathname, search, searchParams } = new URL(url ?? '/', 'http://s3');
  const [Bucket = '', ...rest] = pathname.slice(1).split('/').map(decodeURIComponent);
  const Key = rest.join('/');
  const asked = Key === '' ? `${method} bucket` : `${method} object`;
  const VersionId = searchParams.get('versionId');
  const asks = [...searchParams.keys()].filter((name) => name !== 'x-id').join();
  const isPlain = Bucket !== '' && asks === '';
  const said = (tag: string): string | undefined => new RegExp(`<${tag}>([^<]+)<`).exec(body)?.[1];
  const LocationConstraint = said('LocationConstraint');
  if (isPlain && asked === 'PUT bucket')
    return { operation: 'CreateBucket', input: { Bucket, ...(LocationConstraint && { LocationConstraint }) } };
  if (Bucket !== '' && asks === 'versioning' && asked === 'PUT bucket')
    return { operation: 'PutBucketVersioning', input: { Bucket, VersioningConfiguration: { Status: said('Status') } } };
  const isChunked = /aws-chunked/.test(String(headers['content-encoding']));
  if (isPlain && asked === 'PUT object' && !isChunked)
    return { operation: 'PutObject', input: { Bucket, Key, Body: body } };
  if ((isPlain || asks === 'versionId') && asked === 'GET object')
    return { operation: 'GetObject', input: { Bucket, Key, ...(VersionId && { VersionId }) } };
  throw new AwsError('NotImplemented', `The emulator does not support s3: ${method} ${pathname}${search}`);
}

/** The answer of an S3 operation: an object's own text, otherwise nothing but headers. */
export function encodeS3({ Body = '', ETag, Location, VersionId }: Readonly<Record<string, string>>): {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
} {
  const headers = {
    ...(ETag && { etag: ETag }),
    ...(Location && { location: Location }),
    ...(VersionId && { 'x-amz-version-id': VersionId }),
  };
  return { body: Body, headers };
}

/** The body of an S3 error. */
export function encodeS3Error(error: AwsError, requestId: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message><RequestId>${requestId}</RequestId></Error>`;
}
