import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ShapeOverrides } from '../../src/stack-template/canary-resources.ts';
import { parseTemplate } from '../../src/stack-template/parsed-template.ts';
import { describeShape, type TemplateShape } from '../../src/stack-template/shape.ts';

const template = (name: string) => readFileSync(new URL(`../fixtures/cases/${name}.yaml`, import.meta.url), 'utf8');

const plain = template('first-deployment-blue-empty').replace(
  '      TaskDefinition: !Ref Definition\n',
  '      Scale: {Unit: PERCENT, Value: 100}\n      TaskDefinition: !Ref Definition\n',
);
const pseudo = { 'AWS::Region': 'us-east-1', 'AWS::AccountId': '123456789012', 'AWS::StackName': 'shop' };
const expected = {
  ...{ blueTaskSet: 'BlueSet', greenTaskSet: 'GreenSet', blueTargetGroup: 'BlueGroup', greenTargetGroup: 'GreenGroup' },
  ...{ service: 'Service', productionRules: ['Rule'], warnings: [] },
};

type Values = Readonly<Record<string, string>>;

function shapeOf(text: string, overrides: ShapeOverrides = {}, values: Values = {}): TemplateShape {
  const shape = describeShape(parseTemplate(text), overrides, { ...pseudo, ...values });
  // None of these templates keeps a log.
  return { ...shape, warnings: shape.warnings.filter((warning) => !warning.includes('has no LogConfiguration')) };
}

function problemsOf(text: string, overrides: ShapeOverrides = {}, values: Values = {}): string {
  try {
    shapeOf(text, overrides, values);
    return '';
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid-template' });
    return (error as Error).message;
  }
}

/** The template with one text replaced everywhere, and with what else it needs. */
function written(from: string, to: string, sections = ''): string {
  const text = plain.replaceAll(from, to).replace('Parameters:\n', `${sections}Parameters:\n`);
  expect(text).not.toBe(plain);
  return text;
}

const sections = {
  choice: 'Conditions: {Here: !Equals [!Ref AWS::Region, us-east-1], Main: !Condition Here}\n',
  map: 'Mappings: {Of: {us-east-1: {Blue: 100, Green: 0, Type: EXTERNAL, Tag: Blue, Keep: Retain}}}\n',
  extensions: 'Transform: AWS::LanguageExtensions\n',
};

it('a template whose parameters give weights, controller, tag and target group is accepted', () => {
  expect(shapeOf(template('values-by-parameter'))).toEqual(expected);
});

it.each([
  ['BlueWeight', '0', 'Rule must give all traffic to blue (BlueGroup Weight 100, GreenGroup Weight 0, as numbers)'],
  ['GreenWeight', '10', 'Found: BlueGroup 100, GreenGroup 10.'],
  ['BlueWeight', 'much', 'Found: BlueGroup without Weight, GreenGroup 0.'],
  ['Controller', 'ECS', 'Service needs DeploymentController: {Type: EXTERNAL}. Found: "ECS".'],
  ['Stable', 'Green', '"Green" would mark the wrong version as stable'],
])('the same template is refused with the value %s=%s, and only for that', (name, value, told) => {
  const message = problemsOf(template('values-by-parameter'), {}, { [name]: value });
  expect(message).toContain(told);
  expect(message.split('\n')).toHaveLength(2);
  expect(message).not.toContain('EcsCanary.Parts');
});

it.each([
  ['!Ref BlueGroup', '!Sub "${BlueGroup}"', ''],
  ['!Ref BlueGroup', '!Sub ["${G}", {G: !Ref BlueGroup}]', ''],
  ['!Ref BlueGroup', '!GetAtt BlueGroup.TargetGroupArn', ''],
  ['!Ref BlueGroup', '!Sub "${BlueGroup.TargetGroupArn}"', ''],
  ['!Ref BlueGroup', '!If [Here, !Ref BlueGroup, !Ref AWS::NoValue]', sections.choice],
  ['!Ref BlueGroup', '!Join ["", [!Ref BlueGroup]]', ''],
  ['!Ref BlueGroup', '!Select [1, [!Ref GreenGroup, !Sub "${BlueGroup}"]]', ''],
  ['!GetAtt BlueSet.Id', '!Sub "${BlueSet.Id}"', ''],
  ['!GetAtt BlueSet.Id', '!Ref BlueSet', ''],
  ['!Ref BlueGroup', '{Ref: !Join ["", [Blue, Group]]}', sections.extensions],
  ['Weight: 100', 'Weight: !FindInMap [Of, !Ref AWS::Region, Blue]', sections.map],
  ['Weight: 0', 'Weight: !If [Main, "0", 50]', sections.choice],
  ['Weight: 0', 'Weight: !Select [1, !Split [",", "100,0"]]', ''],
  ['Type: EXTERNAL', 'Type: !Join ["", [EXT, ERNAL]]', ''],
  ['Type: EXTERNAL', 'Type: !FindInMap [Of, !Ref AWS::Region, Type]', sections.map],
  ['{Type: EXTERNAL}', '!If [Here, {Type: EXTERNAL}, {Type: ECS}]', sections.choice],
  ['Value: Blue}', 'Value: !FindInMap [Of, !Ref AWS::Region, Tag]}', sections.map],
  ['[{Key: StableStack, Value: Blue}]', '!If [Here, [{Key: StableStack, Value: Blue}], []]', sections.choice],
  [
    'UpdateReplacePolicy: Retain',
    'UpdateReplacePolicy: !FindInMap [Of, !Ref AWS::Region, Keep]',
    sections.map + sections.extensions,
  ],
  [
    'UpdateReplacePolicy: Retain',
    'UpdateReplacePolicy: {Fn::FindInMap: [Of, elsewhere, Keep, {DefaultValue: Retain}]}',
    sections.map + sections.extensions,
  ],
  ['!Ref Definition', '!Sub "${Definition}"', ''],
  ['Service: !Ref Service', 'Service: !Sub "${Service}"', ''],
  ['Protocol: HTTP,', 'Protocol: HTTP, Name: !Ref AWS::NoValue,', ''],
  ['Protocol: HTTP,', 'Protocol: !Join ["", [HT, TP]],', ''],
])('%s may be written as %s', (from, to, more) => {
  expect(shapeOf(written(from, to, more))).toEqual(expected);
});

it.each([
  [
    'UpdateReplacePolicy: Retain',
    'UpdateReplacePolicy: !If [Here, Delete, Retain]',
    'Definition needs UpdateReplacePolicy',
  ],
  ['Protocol: HTTP,', 'Protocol: !If [Here, TCP, HTTP],', 'protocol TCP of a Network Load Balancer'],
  ['DesiredCount: 2', 'DesiredCount: !If [Here, 0, 2]', 'DesiredCount 0'],
  [
    'TargetGroupArn: !Ref GreenGroup}',
    'TargetGroupArn: !Sub "${BlueGroup}"}',
    'GreenSet must register with GreenGroup in its LoadBalancers. Found: BlueGroup.',
  ],
])('a value that is wrong is found however it is written: %s becomes %s', (from, to, told) => {
  expect(problemsOf(written(from, to, sections.choice))).toContain(told);
});

describe('what only AWS knows', () => {
  const unknown = 'Conditions: {Unknown: !Equals [!Ref AWS::URLSuffix, amazonaws.com]}\n';
  const says = 'Only AWS knows some weights or target groups of Rule; the step checks them in the deployed stack.';

  it.each([
    ['Weight: 0', 'Weight: !ImportValue Net-Green', [says]],
    ['Weight: 0', "Weight: '{{resolve:ssm:/shop/green}}'", [says]],
    ['Weight: 0', 'Weight: !If [Unknown, 0, 100]', [says]],
    ['TargetGroupArn: !Ref GreenGroup\n', 'TargetGroupArn: !ImportValue Green\n', [says]],
    ['Type: EXTERNAL', 'Type: !ImportValue Controller', []],
    ['DesiredCount: 2', 'DesiredCount: {Fn::Length: [a, b]}', []],
    ['Value: Blue}', 'Value: !ImportValue Colour}', []],
    ['Tags: [{Key: StableStack, Value: Blue}]', 'Tags: !If [Unknown, [], []]', []],
    ['Tags: [{Key: StableStack, Value: Blue}]', 'Tags: [!If [Unknown, {Key: A, Value: B}, !Ref AWS::NoValue]]', []],
    ['UpdateReplacePolicy: Retain', 'UpdateReplacePolicy: !If [Unknown, Retain, Delete]', []],
    ['Protocol: HTTP,', 'Protocol: !ImportValue Protocol,', []],
    ['LoadBalancers: [', 'LoadBalancers: !If [Unknown, [], [{ContainerName: web}]] #', []],
    [
      'DeploymentController: {Type: EXTERNAL}',
      'Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://a/b}}',
      [expect.stringContaining('what AWS::Include will make of')],
    ],
  ])('is not refused: %s becomes %s', (from, to, warnings) => {
    expect(shapeOf(written(from, to, unknown)).warnings).toEqual(warnings);
  });

  it('does not excuse the weight beside it that is known to be wrong', () => {
    const text = written('Weight: 0', 'Weight: !ImportValue G').replace('Weight: 100', 'Weight: 0');
    expect(problemsOf(text)).toContain('Rule must give all traffic to blue');
    expect(problemsOf(text)).toContain('GreenGroup (only AWS knows)');
  });

  it('keeps a rule from being refused as one that leads users past the canary', () => {
    const text = written(
      '- TargetGroupArn: !Ref GreenGroup',
      '- TargetGroupArn: !If [Unknown, !Ref GreenGroup, !Ref BlueGroup]',
      unknown,
    );
    expect(shapeOf(text)).toMatchObject({ productionRules: ['Rule'], warnings: [says] });
    const whole = written(
      'Actions:\n        - Type: forward',
      'Actions:\n        - !If [Unknown, {Type: forward, TargetGroupArn: !Ref BlueGroup}, !Ref AWS::NoValue]\n        - Type: none',
      unknown,
    );
    expect(shapeOf(whole).warnings).toEqual([says]);
  });
});

describe('target groups outside the template', () => {
  const arn = (name: string) =>
    `arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/${name}/0123456789abcdef`;
  const without = plain.replace(/ {2}BlueGroup:\n[\s\S]*? {2}Listener:\n/, '  Listener:\n');
  const outside = (blue: string, green: string) =>
    without.replaceAll('!Ref BlueGroup', blue).replaceAll('!Ref GreenGroup', green);
  const noOutputs = (text: string) => text.replace(/ {2}BlueTargetGroup: .*\n {2}GreenTargetGroup: .*\n/, '');

  it.each([
    ['by ARN', arn('blue'), arn('green')],
    ['by import', '!ImportValue Net:Blue', '!ImportValue Net:Green'],
    ['by account', '!FindInMap [Of, !Ref Account, Blue]', '!FindInMap [Of, !Ref Account, Green]'],
    ['from Parameter Store', "'{{resolve:ssm:/net/blue}}'", "'{{resolve:ssm:/net/green}}'"],
    ['by parameter', '!Ref Version', '!Sub "${Lb}"'],
  ])('are told by outputs; the task sets alone do not suffice: %s', (_, blue, green) => {
    const text = outside(blue, green)
      .replace(/Lb: .*/, `Lb: {Type: String, Default: "${arn('green')}"}\n  Account: {Type: String, NoEcho: true}`)
      .replace('Parameters:\n', 'Mappings: {Of: {a: {Blue: x, Green: y}}}\nParameters:\n');
    const values = { Version: arn('blue') };
    const shape = shapeOf(text, {}, values);
    expect(shape).toMatchObject({ productionRules: ['Rule'], warnings: [] });
    expect(new Set([shape.blueTargetGroup, shape.greenTargetGroup]).size).toBe(2);
    expect(() => shapeOf(noOutputs(text), {}, values)).toThrow(/Add the output Blue.*\n.*Add the output Green/);
  });

  it('are refused if they are the same, or if a task set is in the wrong one', () => {
    const same = outside('!ImportValue Net:Blue', '!ImportValue Net:Blue');
    expect(problemsOf(same)).toContain('Blue and green have the same target group');
    const crossed = outside(arn('blue'), arn('green')).replace(
      `TargetGroupArn: ${arn('green')}}`,
      `TargetGroupArn: ${arn('blue')}}`,
    );
    expect(problemsOf(crossed)).toContain(`GreenSet must register with ${arn('green')} in its LoadBalancers`);
  });

  it('need only the ARN of a rule if the template has none', () => {
    const bare = outside('!ImportValue Net:Blue', '!ImportValue Net:Green')
      .replace(/ {2}Rule:\n[\s\S]*? {2}Service:\n/, '  Service:\n')
      .replaceAll('    DependsOn: Rule\n', '');
    expect(problemsOf(bare)).toContain(
      'for a rule outside the template, add the line ListenerRule=ARN to EcsCanary.Parts',
    );
    const rule = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/web/1/2/3';
    expect(shapeOf(bare, { listenerRuleArns: [rule] }).productionRules).toEqual([]);
  });
});
