import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseTemplate } from '../../src/stack-template/parsed-template.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { type OwnCanary, openOwnCanary } from '../support/own-canary.ts';

let canary: OwnCanary;

beforeEach(async () => {
  canary = await openOwnCanary('cases/size-limit.yaml');
  await s3('CreateBucket', { Bucket: 'templates' });
});
afterEach(() => canary.close());

const s3 = <Output>(operation: string, input: object) =>
  canary.world.emulator.world.invoke<Output>('s3', operation, input);
const inBucket = { 'EcsCanary.TemplateBucket': 'templates/shop' };
const bytesOf = (text: string) => Buffer.byteLength(text);

/** A comment as long as needed. */
const commented: Pad = (text, bytes) => `${text}# ${'x'.repeat(bytes - bytesOf(text) - 3)}\n`;
/** Text in lines of a hundred bytes, which no step may leave out. */
const described: Pad = (text, bytes) => {
  const start = 'Metadata:\n  Notes:\n';
  const missing = bytes - bytesOf(start + text);
  const line = (length: number): string => `    - ${'x'.repeat(length - 7)}\n`;
  return `${start}${line(100).repeat(Math.floor(missing / 100) - 1)}${line(100 + (missing % 100))}${text}`;
};
/** JSON with a number that JavaScript cannot hold, and as many spaces as needed. */
const spaced: Pad = (text, bytes) =>
  JSON.stringify(parseTemplate(text.replace('{Name: APPVERSION', '{Name: LIMIT, Value: LONG}, $&')).body)
    .replace('"LONG"', long)
    .padEnd(bytes);
const long = '12345678901234567890';
type Pad = (text: string, bytes: number) => string;

/** Deploys a first version, leaves the family at that revision, and deploys and promotes a second one. */
async function promoteAt(revision: number, pad: Pad, bytes: number, more: object = inBucket): Promise<void> {
  expect((await deploy('v1', pad, bytes, more)).error).toBeUndefined();
  const { ecs } = canary.awsConsole;
  for (let next = 2; next < revision; next += 1)
    await ecs.registerTaskDefinition({
      family: 'shop',
      containerDefinitions: [{ name: 'web', image: 'nginx', memory: 64 }],
    });
  expect((await canary.world.run(prepareBlue)).error).toBeUndefined();
  expect((await deploy('v2', pad, bytes, more)).error).toBeUndefined();
  expect((await canary.awsConsole.taskSet('Green')).taskDefinition).toContain(`/shop:${revision}`);
  expect((await canary.world.run(promote)).error).toBeUndefined();
}

function deploy(version: string, pad: Pad, bytes: number, more: object = {}) {
  return canary.deploy(version, { 'EcsCanary.Template': pad(canary.template(version), bytes), ...more });
}

async function deployedText(): Promise<string> {
  return (await canary.awsConsole.cloudFormation.getTemplate({ StackName: 'canary' })).TemplateBody ?? '';
}

describe('a template that fits, but not once its task definition is pinned', () => {
  it.each([51_200, 51_158])('is refused at the first deployment: %i bytes', async (bytes) => {
    const { error, calls } = await deploy('v1', commented, bytes);
    expect(error).toMatchObject({
      code: 'template-too-large',
      message: expect.stringMatching(
        new RegExp(`has ${bytes.toLocaleString('en-US')} bytes, and the steps write up to \\d+ more .* at most 51,200`),
      ),
      hint: expect.stringMatching(/EcsCanary\.TemplateBucket .* by \d+ bytes/),
    });
    expect(calls).not.toContain('CreateStack');
    const excess = Number(/by ([\d,]+) bytes/.exec(error?.hint ?? '')?.[1]);
    expect((await deploy('v1', commented, bytes - excess)).error).toBeUndefined();
  });

  it('is never refused later if it was accepted at first, however many revisions follow', async () => {
    const told = (await deploy('v1', described, 51_200)).error?.message ?? '';
    const added = Number(/up to (\d+) more/.exec(told)?.[1]);
    await promoteAt(11, described, 51_200 - added, {});
    const prepared = await canary.world.run(prepareBlue);
    expect(prepared.error).toBeUndefined();
    expect(prepared.log.join()).not.toContain('comments');
    expect((await deploy('v3', described, 51_200 - added)).error).toBeUndefined();
  });

  it('goes through the bucket only once it is too large, and under its hash', async () => {
    const { calls } = await deploy('v1', commented, 51_200, inBucket);
    expect(calls).toContain('CreateStack');
    expect(calls).not.toContain('PutObject');
    await canary.world.run(prepareBlue);
    const second = await deploy('v2', commented, 51_200, inBucket);
    expect(second.error).toBeUndefined();
    expect(second.calls.filter((call) => /PutObject|UpdateStack/.test(call))).toEqual(['PutObject', 'UpdateStack']);
    const put = second.records.find(({ operation }) => operation === 'PutObject')?.input as { Key: string };
    expect(put.Key).toMatch(/^shop\/canary\/[\da-f]{64}\.template$/);
    expect(await deployedText()).toContain(commented(canary.template('v2'), 51_200).slice(-4000));
  });
});

it.each([
  ['a name in the template', 'shop', 'shop'],
  ['the name of the stack', '!Ref AWS::StackName', 'canary'],
  ['a name that only AWS knows', '!Select [0, [!Ref AWS::AccountId]]', 'f'.repeat(255)],
])('the bytes that the steps add depend on the family: %s', async (_what, family, longest) => {
  const text = canary.template('v1').replace('Family: shop', `Family: ${family}`);
  const { error } = await canary.deploy('v1', { 'EcsCanary.Template': described(text, 51_190) });
  const arn = `arn:aws-us-gov:ecs:ap-northeastern-10:123456789012:task-definition/${longest}:2147483647`;
  expect(error?.message).toContain(`up to ${arn.length - '!Ref Definition'.length} more`);
});

describe('Prepare Blue of a stack that is at the limit already', () => {
  it('after revision 10 of a template of 51,158 bytes leaves out comments, says so, and goes on', async () => {
    await promoteAt(10, commented, 51_158);
    const { error, log } = await canary.world.run(prepareBlue);
    expect(error).toBeUndefined();
    expect(log.join('\n')).toMatch(/removes comments .* EcsCanary\.TemplateBucket/);
    expect(await canary.weights('Rule')).toEqual([100, 0]);
    expect((await deploy('v3', commented, 50_000)).error).toBeUndefined();
  });

  it('keeps numbers that JavaScript cannot hold, so that only blue changes', async () => {
    await promoteAt(2, spaced, 60_000);
    const before = await deployedText();
    expect(before).toContain(long);
    const green = await canary.awsConsole.taskSet('Green');
    expect((await canary.world.run(prepareBlue)).error).toBeUndefined();
    expect(await deployedText()).toBe(before.trimEnd().replace('shop:1"', 'shop:2"'));
    expect((await canary.awsConsole.taskSet('Green')).id).toBe(green.id);
  });

  it('keeps every character with a bucket', async () => {
    await promoteAt(10, commented, 51_158);
    const before = await deployedText();
    const { error, calls } = await canary.world.run(prepareBlue, inBucket);
    expect(error).toBeUndefined();
    expect(calls.filter((call) => /PutObject|UpdateStack/.test(call))).toEqual(['PutObject', 'UpdateStack']);
    expect(await deployedText()).toBe(before.replace('shop:1\n', 'shop:10\n'));
  });

  it('that nothing can shorten asks for the bucket, and works with it', async () => {
    await promoteAt(10, described, 51_158);
    const refused = await canary.world.run(prepareBlue);
    expect(refused.error).toMatchObject({
      code: 'template-too-large',
      hint: expect.stringContaining('Set EcsCanary.TemplateBucket of this step'),
    });
    expect(refused.calls).not.toContain('UpdateStack');
    expect((await canary.world.run(prepareBlue, inBucket)).error).toBeUndefined();
    expect(await canary.weights('Rule')).toEqual([100, 0]);
  });
});

describe('a template that only S3 can hold', () => {
  it('goes through a whole canary', async () => {
    await promoteAt(2, described, 100_000);
    expect((await canary.world.run(prepareBlue, inBucket)).error).toBeUndefined();
    expect((await deploy('v3', described, 100_000, inBucket)).error).toBeUndefined();
    expect((await canary.world.run(rollback)).error).toBeUndefined();
  });

  it('may have at most 1,000,000 bytes, including what the steps write into it', async () => {
    const whole = await deploy('v1', described, 1_000_001, inBucket);
    expect(whole.error).toMatchObject({ code: 'template-too-large', hint: expect.stringContaining('another stack') });
    expect(whole.calls).toEqual([]);
    const pinned = await deploy('v1', described, 999_990, inBucket);
    expect(pinned.error?.message).toMatch(/999,990 bytes, and the steps write up to \d+ more .* 1,000,000 from S3/);
    expect(pinned.calls).not.toContain('PutObject');
    expect((await deploy('v1', described, 999_000, inBucket)).error).toBeUndefined();
  });
});

describe('the bucket', () => {
  const large = (more: object) => deploy('v1', described, 60_000, more);

  it.each(['throttle', 'unavailable', 'reset-before', 'reset-after'] as const)(
    'that is disturbed once by %s gets the template all the same',
    async (kind) => {
      canary.world.emulator.faults.add({ kind, service: 's3', operation: 'PutObject', occurrence: 1 });
      const { error, records } = await large(inBucket);
      expect(error).toBeUndefined();
      const keys = records.filter(({ operation }) => operation === 'PutObject').map(({ input }) => input);
      expect(keys).toEqual([keys[0], keys[0]]);
    },
  );

  it('that is missing or elsewhere is refused before the stack is touched, and corrected in one step', async () => {
    await s3('CreateBucket', { Bucket: 'in-ohio', LocationConstraint: 'us-east-2' });
    for (const bucket of ['in-ohio', 'missing']) {
      const { error, calls } = await large({ 'EcsCanary.TemplateBucket': bucket });
      expect(error).toMatchObject({ code: 'template-not-stored', message: expect.stringContaining(bucket) });
      expect(error?.hint).toContain('EcsCanary.TemplateBucket');
      expect(calls).not.toContain('CreateStack');
    }
    await s3('CreateBucket', { Bucket: 'missing' });
    expect((await large({ 'EcsCanary.TemplateBucket': 'missing' })).error).toBeUndefined();
  });

  it('that keeps versions gives CloudFormation the checked template, although somebody writes over it', async () => {
    await s3('PutBucketVersioning', { Bucket: 'templates', VersioningConfiguration: { Status: 'Enabled' } });
    expect((await deploy('v1', described, 60_000, inBucket)).error).toBeUndefined();
    expect((await canary.world.run(prepareBlue)).error).toBeUndefined();
    let written = 0;
    canary.world.emulator.onWrite(({ operation, input }) => {
      if (operation !== 'PutObject' || written > 0) return;
      written += 1;
      const { Key, Body } = input as { readonly Key: string; readonly Body: string };
      void s3('PutObject', { Bucket: 'templates', Key, Body: Body.replace('Weight: 100', 'Weight: 1') });
    });
    expect((await deploy('v2', described, 60_000, inBucket)).error).toBeUndefined();
    expect(written).toBe(1);
    expect(await canary.weights('Rule')).toEqual([100, 0]);
    expect(await deployedText()).toContain('Weight: 100');
  });

  it('is not touched by a dry run', async () => {
    expect((await large({ ...inBucket, 'EcsCanary.DryRun': 'True' })).calls).not.toContain('PutObject');
  });

  it('gets the template again, under the same key, from the run after one that ended between the two writes', async () => {
    canary.world.emulator.faults.add({ kind: 'access-denied', operation: 'CreateStack', occurrence: 1 });
    const [first, second] = [await large(inBucket), await large(inBucket)];
    expect([first.error?.code, second.error]).toEqual(['aws-access-denied', undefined]);
    const [before, after] = [first, second].map(({ records }) =>
      records.filter(({ operation }) => operation === 'PutObject').map(({ input }) => input),
    );
    expect(before).toHaveLength(1);
    expect(after).toEqual(before);
  });
});
