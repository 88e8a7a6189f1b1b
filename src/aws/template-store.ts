import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { HttpRequest } from '@smithy/core/transport';
import { SignatureV4 } from '@smithy/signature-v4';
import type { StackSubmission, TemplateBucket } from '../canary/change.ts';
import { OperatorError } from '../canary/operator-error.ts';
import type { Extend } from './clients.ts';
import { explaining } from './errors.ts';

/** Puts a template that is too large for a request into its bucket first, and lets CloudFormation read it there. */
export const storeTemplates: Extend = (aws, { cloudFormation: client, config }) => {
  const { cloudFormation } = aws;
  const exactUrls = new Map<string, string>();
  const submitting = async <T>(
    submission: StackSubmission,
    submit: (stored: StackSubmission) => Promise<T>,
  ): Promise<T> => {
    const bucket = submission.templateBucket;
    if (!bucket) return submit(submission);
    return namingBucket(bucket, async () =>
      submit({
        ...submission,
        templateUrl: await storeTemplate(client, submission, bucket, config.endpoint, exactUrls),
      }),
    );
  };
  return {
    ...aws,
    cloudFormation: {
      ...cloudFormation,
      createStack: (submission, token) => submitting(submission, (stored) => cloudFormation.createStack(stored, token)),
      updateStack: (submission, token) => submitting(submission, (stored) => cloudFormation.updateStack(stored, token)),
    },
  };
};

/**
 * Writes the template under a key with its hash, so that a repeated upload changes nothing.
 * @param exactUrls the URLs of versions that this run wrote: AWS refuses another URL with the token of the first try
 * @returns its URL, of exactly the version written if the bucket keeps versions
 */
async function storeTemplate(
  { config }: CloudFormationClient,
  { name: stack, templateBody: body }: StackSubmission,
  { name, prefix }: TemplateBucket,
  ownEndpoint: string | undefined,
  exactUrls: Map<string, string>,
): Promise<string> {
  const region = await config.region();
  const hash = createHash('sha256').update(body).digest();
  const key = `${prefix}${stack}/${hash.toString('hex')}.template`;
  const urlAt = (UseFIPS: boolean): string => {
    const { url } = config.endpointProvider({ Region: region, UseFIPS, UseDualStack: false });
    const host = url.host.replace('cloudformation', 's3');
    // A certificate covers one label before S3's own name, so a name with dots goes into the path.
    return name.includes('.') ? `https://${host}/${name}/${key}` : `https://${name}.${host}/${key}`;
  };
  const url = urlAt(false);
  const known = exactUrls.get(url);
  if (known !== undefined) return known;
  const endpoint = ownEndpoint ?? (process.env['AWS_ENDPOINT_URL_S3'] || process.env['AWS_ENDPOINT_URL']);
  const target = endpoint ? `${endpoint.replace(/\/$/, '')}/${name}/${key}` : urlAt(await config.useFipsEndpoint());
  const { credentials, sha256, systemClockOffset, customUserAgent = [] } = config;
  const userAgent = customUserAgent.map((pair) => pair.join('/')).join(' ');
  const signer = new SignatureV4({ service: 's3', region, credentials, sha256, uriEscapePath: false });
  const version = await explaining('s3:PutObject', async () => {
    const signingDate = new Date(Date.now() + systemClockOffset);
    return send(config, await signer.sign(upload(new URL(target), body, hash, userAgent), { signingDate }));
  });
  // The version `null` of a bucket that suspends versions is what the next write replaces.
  if (version === undefined || version === 'null') return url;
  const exactUrl = `${url}?versionId=${encodeURIComponent(version)}`;
  exactUrls.set(url, exactUrl);
  return exactUrl;
}

function upload(
  { protocol, hostname, host, port, pathname }: URL,
  body: string,
  hash: Buffer,
  userAgent: string,
): HttpRequest {
  return new HttpRequest({
    method: 'PUT',
    protocol,
    hostname,
    ...(port && { port: Number(port) }),
    path: pathname,
    headers: {
      host,
      'user-agent': userAgent,
      'content-type': 'text/plain',
      'content-length': String(Buffer.byteLength(body)),
      // A bucket with Object Lock requires a checksum.
      'x-amz-checksum-sha256': hash.toString('base64'),
    },
    body,
  });
}

/** @returns the version that S3 wrote, if the bucket keeps versions @throws an error in the shape of the SDK's */
async function send({ requestHandler }: CloudFormationClient['config'], request: object): Promise<string | undefined> {
  const abortSignal = AbortSignal.timeout(patienceMs);
  const { response } = await requestHandler.handle(request as HttpRequest, { abortSignal });
  const answer = await text(response.body);
  if (response.statusCode === 200 && response.headers['etag']) return response.headers['x-amz-version-id'];
  const said = (tag: string): string =>
    new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(answer)?.[1]?.replaceAll('&quot;', '"') ?? '';
  throw Object.assign(new Error(said('Message')), {
    name: said('Code') || 'Unknown',
    $fault: 'client',
    $metadata: { httpStatusCode: response.statusCode },
  });
}

/** Enough for a megabyte through a slow proxy. */
const patienceMs = 120_000;

/** Says what to do about the bucket if a template cannot be written there, or if CloudFormation cannot read it. */
async function namingBucket<T>({ name }: TemplateBucket, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof OperatorError && /s3:|S3 error|TemplateURL/.test(error.message))) throw error;
    const { code, hint, message } = error;
    const told = `${message} (bucket ${name} of EcsCanary.TemplateBucket)`;
    if (code === 'aws-access-denied') throw new OperatorError(code, told, hint, { cause: error });
    if (code !== 'aws-refused') throw error;
    if (/Access Denied/i.test(message))
      throw new OperatorError('aws-access-denied', told, unreadable, { cause: error });
    const isElsewhere = /Redirect|AuthorizationHeaderMalformed|IllegalLocation|specified endpoint/.test(message);
    throw new OperatorError('template-not-stored', told, isElsewhere ? elsewhere : unusable, { cause: error });
  }
}

const unreadable =
  'Allow s3:GetObject and s3:GetObjectVersion in the IAM policy of the account or role that the step uses (EcsCanary.AWS.Account): CloudFormation reads the template with those credentials. A bucket encrypted with a KMS key needs kms:Decrypt too.';

const elsewhere =
  'The bucket is in another region: set EcsCanary.TemplateBucket to a bucket in the region of the stack.';

const unusable =
  'Correct EcsCanary.TemplateBucket, or fix in the bucket what AWS reports above, then run the step again.';
