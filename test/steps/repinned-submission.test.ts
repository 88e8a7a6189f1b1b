import { describe, expect, it } from 'vitest';
import { noHints } from '../../src/canary/location-hints.ts';
import { parseTemplate } from '../../src/stack-template/parsed-template.ts';
import { valueAt } from '../../src/stack-template/template-value.ts';
import { isVolatile } from '../../src/stack-template/volatility.ts';
import { overridesOf, repinnedStack } from '../../src/steps/shared/repinned-stack.ts';
import { articleTemplate } from '../support/sound-values.ts';
import { sampleStack } from './sample-run.ts';

const article = articleTemplate('first-deployment.yaml');
const stable = 'arn:aws:ecs:us-east-1:123456789012:task-definition/shop:26';
const role = 'arn:aws:iam::123456789012:role/stack';
const stack = {
  ...sampleStack(),
  parameters: { Image: 'shop:1', Password: '****', Empty: '' },
  capabilities: ['CAPABILITY_IAM', 'CAPABILITY_AUTO_EXPAND'],
};
const repin = (stackRoleArn: string | undefined) =>
  repinnedStack(stack, article, { parts: noHints, stackRoleArn }, stable);

describe('the update that copies the promoted version to blue', () => {
  it('keeps every parameter of the stack, including secrets that AWS does not show, and its capabilities', () => {
    expect(repin(role)).toEqual({
      name: 'canary',
      templateBody: expect.any(String),
      parameters: { Image: { keep: true }, Password: { keep: true }, Empty: { keep: true } },
      capabilities: ['CAPABILITY_IAM', 'CAPABILITY_AUTO_EXPAND'],
      roleArn: role,
    });
    expect(repin(undefined)).toMatchObject({ roleArn: undefined });
  });

  it('changes one value of the template and no other character', () => {
    const { templateBody } = repin(undefined);
    const path = ['Resources', 'BlueTaskSet', 'Properties', 'TaskDefinition'];
    expect(valueAt(parseTemplate(templateBody).body, ...path)).toBe(stable);
    const lines = (text: string) => text.split('\n');
    const changed = lines(templateBody).filter((line, index) => line !== lines(article)[index]);
    expect(lines(templateBody)).toHaveLength(lines(article).length);
    expect(changed).toEqual([expect.stringContaining(stable)]);
  });
});

describe('a template that AWS resolves again at every update', () => {
  it.each([
    ['{{resolve:ssm:/shop}}', true],
    ['Type: AWS::SSM::Parameter::Value<String>', true],
    ['Transform: AWS::Serverless', true],
    ['Fn::Transform: {}', true],
    ['Type: AWS::SSM::Parameter', false],
    ['Description: Transformation', false],
    ['resolve: shop', false],
  ])('is one with %s: %s', (text, volatile) => {
    expect(isVolatile(text)).toBe(volatile);
  });
});

it('hints reach the reader of templates under its own names', () => {
  const hints = {
    blueTaskSetLogicalId: 'A',
    greenTaskSetLogicalId: 'B',
    blueTargetGroupLogicalId: 'C',
    greenTargetGroupLogicalId: 'D',
    serviceLogicalId: 'E',
    listenerRuleLogicalId: ['F'],
    listenerRuleArn: ['arn:G'],
    testListener: ['H'],
  };
  const overrides = {
    blueTaskSet: 'A',
    greenTaskSet: 'B',
    blueTargetGroup: 'C',
    greenTargetGroup: 'D',
    service: 'E',
    listenerRules: ['F'],
    listenerRuleArns: ['arn:G'],
    testListeners: ['H'],
  };
  expect(overridesOf(hints)).toEqual(overrides);
  expect(overridesOf(hints, 'Keep')).toEqual({ ...overrides, rulesOnBlue: 'Keep' });
});
