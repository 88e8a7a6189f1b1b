import { AwsError } from '../../contract/aws-error.ts';
import type { Caller } from '../../contract/caller.ts';
import type { Operation } from '../../contract/operations.ts';
import type { CloudFormation } from '../state.ts';
import { invalid } from './lookup.ts';

interface TemplateRequest {
  readonly TemplateBody?: string;
  readonly TemplateURL?: string;
}

/** An operation that takes a template's URL as well: the caller's permissions read it before the operation begins. */
export function withStoredTemplate(operation: Operation<CloudFormation>): Operation<CloudFormation> {
  return (cloud, request: TemplateRequest, caller) => {
    const { TemplateBody, TemplateURL } = request;
    if (TemplateURL === undefined) return operation(cloud, request as never, caller);
    if (TemplateBody !== undefined) throw invalid('Only one of TemplateBody or TemplateURL can be specified.');
    return readTemplate(cloud, TemplateURL, caller).then((storedTemplate) =>
      operation(cloud, { ...request, storedTemplate } as never, caller),
    );
  };
}

const maxStoredBytes = 1_000_000;

async function readTemplate({ world }: CloudFormation, url: string, caller: Caller | undefined): Promise<string> {
  const place = placeOf(url);
  const { Body } = await world
    .invoke<{ readonly Body: string }>('s3', 'GetObject', place, caller)
    .catch((error: unknown) => {
      const denied = error instanceof AwsError && error.code === 'AccessDenied';
      throw invalid(`S3 error: ${denied ? 'Access Denied' : (error as Error).message}\n${more}`);
    });
  if (Buffer.byteLength(Body) > maxStoredBytes)
    throw invalid(`Template may not exceed ${maxStoredBytes} bytes in size.`);
  return Body;
}

const more = 'For more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html';

interface Place {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string;
}

/** The bucket, key and version in one of S3's URLs; the bucket begins the host or the path. */
function placeOf(url: string): Place {
  const [, host = '', path = '', version] = /^https:\/\/([^/]+)\/([^?]+)(?:\?versionId=([^&]+))?$/.exec(url) ?? [];
  const [isS3, bucket] = /^(?:(.+)\.)?s3(?:[.-][a-z]+(?:-[a-z]+)+-\d+)?\.[a-z][a-z.-]*$/.exec(host) ?? [];
  const [Bucket = '', ...rest] = [...(bucket === undefined ? [] : [bucket]), ...path.split('/')];
  if (isS3 === undefined || rest.length === 0) throw invalid('TemplateURL must be a supported URL.');
  return {
    ...{ Bucket, Key: decodeURIComponent(rest.join('/')) },
    ...(version && { VersionId: decodeURIComponent(version) }),
  };
}
