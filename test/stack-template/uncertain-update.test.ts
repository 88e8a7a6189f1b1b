import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ShapeOverrides } from '../../src/stack-template/canary-resources.ts';
import { parseTemplate } from '../../src/stack-template/parsed-template.ts';
import { describeShape } from '../../src/stack-template/shape.ts';
import { refuseUncertainty } from '../../src/stack-template/uncertain-update.ts';

const plain = readFileSync(new URL('../fixtures/cases/first-deployment-blue-empty.yaml', import.meta.url), 'utf8');
const edited = (text: string, from: string | RegExp, to: string): string => {
  const result = text.replace(from, to);
  expect(result).not.toBe(text);
  return result;
};
const withResource = (text: string, resource: string) => edited(text, '  Service:\n', `  ${resource}\n  Service:\n`);
const template = (text: string) => ({ body: parseTemplate(text).body, parameters: { 'AWS::Region': 'us-east-1' } });

/** The places that an update of the first text to the second, or the creation of the second, is refused for. */
function refusedFor(before: string | undefined, after: string, overrides: ShapeOverrides = {}): readonly string[] {
  try {
    refuseUncertainty(before === undefined ? undefined : template(before), template(after), overrides, true);
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

/** A rule for one path, or with other conditions, with these actions. */
const aside = (actions: string, more = '') =>
  `Aside: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {ListenerArn: !Ref Listener, Priority: 5, Conditions: [{Field: path-pattern, PathPatternConfig: {Values: [/aside]}}${more}], Actions: ${actions}}}`;
const include = '{Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://shop/x}}}';

describe('a rule whose target only AWS knows', () => {
  const third = 'Third: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Port: 80}}';
  const to = (group: string) => `[{Type: forward, TargetGroupArn: ${group}}]`;
  const weighted = (weight: string) =>
    `[{Type: forward, ForwardConfig: {TargetGroups: [{TargetGroupArn: !Ref Third, Weight: 1}, {TargetGroupArn: !ImportValue Other, Weight: ${weight}}]}}]`;

  it.each([
    ['a dynamic reference', to("'{{resolve:ssm:/green}}'")],
    ['an import', to('!ImportValue Green')],
    ['an attribute', to('!GetAtt Custom.Arn')],
    ['one of two groups', weighted('1')],
    ['one of two groups with an unknown weight', weighted('!ImportValue Weight')],
    ['an included list of actions', include],
    ['an included action', `[${include}]`],
    ['an included configuration', `[{Type: forward, ForwardConfig: ${include}}]`],
    ['an included part of an action', '[{Type: forward, Fn::Transform: {Name: AWS::Include}}]'],
    ['an action of an unknown type', '[{Type: !ImportValue Type, TargetGroupArn: !Ref GreenGroup}]'],
  ])('may lead users to green, so an update must not bring it in: %s', (_, actions) => {
    const text = withResource(plain, third);
    expect(refusedFor(text, withResource(text, aside(actions)))).toEqual(['Aside.Properties']);
  });

  it('is refused if all its properties are included', () => {
    const text = `Aside: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: ${include}}`;
    expect(refusedFor(plain, withResource(plain, text))).toEqual(['Aside.Properties']);
  });

  it.each([
    ['it is another group of the template', to('!Ref Third')],
    ['it is another group by its ARN', to('arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/third/1')],
    ['it gets nothing', weighted('0')],
    ['it is no group at all', '[{Type: fixed-response, FixedResponseConfig: {StatusCode: !ImportValue Code}}]'],
  ])('leads nobody to green if %s', (_, actions) => {
    const text = withResource(plain, third);
    expect(refusedFor(text, withResource(text, aside(actions)))).toEqual([]);
  });

  it('may stay as it is deployed, lead testers to green, or be on their listener', () => {
    const unknown = to('!ImportValue Other');
    const kept = withResource(plain, aside(unknown));
    expect(refusedFor(kept, kept)).toEqual([]);
    const marked = ', {Field: query-string, QueryStringConfig: {Values: [{Key: test, Value: yes}]}}';
    expect(refusedFor(plain, withResource(plain, aside(unknown, marked)))).toEqual([]);
    const arn = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/web/1/2';
    const listener = `Second: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {DefaultActions: ${unknown}}}`;
    expect(refusedFor(plain, withResource(plain, listener))).toEqual(['Second.Properties']);
    for (const name of ['Second', arn])
      expect(refusedFor(plain, withResource(plain, listener), { testListeners: [name] })).toEqual([]);
  });
});

it('a rule that was left out of the stack is not as deployed when its condition comes to hold', () => {
  const rule = aside('[{Type: forward, TargetGroupArn: !ImportValue Green}]').replace('{Type', '{Condition: On, Type');
  const text = (on: string) => `Conditions: {On: !Equals [${on}, yes]}\n${withResource(plain, rule)}`;
  expect(refusedFor(text('no'), text('yes'))).toEqual(['Aside.Properties']);
  for (const on of ['yes', 'no']) expect(refusedFor(text(on), text(on))).toEqual([]);
});

it('a nested stack or a custom resource that is given the group of green may lead users there, so the step warns', () => {
  const nested = (group: string) =>
    withResource(plain, `Routes: {Type: AWS::CloudFormation::Stack, Properties: {Parameters: {Group: !Ref ${group}}}}`);
  const warningsOf = (text: string) => describeShape(parseTemplate(text)).warnings.join();
  expect(warningsOf(nested('GreenGroup'))).toContain('Only AWS knows what Routes does with GreenGroup');
  expect(warningsOf(nested('GreenGroup').replace('AWS::CloudFormation::Stack', '"Custom::Routes"'))).toContain(
    'Routes',
  );
  expect(warningsOf(nested('BlueGroup'))).not.toContain('Routes');
});

describe('a first deployment', () => {
  const pinned = (text: string) =>
    edited(
      text,
      /(BlueSet:\n[\s\S]*?TaskDefinition: )!Ref Definition/,
      '$1arn:aws:ecs:us-east-1:123456789012:task-definition/old:1',
    );
  const uncertain = [
    ['a weight', edited(plain, 'Weight: 0', "Weight: '{{resolve:ssm:/weight}}'"), 'Rule.Properties'],
    [
      'the group of a task set',
      edited(plain, 'TargetGroupArn: !Ref GreenGroup}]', 'TargetGroupArn: !ImportValue Green}]'),
      'GreenSet.Properties.LoadBalancers',
    ],
    [
      'the group of a rule',
      withResource(plain, aside('[{Type: forward, TargetGroupArn: !ImportValue Green}]')),
      'Aside.Properties',
    ],
    ['the tag', edited(plain, 'Value: Blue}', 'Value: !ImportValue Stable}'), 'Service.Properties.Tags'],
  ] as const;

  it.each(uncertain)('that pins blue has two versions, so it is refused if only AWS knows %s', (_, text, place) => {
    expect(refusedFor(undefined, pinned(text))).toEqual([place]);
  });

  it.each(uncertain)('of one version exposes nothing, even if only AWS knows %s', (_, text) => {
    expect(refusedFor(undefined, text)).toEqual([]);
    expect(refusedFor(undefined, pinned(plain))).toEqual([]);
  });
});
