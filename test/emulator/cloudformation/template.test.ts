import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileTemplate } from '../../../src/emulator/cloudformation/template/compile.ts';
import { resolveReferences } from '../../../src/emulator/cloudformation/template/dynamic-references.ts';
import { evaluate } from '../../../src/emulator/cloudformation/template/intrinsics.ts';
import { resolveParameters } from '../../../src/emulator/cloudformation/template/parameters.ts';
import { parseTemplate } from '../../../src/emulator/cloudformation/template/parse-template.ts';
import { parseText } from '../../../src/emulator/cloudformation/template/parse-text.ts';
import { createScope } from '../../../src/emulator/cloudformation/template/scope.ts';

const types = {
  isType: (type: string) => type === 'T',
  refusal: () => undefined,
  attributeRefusal: (_: string, name: string) => (name === 'Id' ? undefined : 'aws'),
};

const outside = {
  exported: (name: string) => `exported ${name}`,
  parameter: (name: string) => `stored ${name}`,
  secret: (name: string, key?: string) => `secret ${name} ${key}`,
};

function scopeOf(text: string, parameters: Record<string, string> = {}) {
  const surroundings = {
    region: 'us-east-1',
    accountId: '123456789012',
    partition: 'aws',
    stackId: 'arn:stack',
    stackName: 'canary',
    notificationArns: [],
  };
  const resources = {
    ref: (id: string) => (id === 'R' ? 'r-1' : undefined),
    attribute: (id: string, name: string) => (id === 'R' ? `r-1.${name}` : undefined),
  };
  return createScope(parseTemplate(text), parameters, surroundings, resources, outside);
}

const base = `
Parameters:
  Names: {Type: CommaDelimitedList}
  Stage: {Type: String}
  Stored: {Type: 'AWS::SSM::Parameter::Value<String>'}
Mappings:
  Sizes: {prod: {cpu: 512}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsNot: !Not [!Condition IsProd]
  Both: !And [!Condition IsProd, !Equals [1, '1']]
  Either: !Or [!Condition IsNot, !Condition IsProd]
Resources:
  R: {Type: T}
`;

describe('the functions of a template', () => {
  const scope = scopeOf(base, { Names: 'a, b', Stage: 'prod', Stored: '/a/b' });
  it.each([
    ['!Ref R', 'r-1'],
    ['!Ref Names', ['a', 'b']],
    ['!GetAtt R.Id', 'r-1.Id'],
    ['!GetAtt [R, Id]', 'r-1.Id'],
    ['{"Fn::GetAtt": "R.Outputs.X"}', 'r-1.Outputs.X'],
    [`!Sub '\${AWS::StackName}-\${R}-\${R.Id}-\${!literal}'`, `canary-r-1-r-1.Id-\${literal}`],
    [`!Sub ['\${x}-\${Stage}', {x: !Ref R}]`, 'r-1-prod'],
    ["!Join [':', [a, !Ref R, 3]]", 'a:r-1:3'],
    ["!Select [1, !Split ['|', 'x|y|z']]", 'y'],
    ['!If [IsProd, yes, no]', 'yes'],
    ['!If [IsNot, yes, !Ref "AWS::NoValue"]', undefined],
    ['!If [Both, !If [Either, 1, 2], 3]', 1],
    ['!FindInMap [Sizes, !Ref Stage, cpu]', 512],
    ['!Base64 hi', 'aGk='],
    ['!GetAZs ""', ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `us-east-1${letter}`)],
    ['!GetAZs eu-west-1', ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']],
    ['!ImportValue x', 'exported x'],
    [`!ImportValue {'Fn::Sub': '\${Stage}-vpc'}`, 'exported prod-vpc'],
    ['!Ref Stored', 'stored /a/b'],
    ['!FindInMap [Sizes, dev, cpu, {DefaultValue: !Ref Stage}]', 'prod'],
    ['!FindInMap [Nowhere, dev, cpu, {DefaultValue: 7}]', 7],
    ['{"Fn::Length": [a, !Ref "AWS::NoValue", b]}', 2],
    ['{"Fn::Length": !Ref Names}', 2],
    ['{"Fn::ToJsonString": {a: !Ref Stage, b: [1]}}', '{"a":"prod","b":[1]}'],
    ['!Cidr [10.0.0.0/16, 3, 8]', ['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24']],
    ['!Cidr [10.1.2.0/24, 2, 4]', ['10.1.2.0/28', '10.1.2.16/28']],
    ["!Cidr ['2001:db8:1:ff00::/56', 2, 64]", ['2001:db8:1:ff00::/64', '2001:db8:1:ff01::/64']],
    ['!Contains [[a, b], b]', true],
    ['!EachMemberEquals [[a, a], b]', false],
    ['!EachMemberIn [!Ref Names, [a, b, c]]', true],
    ['[1, !Ref "AWS::NoValue", 2]', [1, 2]],
    ['{a: !Ref "AWS::NoValue", b: !Ref "AWS::Region"}', { b: 'us-east-1' }],
    [
      '{Effect: Allow, Condition: {StringEquals: {a: b}}}',
      { Effect: 'Allow', Condition: { StringEquals: { a: 'b' } } },
    ],
  ])('%s', (text, expected) => {
    expect(evaluate((parseText(`V: ${text}`) as { V: unknown }).V, scope)).toEqual(expected);
  });

  it.each([
    ['{"Fn::Odd": x}', 'The emulator does not have the function Fn::Odd'],
    ['!Cidr [10.0.0.0/24, 300, 8]', 'Fn::Cidr cannot divide 10.0.0.0/24 into 300 blocks'],
    ['!Select [5, [a]]', 'cannot select nonexistent value at index 5'],
    ['!FindInMap [Sizes, dev, cpu]', 'Unable to get mapping for Sizes::dev::cpu'],
    ['!Ref Missing', 'Unresolved resource dependencies [Missing]'],
  ])('%s is refused', (text, message) => {
    expect(() => evaluate((parseText(`V: ${text}`) as { V: unknown }).V, scope)).toThrow(message);
  });
});

describe('a dynamic reference', () => {
  it.each([
    ['{{resolve:ssm:/a/b}}', 'stored /a/b'],
    ['{{resolve:ssm:/a/b:3}}', 'stored /a/b'],
    ['x{{resolve:ssm-secure:p:1}}y{{resolve:ssm:q}}', 'xstored pystored q'],
    ['{{resolve:secretsmanager:db}}', 'secret db undefined'],
    ['{{resolve:secretsmanager:db:SecretString:user:AWSCURRENT}}', 'secret db user'],
    [
      '{{resolve:secretsmanager:arn:aws:secretsmanager:us-east-1:1:secret:db-a1:SecretString:user}}',
      'secret arn:aws:secretsmanager:us-east-1:1:secret:db-a1 user',
    ],
    ['{{resolve:other:x}} and {{plain}}', '{{resolve:other:x}} and {{plain}}'],
  ])('%s', (text, expected) => {
    expect(resolveReferences({ a: [{ b: text }] }, outside)).toEqual({ a: [{ b: expected }] });
  });
});

describe('a template body', () => {
  it.each(['first', 'second'])('means the same in JSON and YAML (%s deployment)', (name) => {
    const read = (format: string) =>
      parseText(readFileSync(new URL(`../../fixtures/article/${name}-deployment.${format}`, import.meta.url), 'utf8'));
    expect(read('yaml')).toEqual(read('json'));
  });

  it.each([
    ['{"Resources": {', 'Template format error: JSON not well-formed.'],
    ['Resources: [', 'Template format error: YAML not well-formed. (line 1'],
    ['V: !Nope x', 'The tag !Nope is not known'],
    ['just text', 'Template format error: unsupported structure.'],
    ['Resources: {}', 'At least one Resources member must be defined.'],
    ['{Resources: {A: {Type: T}}, Extra: {}}', 'Invalid template property or properties [Extra]'],
    ['{Resources: {A: {Type: T, Propertys: {}}}}', "Invalid template resource property 'Propertys'"],
    ['{Resources: {A: {}}}', 'must contain a Type member'],
    [
      '{Resources: {A: {Type: T}}, Transform: AWS::Serverless-2016-10-31}',
      'The emulator cannot expand the macro AWS::Serverless',
    ],
  ])('%s is refused', (text, message) => {
    expect(() => parseTemplate(text)).toThrow(message);
  });
});

it('a resource may have a version, as in AWS’s examples of custom resources', () => {
  expect(parseTemplate("{Resources: {A: {Type: 'Custom::A', Version: '1.0'}}}").resources.has('A')).toBe(true);
});

describe('references', () => {
  const compile = (text: string, condition = (_: string) => true) =>
    compileTemplate(parseTemplate(text), types, condition);

  it('order resources, whether by function or DependsOn, and leave out those whose condition is false', () => {
    const text = `Resources:
  C: {Type: T, DependsOn: [B, Off]}
  B: {Type: T, Properties: {V: !Sub "\${A.Id}"}}
  A: {Type: T}
  Off: {Type: T, Condition: Never}
Outputs:
  Gone: {Condition: Never, Value: x}`;
    const compiled = compile(text, () => false);
    expect([...compiled.dependencies]).toEqual([
      ['A', []],
      ['B', ['A']],
      ['C', ['B']],
    ]);
    expect(compiled.outputs).toEqual([]);
  });

  it.each([
    ['{Resources: {A: {Type: Odd::Type}}}', 'Template format error: Unrecognized resource types: [Odd::Type]'],
    [
      '{Resources: {A: {Type: T, Properties: {V: !Ref X}}}}',
      'Template format error: Unresolved resource dependencies [X] in the Resources block of the template',
    ],
    [
      '{Resources: {A: {Type: T}}, Outputs: {O: {Value: !GetAtt X.Id}}}',
      'Template format error: Unresolved resource dependencies [X] in the Outputs block of the template',
    ],
    [
      '{Resources: {A: {Type: T}}, Outputs: {O: {Value: !GetAtt A.Arn}}}',
      'Template error: resource A does not support attribute type Arn in Fn::GetAtt',
    ],
    [
      '{Resources: {A: {Type: T, DependsOn: B}, B: {Type: T, Properties: {V: !Ref A}}}}',
      'Circular dependency between resources: [A, B]',
    ],
  ])('%s is refused', (text, message) => {
    expect(() => compile(text)).toThrow(message);
  });
});

describe('parameters', () => {
  const template = parseTemplate(`Parameters:
  Size: {Type: Number, MinValue: 1, MaxValue: 9, Default: 3}
  Stage: {Type: String, AllowedValues: [dev, prod], Default: dev}
  Name: {Type: String, AllowedPattern: '[a-z]+', ConstraintDescription: lower case only, Default: a}
Resources: {A: {Type: T}}`);
  it.each([
    ['Size', 'x', "Parameter 'Size' must be a number"],
    ['Size', '10', "Parameter 'Size' must be a number not greater than 9"],
    ['Stage', 'qa', "Parameter 'Stage' must be one of AllowedValues"],
    ['Name', 'A', 'Parameter Name failed to satisfy constraint: lower case only'],
    ['Other', '1', 'Parameters: [Other] do not exist in the template'],
  ])('%s = %s is refused', (ParameterKey, ParameterValue, message) => {
    expect(() => resolveParameters(template, [{ ParameterKey, ParameterValue }], {})).toThrow(message);
  });
});
