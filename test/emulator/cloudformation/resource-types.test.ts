import { describe, expect, it } from 'vitest';
import type { HandlerContext } from '../../../src/emulator/cloudformation/resources/handler.ts';
import { carriedOut, findHandler } from '../../../src/emulator/cloudformation/resources/index.ts';
import { findKnownType } from '../../../src/emulator/cloudformation/resources/known-types.ts';
import table from '../../../src/emulator/cloudformation/resources/resource-types.json' with { type: 'json' };
import { defaultOptions } from '../../../src/emulator/options.ts';
import { openStackScene } from './stack-scene.ts';

const context = (logicalId: string): HandlerContext => ({
  options: defaultOptions,
  stackName: 'stack',
  logicalId,
  phase: 'forward',
  call: () => Promise.reject(new Error('a recorded resource calls nothing')),
  pause: () => Promise.resolve(),
  initiated: () => {},
  now: () => 0,
  note: () => {},
  id: (length) => 'abcdef0123456789'.repeat(4).slice(0, length),
});

/** An alarm can be described as well, see cloudwatch/alarms.test.ts. */
const recordedTypes = Object.keys(table.types).filter(
  (type) => !carriedOut.has(type) && type !== 'AWS::CloudWatch::Alarm' && findHandler(type),
);

describe('a type that is only recorded', () => {
  it('has an id and every attribute that the specification knows, the same whenever it is asked', async () => {
    expect(recordedTypes.length).toBeGreaterThan(1000);
    const odd: string[] = [];
    for (const type of recordedTypes) {
      const handler = findHandler(type);
      const known = findKnownType(type);
      if (!handler || !known) continue;
      const { physicalId } = await handler.create(context('Thing'), {});
      if (!/^\S+$/.test(physicalId)) odd.push(`${type}: ${physicalId}`);
      const value = (name: string) => handler.attribute?.({ type, physicalId, properties: {} }, name, defaultOptions);
      for (const name of known.attributes) {
        const seen = value(name);
        const isFitting = known.lists.includes(name) ? Array.isArray(seen) : typeof seen === 'string' && seen !== '';
        const isArn = !name.endsWith('Arn') || /^arn:aws:[\w-]+:[\w-]*:\d*:[^\s$]+$/.test(String(seen));
        if (!isFitting || !isArn || String(seen) !== String(value(name))) odd.push(`${type}.${name}: ${seen}`);
      }
    }
    expect(odd).toEqual([]);
  });

  it.each([
    ['AWS::EC2::VPC', 'VpcId', /^vpc-\w{17}$/],
    ['AWS::EC2::VPC', 'Ipv6CidrBlocks', /^[\da-f:]+::\/56$/],
    ['AWS::EC2::SecurityGroup', 'GroupId', /^sg-\w{17}$/],
    ['AWS::EC2::EIP', 'AllocationId', /^eipalloc-\w{17}$/],
    ['AWS::IAM::Role', 'Arn', /^arn:aws:iam::123456789012:role\/stack-Thing-\w{12}$/],
    ['AWS::IAM::Role', 'RoleId', /^AROA\w{17}$/],
    ['AWS::Logs::LogGroup', 'Arn', /^arn:aws:logs:us-east-1:123456789012:log-group:stack-Thing-\w{12}:\*$/],
    ['AWS::SNS::Topic', 'TopicName', /^stack-Thing-\w{12}$/],
    ['AWS::SQS::Queue', 'QueueUrl', /^https:\/\//],
    ['AWS::S3::Bucket', 'Arn', /^arn:aws:s3:::stack-thing-\w{12}$/],
    ['AWS::RDS::DBInstance', 'Endpoint.Port', /^\d+$/],
  ])('%s has a plausible %s', async (type, name, form) => {
    const handler = findHandler(type);
    const { physicalId } = (await handler?.create(context('Thing'), {})) ?? { physicalId: '' };
    const value = handler?.attribute?.({ type, physicalId, properties: {} }, name, defaultOptions);
    expect([value].flat()[0]).toMatch(form);
  });
});

describe('a type that is carried out', () => {
  it.each([...carriedOut.keys()].filter((type) => type.startsWith('AWS::')))(
    '%s has what the specification says, so that nothing is refused in the words of AWS that AWS accepts',
    (type) => {
      const handler = carriedOut.get(type);
      const known = findKnownType(type);
      expect(known?.properties.filter((name) => !handler?.properties.includes(name))).toEqual([]);
      expect(known?.attributes.filter((name) => !handler?.attributes.includes(name))).toEqual([]);
      expect(handler?.required.filter((name) => !known?.required.includes(name))).toEqual([]);
      expect([...(handler?.createOnly ?? [])].sort()).toEqual([...(known?.createOnly ?? [])].sort());
    },
  );
});

async function refusalOf(body: object): Promise<unknown> {
  const scene = openStackScene();
  try {
    await scene.call('CreateStack', {
      StackName: 'canary',
      TemplateBody: JSON.stringify({ Resources: { R: { Type: 'Test::Fake::Resource' } }, ...body }),
      Capabilities: ['CAPABILITY_AUTO_EXPAND'],
    });
    return 'accepted';
  } catch (error) {
    return error;
  } finally {
    await scene.close();
  }
}

const resource = (Type: string) => ({ Resources: { Web: { Type } } });

describe('what the emulator lacks is refused in its own words', () => {
  it.each([
    ['a hook', { Hooks: { H: { Type: 'AWS::CodeDeployBlueGreen', Properties: {} } } }, 'AWS::CodeDeployBlueGreen'],
    ['a macro', { Transform: ['AWS::LanguageExtensions', 'AWS::Serverless-2016-10-31'] }, 'AWS::Serverless-2016-10-31'],
    ['a nested stack', resource('AWS::CloudFormation::Stack'), 'AWS::CloudFormation::Stack'],
    ['a module', resource('My::Shop::Web::MODULE'), 'My::Shop::Web::MODULE'],
    ['an express service', resource('AWS::ECS::ExpressGatewayService'), 'AWS::ECS::ExpressGatewayService'],
    ['a type that it does not know', resource('AWS::CloudWatch::Alarms'), 'AWS::CloudWatch::Alarms'],
    [
      'a loop',
      { Transform: 'AWS::LanguageExtensions', Resources: { 'Fn::ForEach::Each': ['X', ['a'], {}] } },
      'Fn::ForEach',
    ],
    ['a macro for the whole template', { 'Fn::Transform': { Name: 'AWS::Include' } }, 'Fn::Transform'],
    ['a macro of a mapping', { Mappings: { 'Fn::Transform': { Name: 'AWS::Include' } } }, 'Fn::Transform'],
    ['a macro inside', { Outputs: { O: { Value: { 'Fn::Transform': { Name: 'M' } } } } }, 'Fn::Transform'],
    [
      'a function of a transform that is not declared',
      { Outputs: { O: { Value: { 'Fn::Length': [] } } } },
      'Fn::Length',
    ],
    [
      'an attribute that it does not know',
      { ...resource('AWS::SNS::Topic'), Outputs: { O: { Value: { 'Fn::GetAtt': ['Web', 'Colour'] } } } },
      'no attribute Colour of AWS::SNS::Topic',
    ],
  ])('%s', async (_, body, named) => {
    const error = await refusalOf(body);
    expect(error).toMatchObject({ code: 'ValidationError' });
    expect(error).toMatchObject({ message: expect.stringMatching(/^The emulator /) });
    expect(error).toMatchObject({ message: expect.stringContaining(named) });
  });

  it('all at once', async () => {
    const error = await refusalOf({
      Transform: 'M',
      Hooks: { H: { Type: 'X' } },
      ...resource('AWS::CloudWatch::Alarm'),
    });
    expect(error).toMatchObject({ message: expect.stringMatching(/hooks.*macro M/) });
  });

  it.each(['Odd::Type', 'Alarm', 'AWS::CloudWatch::Al-arm'])(
    'but %s, which cannot be a type, in the words of AWS',
    async (type) => {
      expect(await refusalOf(resource(type))).toMatchObject({
        message: `Template format error: Unrecognized resource types: [${type}]`,
      });
    },
  );

  it.each([
    ['AWS::CloudWatch::Alarm', { Colour: 1, Size: 2 }, 'no property Colour, Size of AWS::CloudWatch::Alarm'],
    [
      'AWS::IAM::Policy',
      { PolicyName: 'p' },
      'finds no value for the required property PolicyDocument of AWS::IAM::Policy',
    ],
    ['AWS::CodeDeploy::DeploymentGroup', { ECSServices: [] }, 'The emulator has no CodeDeploy for ECS services'],
  ])('a property of %s', async (Type, Properties, named) => {
    const scene = openStackScene();
    await scene.create({ R: { Type, Properties } }, { Capabilities: ['CAPABILITY_IAM'] });
    await scene.settle('ROLLBACK_COMPLETE');
    const failure = (await scene.story()).find((line) => line.startsWith('R CREATE_FAILED')) ?? '';
    expect(failure).toContain('R CREATE_FAILED The emulator');
    expect(failure).toContain(named);
    await scene.close();
  });
});

it('IAM resources need a capability, and a macro one of its own, except in a change set', async () => {
  const scene = openStackScene();
  const policy = { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: {}, ManagedPolicyName: 'p' } };
  await expect(scene.create({ P: policy }, { Rest: { Transform: 'AWS::LanguageExtensions' } })).rejects.toThrow(
    'Requires capabilities : [CAPABILITY_NAMED_IAM, CAPABILITY_AUTO_EXPAND]',
  );
  const TemplateBody = JSON.stringify({ Transform: 'AWS::LanguageExtensions', Resources: { P: policy } });
  expect(await scene.call('ValidateTemplate', { TemplateBody })).toMatchObject({
    DeclaredTransforms: ['AWS::LanguageExtensions'],
    CapabilitiesReason: expect.stringContaining('[AWS::IAM::ManagedPolicy, AWS::LanguageExtensions]'),
  });
  await scene.call('CreateChangeSet', {
    ...{ StackName: 'canary', ChangeSetName: 'c', ChangeSetType: 'CREATE', TemplateBody },
    Capabilities: ['CAPABILITY_NAMED_IAM'],
  });
  await scene.close();
});
