import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmulator, type Emulator } from '../../src/emulator/emulator.ts';
import { requireProgram, runAwsCli } from '../support/cross-check.ts';
import { clientSettings } from './scene.ts';

let emulator: Emulator;
let cloudFormation: CloudFormation;

beforeAll(async () => {
  emulator = await createEmulator({ timeScale: 200 });
  cloudFormation = new CloudFormation(clientSettings(emulator.url));
});
afterAll(async () => {
  cloudFormation.destroy();
  await emulator.close();
});

const s3 = <Output>(operation: string, input: object) => emulator.world.invoke<Output>('s3', operation, input);
const large = `Description: large\nResources: {C: {Type: 'AWS::ECS::Cluster'}}\n#${'x'.repeat(60_000)}\n`;
const urlOf = (key: string) => `https://templates.s3.us-east-1.amazonaws.com/${key}`;

describe('a template in a bucket', () => {
  beforeAll(async () => {
    await s3('CreateBucket', { Bucket: 'templates' });
    await s3('CreateBucket', { Bucket: 'templates.in.ohio', LocationConstraint: 'us-east-2' });
    await s3('CreateBucket', { Bucket: 'dots.in.name' });
    for (const Bucket of ['templates', 'dots.in.name'])
      await s3('PutObject', { Bucket, Key: 'team/large.yaml', Body: large });
    await s3('PutObject', { Bucket: 'templates', Key: 'huge', Body: `${large}#${'x'.repeat(940_000)}` });
    await s3('PutObject', { Bucket: 'templates', Key: 'broken', Body: 'Resources: [' });
  });

  it.each([
    urlOf('team/large.yaml'),
    'https://templates.s3.amazonaws.com/team/large.yaml',
    'https://templates.s3-us-east-1.amazonaws.com/team/large.yaml',
    'https://s3.us-east-1.amazonaws.com/templates/team/large.yaml',
    'https://s3.amazonaws.com/dots.in.name/team/large.yaml',
    'https://dots.in.name.s3.us-east-1.amazonaws.com/team/large.yaml',
    'https://templates.s3.cn-north-1.amazonaws.com.cn/team/large.yaml',
  ])('is read at %s', async (TemplateURL) => {
    expect(await cloudFormation.validateTemplate({ TemplateURL })).toMatchObject({ Description: 'large' });
  });

  it.each([
    ['no object', urlOf('nothing'), 'S3 error: The specified key does not exist.\nFor more information check http'],
    ['no bucket', 'https://none.s3.amazonaws.com/a', 'S3 error: The specified bucket does not exist'],
    [
      'a bucket of another region',
      'https://s3.amazonaws.com/templates.in.ohio/a',
      'must be addressed using the specified endpoint',
    ],
    ['more than 1,000,000 bytes', urlOf('huge'), 'Template may not exceed 1000000 bytes in size.'],
    ['no template', urlOf('broken'), 'Template format error'],
    ['no bucket at all', 'https://s3.amazonaws.com/templates', 'TemplateURL must be a supported URL.'],
    ['no URL of S3', 'https://example.com/templates/team/large.yaml', 'TemplateURL must be a supported URL.'],
    ['no https', 'http://s3.amazonaws.com/templates/team/large.yaml', 'TemplateURL must be a supported URL.'],
  ])('is refused if it is %s', async (_what, TemplateURL, message) => {
    await expect(cloudFormation.createStack({ StackName: 'refused', TemplateURL })).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining(message),
    });
  });

  it('is read in the version that its URL names, and as it is now without one', async () => {
    const described = (text: string) => large.replace('large', text);
    const put = (text: string) =>
      s3<{ readonly VersionId?: string }>('PutObject', { Bucket: 'versions', Key: 'a', Body: described(text) });
    const keep = (Status: string) =>
      s3('PutBucketVersioning', { Bucket: 'versions', VersioningConfiguration: { Status } });
    const read = async (query: string) => {
      const TemplateURL = `https://versions.s3.us-east-1.amazonaws.com/a${query}`;
      return (await cloudFormation.validateTemplate({ TemplateURL })).Description;
    };
    await s3('CreateBucket', { Bucket: 'versions' });
    expect((await put('before')).VersionId).toBeUndefined();
    await keep('Enabled');
    const [one, two] = [(await put('one')).VersionId, (await put('two')).VersionId];
    await keep('Suspended');
    expect((await put('three')).VersionId).toBe('null');
    expect(await Promise.all([`?versionId=${one}`, `?versionId=${two}`, '?versionId=null', ''].map(read))).toEqual([
      ...['one', 'two', 'three', 'three'],
    ]);
    await expect(read('?versionId=none')).rejects.toThrow('S3 error: The specified version does not exist.');
    await expect(read('?x=1')).rejects.toThrow('TemplateURL must be a supported URL.');
  });

  it('is refused beside a body', async () => {
    const both = { StackName: 'both', TemplateURL: urlOf('team/large.yaml'), TemplateBody: '{}' };
    await expect(cloudFormation.createStack(both)).rejects.toThrow('Only one of');
  });

  it('makes a stack and a change set, and GetTemplate returns it whole', async () => {
    await cloudFormation.createStack({ StackName: 'large', TemplateURL: urlOf('team/large.yaml') });
    expect((await cloudFormation.getTemplate({ StackName: 'large' })).TemplateBody).toBe(large);
    const changed = large.replace('{C:', "{D: {Type: 'AWS::ECS::Cluster'}, C:");
    await s3('PutObject', { Bucket: 'templates', Key: 'changed', Body: changed });
    const TemplateURL = urlOf('changed');
    await expect.poll(async () => statusOf('large'), { timeout: 60_000 }).toBe('CREATE_COMPLETE');
    await cloudFormation.createChangeSet({ StackName: 'large', ChangeSetName: 'more', TemplateURL });
    await cloudFormation.updateStack({ StackName: 'large', TemplateURL });
    expect((await cloudFormation.getTemplate({ StackName: 'large' })).TemplateBody).toBe(changed);
  });
});

async function statusOf(StackName: string): Promise<string | undefined> {
  return (await cloudFormation.describeStacks({ StackName })).Stacks?.[0]?.StackStatus;
}

describe.skipIf(!requireProgram('aws'))('the AWS CLI', () => {
  const directory = mkdtempSync(join(tmpdir(), 's3-'));
  const file = join(directory, 'template.yaml');
  const aws = (...args: string[]) => runAwsCli(emulator.url, args);
  afterAll(() => rmSync(directory, { recursive: true }));

  it('creates a bucket, puts an object, gets it back and makes a stack from it', async () => {
    writeFileSync(file, `# Größe\n${large}`);
    const place = ['--bucket', 'from-cli', '--key', 'a/b c.yaml'];
    expect(await aws('s3api', 'create-bucket', '--bucket', 'from-cli')).toMatchObject({ status: 0 });
    expect(await aws('s3api', 'put-object', ...place, '--body', file)).toMatchObject({ status: 0, stderr: '' });
    const copy = join(directory, 'copy.yaml');
    expect(await aws('s3api', 'get-object', ...place, copy)).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(copy, 'utf8')).toBe(readFileSync(file, 'utf8'));
    const versions = ['--versioning-configuration', 'Status=Enabled'];
    expect(await aws('s3api', 'put-bucket-versioning', '--bucket', 'from-cli', ...versions)).toMatchObject({
      status: 0,
    });
    const { VersionId } = JSON.parse((await aws('s3api', 'put-object', ...place, '--body', file)).stdout);
    writeFileSync(copy, 'other');
    expect(await aws('s3api', 'put-object', ...place, '--body', copy)).toMatchObject({ status: 0 });
    const got = await aws('s3api', 'get-object', ...place, '--version-id', VersionId, copy);
    expect(got).toMatchObject({ status: 0, stdout: expect.stringContaining(VersionId) });
    expect(readFileSync(copy, 'utf8')).toBe(readFileSync(file, 'utf8'));
    const url = 'https://from-cli.s3.us-east-1.amazonaws.com/a/b%20c.yaml';
    const exactly = `${url}?versionId=${VersionId}`;
    const made = await aws('cloudformation', 'create-stack', '--stack-name', 'cli', '--template-url', exactly);
    expect(made).toMatchObject({ status: 0, stderr: '' });
  }, 120_000);

  it('shows the errors of S3 under their names', async () => {
    const missing = await aws('s3api', 'get-object', '--bucket', 'nowhere', '--key', 'a', join(directory, 'none'));
    expect(missing.stderr).toContain('NoSuchBucket');
    const listed = await aws('s3api', 'list-buckets');
    expect(listed.stderr).toContain('NotImplemented');
  }, 120_000);
});

it.each([
  ['throttle', 503, 'SlowDown'],
  ['internal-error', 500, 'InternalError'],
  ['access-denied', 403, 'AccessDenied'],
  ['expired-credentials', 400, 'ExpiredToken'],
] as const)('the fault %s has its name in S3', async (kind, status, code) => {
  emulator.faults.add({ kind, service: 's3', operation: 'PutObject', occurrence: 1 });
  const authorization = 'AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/s3/aws4_request, Signature=0';
  const answer = await fetch(`${emulator.url}/templates/a`, { method: 'PUT', body: 'x', headers: { authorization } });
  expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(`<Code>${code}</Code>`)]);
});
