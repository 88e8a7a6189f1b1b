import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../../src/stack-template/parsed-template.ts';
import { refuseUncertainty } from '../../src/stack-template/uncertain-update.ts';

const plain = readFileSync(new URL('../fixtures/cases/first-deployment-blue-empty.yaml', import.meta.url), 'utf8');
const edited = (text: string, from: string | RegExp, to: string): string => {
  const result = text.replace(from, to);
  expect(result).not.toBe(text);
  return result;
};
const withResource = (text: string, resource: string) => edited(text, '  Service:\n', `  ${resource}\n  Service:\n`);
const template = (text: string) => ({ body: parseTemplate(text).body, parameters: { 'AWS::Region': 'us-east-1' } });

/** The places that an update of the first text to the second is refused for. */
function refusedFor(before: string, after: string): readonly string[] {
  try {
    refuseUncertainty(template(before), template(after), {}, true);
    return [];
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid-template' });
    return [...(error as Error).message.matchAll(/Only AWS knows (\S+),/g)].map(([, place = '']) => place);
  }
}

describe('an attribute with unchanged text', () => {
  const weight = (text: string) => edited(text, 'Weight: 0', 'Weight: !GetAtt Source.Value');
  const group = (text: string) =>
    edited(text, 'TargetGroupArn: !Ref GreenGroup}]', 'TargetGroupArn: !GetAtt Source.Value}]');
  const queue = (id: string, name: string) => `${id}: {Type: AWS::SQS::Queue, Properties: {QueueName: ${name}}}`;

  it.each([
    ['a custom resource', 'Source: {Type: "Custom::Weights", Properties: {ServiceToken: arn}}'],
    ['a custom resource of the other type', 'Source: {Type: AWS::CloudFormation::CustomResource}'],
    ['a nested stack', 'Source: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: https://x}}'],
    ['a wait condition', 'Source: {Type: AWS::CloudFormation::WaitCondition}'],
    ['a type of another publisher', 'Source: {Type: "Acme::Canary::Weights"}'],
    ['a resource with a dynamic reference', queue('Source', "'{{resolve:ssm:/name}}'")],
  ])('may change all the same if it is one of %s, so every update is refused', (_, resource) => {
    for (const [edit, place] of [
      [weight, 'Rule.Properties'],
      [group, 'GreenSet.Properties.LoadBalancers'],
    ] as const) {
      const text = withResource(edit(plain), resource);
      expect(refusedFor(text, text)).toEqual([place]);
    }
  });

  it('stays what it is while its resource, and what that refers to, stays unchanged', () => {
    const text = (inner: string) =>
      withResource(withResource(weight(plain), queue('Source', '!GetAtt Inner.QueueName')), queue('Inner', inner));
    expect(refusedFor(text('a'), text('a'))).toEqual([]);
    expect(refusedFor(text('a'), text('b'))).toEqual(['Rule.Properties']);
  });

  it('stays what it is if only the listener, which means itself, changes', () => {
    const text = withResource(weight(plain), queue('Source', 'a'));
    expect(refusedFor(text, edited(text, '      Port: 80\n', '      Port: 81\n'))).toEqual([]);
  });
});
