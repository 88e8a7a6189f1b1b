import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectToAws } from '../../src/aws/clients.ts';
import { storeTemplates } from '../../src/aws/template-store.ts';
import type { StackSubmission } from '../../src/canary/change.ts';
import { OperatorError } from '../../src/canary/operator-error.ts';
import { startProxy } from '../support/connect-proxy.ts';
import { requireProgram, runProgram, startMotoServer } from '../support/cross-check.ts';

const templateBody = `# Größe\n{"Resources":{"Topic":{"Type":"AWS::SNS::Topic"}}}\n${'#'.repeat(60_000)}`;
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-key', sessionToken: 'session-token' };
const submission: StackSubmission = {
  ...{ name: 'shop', templateBody, parameters: {}, capabilities: [] },
  templateBucket: { name: 'shop-templates', prefix: 'canary/' },
};

beforeEach(() => {
  for (const name of [
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'ALL_PROXY',
    'NO_PROXY',
    'AWS_ENDPOINT_URL',
    'AWS_ENDPOINT_URL_S3',
  ]) {
    vi.stubEnv(name, '');
    vi.stubEnv(name.toLowerCase(), '');
  }
  vi.stubEnv('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true');
});
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(closing.splice(0).map((close) => close()));
});

interface Endpoint {
  readonly endpoint?: string;
  readonly region?: string;
  readonly keys?: Partial<typeof credentials>;
}

/** Creates a stack from the template. */
function create(changes: Partial<StackSubmission> = {}, { region = 'eu-west-1', keys, ...more }: Endpoint = {}) {
  const own = { ...credentials, ...keys };
  const aws = connectToAws(region, [], { ...more, credentials: own, maxAttempts: 1 }, storeTemplates);
  return aws.cloudFormation.createStack({ ...submission, ...changes }, 'token-1');
}

async function failureOf(call: Promise<unknown>): Promise<OperatorError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof OperatorError) return error;
  throw new Error(`not an operator's error: ${String(error)}`);
}

interface Answered {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Received {
  readonly request: IncomingMessage;
  readonly body: string;
}

/** Serves S3 and CloudFormation on one port, and remembers what it got. */
async function serve(s3: Answered, cloudFormation: Answered = created) {
  const received: Received[] = [];
  const server: Server = createServer(async (request, response) => {
    received.push({ request, body: await text(request) });
    const { status, headers, body } = request.method === 'PUT' ? s3 : cloudFormation;
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return { received, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const stored: Answered = { status: 200, headers: { etag: '"1"' }, body: '' };
const created: Answered = {
  status: 200,
  body: '<CreateStackResponse><CreateStackResult><StackId>arn</StackId></CreateStackResult></CreateStackResponse>',
};
const s3Error = (status: number, code: string, message = 'Told by S3'): Answered => ({
  status,
  body: `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
});
const cloudFormationError = (message: string): Answered => ({
  status: 400,
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>${message}</Message></Error></ErrorResponse>`,
});

it.each([
  ['eu-west-1', 'shop-templates', '', 'shop-templates.s3.eu-west-1.amazonaws.com'],
  ['us-east-1', 'shop-templates', '', 'shop-templates.s3.us-east-1.amazonaws.com'],
  ['cn-north-1', 'shop-templates', '', 'shop-templates.s3.cn-north-1.amazonaws.com.cn'],
  ['us-gov-west-1', 'shop-templates', '', 'shop-templates.s3.us-gov-west-1.amazonaws.com'],
  ['eu-west-1', 'shop.example.com', '', 's3.eu-west-1.amazonaws.com'],
  ['us-east-1', 'shop-templates', 'true', 'shop-templates.s3-fips.us-east-1.amazonaws.com'],
])('in %s the bucket %s is reached through the proxy (FIPS: %s)', async (region, name, fips, host) => {
  const proxy = await startProxy({ kind: 'refuse', status: 403 });
  closing.push(proxy.close);
  vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${proxy.port}`);
  if (fips) vi.stubEnv('AWS_USE_FIPS_ENDPOINT', fips);
  const error = await failureOf(create({ templateBucket: { name, prefix: '' } }, { region }));
  expect([error.code, proxy.asked]).toEqual(['proxy-refused', [`CONNECT ${host}:443`]]);
});

it.each([
  ['shop-templates', 'https://shop-templates.s3.eu-west-1.amazonaws.com/'],
  ['shop.example.com', 'https://s3.eu-west-1.amazonaws.com/shop.example.com/'],
])(
  'the template goes to the bucket %s whole and signed, and CloudFormation gets its public URL',
  async (name, start) => {
    const { endpoint, received } = await serve(stored);
    await create({ templateBucket: { name, prefix: 'canary/' } }, { endpoint });
    await create({ templateBucket: { name, prefix: 'canary/' } }, { endpoint });
    const [put, post, again] = received;
    expect(put?.body).toBe(templateBody);
    expect(put?.request.url).toMatch(new RegExp(`^/${name}/canary/shop/[\\da-f]{64}\\.template$`));
    expect(put?.request.headers).toMatchObject({
      authorization: expect.stringMatching(/Credential=AKIDEXAMPLE\/\d+\/eu-west-1\/s3\/aws4_request/),
      'x-amz-security-token': 'session-token',
    });
    const form = new URLSearchParams(post?.body);
    expect(form.get('TemplateURL')).toBe(put?.request.url?.replace(`/${name}/`, start));
    expect(form.has('TemplateBody')).toBe(false);
    expect(again?.request.url).toBe(put?.request.url);
  },
);

describe('a bucket with versions', () => {
  const at = (version: string): Answered => ({ ...stored, headers: { etag: '"1"', 'x-amz-version-id': version } });
  const urlAfter = async (version: string) => {
    const { endpoint, received } = await serve(at(version));
    await create({}, { endpoint });
    return new URL(new URLSearchParams(received.at(-1)?.body).get('TemplateURL') ?? '').search;
  };

  it('gives CloudFormation exactly the version that was written', async () => {
    expect(await urlAfter('3/L4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY')).toBe(
      '?versionId=3%2FL4kqtJlcpXroDTDmJ%2BrmSpXd3dIbrHY',
    );
  });

  it('that suspends them gives no version, because the next write replaces it', async () => {
    expect(await urlAfter('null')).toBe('');
  });

  it('gets the template once in a run, because AWS refuses a second URL with the same token', async () => {
    const { endpoint, received } = await serve(at('1'), cloudFormationError('Rate exceeded'));
    const own = connectToAws('eu-west-1', [], { endpoint, credentials, maxAttempts: 1 }, storeTemplates);
    for (const name of ['shop', 'shop', 'other'])
      await failureOf(own.cloudFormation.updateStack({ ...submission, name }, 'token-1'));
    expect(received.map(({ request }) => request.method)).toEqual(['PUT', 'POST', 'POST', 'PUT', 'POST']);
    const [first, second] = received.filter(({ request }) => request.method === 'POST').map(({ body }) => body);
    expect(second).toBe(first);
  });
});

it('AWS_ENDPOINT_URL_S3 comes before AWS_ENDPOINT_URL, which CloudFormation uses', async () => {
  const [s3, cloudFormation] = [await serve(stored), await serve(stored)];
  vi.stubEnv('AWS_ENDPOINT_URL', `${cloudFormation.endpoint}/`);
  await create();
  vi.stubEnv('AWS_ENDPOINT_URL_S3', s3.endpoint);
  await create();
  const methods = [s3, cloudFormation].map(({ received }) => received.map(({ request }) => request.method));
  expect(methods).toEqual([['PUT'], ['PUT', 'POST', 'POST']]);
});

describe('S3 refuses the template', () => {
  const named = 'bucket shop-templates of EcsCanary.TemplateBucket';
  it.each([
    ['AccessDenied', 403, 'aws-access-denied', /Allow s3:PutObject/],
    ['NoSuchBucket', 404, 'template-not-stored', /Correct EcsCanary\.TemplateBucket/],
    ['InvalidBucketName', 400, 'template-not-stored', /Correct EcsCanary\.TemplateBucket/],
    ['PermanentRedirect', 301, 'template-not-stored', /another region/],
    ['TemporaryRedirect', 307, 'template-not-stored', /another region/],
    ['AuthorizationHeaderMalformed', 400, 'template-not-stored', /another region/],
    ['IllegalLocationConstraintException', 400, 'template-not-stored', /another region/],
  ])('with %s', async (code, status, expected, hint) => {
    const { endpoint, received } = await serve(s3Error(status, code));
    const error = await failureOf(create({}, { endpoint }));
    expect(error).toMatchObject({ code: expected, hint: expect.stringMatching(hint) });
    expect(error.message).toContain(`s3:PutObject failed: ${code}: Told by S3 (${named})`);
    expect(received).toHaveLength(1);
  });

  it('because the permission for its key is missing', async () => {
    const said =
      'User: arn:aws:iam::1:user/octopus is not authorized to perform: kms:GenerateDataKey on resource: key/1';
    const { endpoint } = await serve(s3Error(403, 'AccessDenied', said));
    expect((await failureOf(create({}, { endpoint }))).hint).toContain('Allow kms:GenerateDataKey in');
  });

  it.each([
    ['SlowDown', 503, 'aws-throttled'],
    ['InternalError', 500, 'aws-unreachable'],
    ['ServiceUnavailable', 503, 'aws-unreachable'],
    ['ExpiredToken', 400, 'aws-credentials'],
    ['InvalidAccessKeyId', 403, 'aws-credentials'],
    ['SignatureDoesNotMatch', 403, 'aws-credentials'],
  ])('with %s, as any service may', async (code, status, expected) => {
    const { endpoint } = await serve(s3Error(status, code));
    expect((await failureOf(create({}, { endpoint }))).code).toBe(expected);
  });

  it.each([200, 302, 403, 502])('something else answers in its place with %i', async (status) => {
    const { endpoint } = await serve({ status, body: '<html>Sign in</html>' });
    expect((await failureOf(create({}, { endpoint }))).code).toBe('aws-unreachable');
  });
});

describe('CloudFormation cannot read the template', () => {
  const more = 'For more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html';
  it.each([
    [
      `S3 error: Access Denied\n${more}`,
      'aws-access-denied',
      /Allow s3:GetObject and s3:GetObjectVersion in .* kms:Decrypt/,
    ],
    [`S3 error: The specified key does not exist.\n${more}`, 'template-not-stored', /Correct EcsCanary/],
    ['S3 error: The bucket must be addressed using the specified endpoint.', 'template-not-stored', /another region/],
    ['TemplateURL must be a supported URL.', 'template-not-stored', /Correct EcsCanary/],
  ])('%s', async (said, code, hint) => {
    const { endpoint } = await serve(stored, cloudFormationError(said));
    const error = await failureOf(create({}, { endpoint }));
    expect(error).toMatchObject({ code, hint: expect.stringMatching(hint) });
    expect(error.message).toContain('shop-templates');
  });

  it('its other refusals have nothing to do with the bucket', async () => {
    const { endpoint } = await serve(stored, cloudFormationError('Template error: resource A does not exist'));
    const error = await failureOf(create({}, { endpoint }));
    expect([error.code, error.message.includes('bucket')]).toEqual(['aws-refused', false]);
  });
});

it('a template without a bucket is sent in the request', async () => {
  const { endpoint, received } = await serve(stored);
  await create({ templateBody: '{}', templateBucket: undefined }, { endpoint });
  expect(received.map(({ request }) => request.method)).toEqual(['POST']);
});

describe.skipIf(!requireProgram('moto_server') || !requireProgram('aws'))('moto', () => {
  it('checks the signature, stores the template, and makes a stack from its URL', async () => {
    // Creating the user, its policy, its key and two buckets are the actions that need no signature.
    vi.stubEnv('INITIAL_NO_AUTH_ACTION_COUNT', '5');
    const moto = await startMotoServer();
    closing.push(moto.close);
    const keyless = { AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none', AWS_DEFAULT_REGION: 'eu-west-1' };
    const aws = async (...args: string[]) => {
      const run = await runProgram('aws', [...args, '--endpoint-url', moto.url, '--output', 'json'], keyless);
      expect([args[1], run.stderr]).toEqual([args[1], '']);
      return run.stdout === '' ? {} : JSON.parse(run.stdout);
    };
    const all = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
    const user = ['--user-name', 'octopus'];
    await aws('iam', 'create-user', ...user);
    await aws('iam', 'put-user-policy', ...user, '--policy-name', 'all', '--policy-document', JSON.stringify(all));
    const { AccessKey } = await aws('iam', 'create-access-key', ...user);
    for (const name of ['shop-templates', 'shop.example.com']) {
      const place = ['--create-bucket-configuration', 'LocationConstraint=eu-west-1'];
      await aws('s3api', 'create-bucket', '--bucket', name, ...place);
    }
    const keys = { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
    const own = { endpoint: moto.url, keys: { ...keys, sessionToken: undefined as never } };
    await create({ name: 'one' }, own);
    await create({ name: 'two', templateBucket: { name: 'shop.example.com', prefix: '' } }, own);
    const wrong = { ...own, keys: { ...own.keys, secretAccessKey: 'wrong' } };
    const error = await failureOf(create({ name: 'three' }, wrong));
    expect([error.code, error.message]).toEqual(['aws-credentials', expect.stringContaining('s3:PutObject')]);
  }, 180_000);
});
