import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parts } from '../../src/parameters/parts.ts';
import { parseTemplate } from '../../src/stack-template/parsed-template.ts';
import { describeShape } from '../../src/stack-template/shape.ts';
import { overridesOf } from '../../src/steps/shared/repinned-stack.ts';

/** A template with what an operator types beside it. */
interface Given {
  readonly text: string;
  readonly lines?: string;
  readonly rulesOnBlue?: 'Keep';
}

const plain = readFileSync(new URL('../fixtures/cases/first-deployment-blue-empty.yaml', import.meta.url), 'utf8');
const balancing = 'arn:aws:elasticloadbalancing:us-east-1:123456789012';

function problemsOf({ text, lines = '', rulesOnBlue }: Given): string {
  try {
    describeShape(parseTemplate(text), overridesOf(parts.parse(lines), rulesOnBlue));
    return '';
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid-template' });
    return (error as Error).message;
  }
}

/** The text with one part replaced everywhere. */
function edited(text: string, from: string | RegExp, to: string): string {
  const result = text.replaceAll(typeof from === 'string' ? from : new RegExp(from, 'g'), to);
  expect(result).not.toBe(text);
  return result;
}

const without = {
  outputs: plain.slice(0, plain.indexOf('Outputs:')),
  groupOutputs: edited(plain, / {2}\w+TargetGroup: \{Value.*\n/, ''),
  rule: edited(edited(plain, / {2}Rule:\n[\s\S]*? {2}Service:\n/, '  Service:\n'), '    DependsOn: Rule\n', ''),
};
const twoGroups = edited(
  without.groupOutputs,
  / {6}LoadBalancers: \[(.*)\]\n/,
  `      LoadBalancers: [$1, {ContainerName: web, ContainerPort: 81, TargetGroupArn: ${balancing}:targetgroup/third/1}]\n`,
);
const outside = edited(
  edited(
    edited(twoGroups, / {2}BlueGroup:\n[\s\S]*? {2}Listener:\n/, '  Listener:\n'),
    '!Ref BlueGroup',
    '!ImportValue Blue',
  ),
  '!Ref GreenGroup',
  '!ImportValue Green',
);
const twoServices = edited(
  edited(plain, 'Service: !Ref Service', 'Service: !ImportValue Service'),
  '  BlueSet:\n',
  '  Other: {Type: AWS::ECS::Service, Properties: {DeploymentController: {Type: EXTERNAL}}}\n  BlueSet:\n',
);
const contradicting = edited(
  edited(edited(plain, /(Blue|Green)Set\b/, '$1TaskSet'), /(Blue|Green)Group\b/, '$1TargetGroup'),
  'Value: !GetAtt BlueTaskSet.Id',
  'Value: !GetAtt GreenTaskSet.Id',
);
const toOne = (group: string) =>
  edited(
    plain,
    '  Service:\n',
    `  Api:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties: {ListenerArn: !Ref Listener, Priority: 5, Conditions: [{Field: path-pattern, PathPatternConfig: {Values: [/api]}}], Actions: [{Type: forward, TargetGroupArn: !Ref ${group}}]}
  Service:
`,
  );
const joined = (text: string) =>
  edited(
    text,
    /Actions: \[\{Type: forward, TargetGroupArn: !Ref \w+\}\]/,
    'Actions: [{Type: forward, ForwardConfig: {TargetGroups: [{TargetGroupArn: !Ref BlueGroup, Weight: 100}, {TargetGroupArn: !Ref GreenGroup, Weight: 0}]}}]',
  );
const otherListener = edited(
  plain,
  '  Service:\n',
  '  Second: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {LoadBalancerArn: !Ref Lb, Port: 81, Protocol: HTTP, DefaultActions: [{Type: forward, TargetGroupArn: !Ref GreenGroup}]}}\n  Service:\n',
);
const nameSets = 'BlueTaskSet=BlueSet\nGreenTaskSet=GreenSet';
const nameGroups = 'BlueTargetGroup=BlueGroup\nGreenTargetGroup=GreenGroup';

it.each<[what: string, given: Given, told: readonly string[], cure: Given]>([
  [
    'task sets that nothing tells',
    { text: without.outputs },
    ['add the line BlueTaskSet=LOGICAL_ID', 'add the line GreenTaskSet=LOGICAL_ID'],
    { text: without.outputs, lines: `${nameSets}\n${nameGroups}` },
  ],
  [
    'task sets in several groups',
    { text: twoGroups },
    ['add the line BlueTargetGroup=LOGICAL_ID', 'add the line GreenTargetGroup=LOGICAL_ID'],
    { text: twoGroups, lines: nameGroups },
  ],
  [
    'task sets in several groups outside',
    { text: outside },
    ['For a group outside the template, set the output BlueTargetGroup to its ARN.'],
    {
      text: `${outside}  BlueTargetGroup: {Value: !ImportValue Blue}\n  GreenTargetGroup: {Value: !ImportValue Green}\n`,
    },
  ],
  [
    'an output of a service',
    { text: edited(plain, '!GetAtt BlueSet.Id', '!Ref Service') },
    ['The output BlueTaskSet must be Fn::GetAtt [LOGICAL_ID, Id].', 'add the line BlueTaskSet=LOGICAL_ID'],
    { text: edited(plain, '!GetAtt BlueSet.Id', '!Ref Service'), lines: 'BlueTaskSet=BlueSet' },
  ],
  [
    'the same, corrected',
    { text: edited(plain, '!GetAtt BlueSet.Id', '!Ref Service') },
    ['must be Fn::GetAtt [LOGICAL_ID, Id]'],
    { text: plain },
  ],
  [
    'an output of no group',
    { text: edited(plain, '{Value: !Ref BlueGroup}', '{Value: blue}') },
    ['The output BlueTargetGroup does not point to a target group.'],
    { text: edited(plain, '{Value: !Ref BlueGroup}', '{Value: blue}'), lines: 'BlueTargetGroup=BlueGroup' },
  ],
  [
    'a wrong line',
    { text: plain, lines: 'BlueTaskSet=BlueSett' },
    ['EcsCanary.Parts says BlueTaskSet=BlueSett', 'Found: BlueSet, GreenSet. Correct or remove that line.'],
    { text: plain, lines: 'BlueTaskSet=BlueSet' },
  ],
  [
    'the same line, removed',
    { text: plain, lines: 'BlueTaskSet=Service' },
    ['but it is of type AWS::ECS::Service'],
    { text: plain },
  ],
  [
    'an output against a logical id',
    { text: contradicting },
    ['Correct the output, rename that resource, or add the line BlueTaskSet=LOGICAL_ID to EcsCanary.Parts'],
    {
      text: edited(
        contradicting,
        'Value: !GetAtt GreenTaskSet.Id}\n  Green',
        'Value: !GetAtt BlueTaskSet.Id}\n  Green',
      ),
    },
  ],
  [
    'the same output, with the line',
    { text: contradicting },
    ['add the line BlueTaskSet=LOGICAL_ID'],
    { text: contradicting, lines: 'BlueTaskSet=BlueTaskSet' },
  ],
  [
    'the same for both task sets',
    { text: edited(plain, '!GetAtt BlueSet.Id', '!GetAtt GreenSet.Id') },
    [
      'Blue and green are the same task set, GreenSet. Make outputs, LoadBalancers and EcsCanary.Parts name a different one for each colour.',
    ],
    { text: edited(plain, '!GetAtt BlueSet.Id', '!GetAtt GreenSet.Id'), lines: 'BlueTaskSet=BlueSet' },
  ],
  [
    'the same group for both',
    { text: edited(without.groupOutputs, 'TargetGroupArn: !Ref GreenGroup}]', 'TargetGroupArn: !Ref BlueGroup}]') },
    ['Blue and green have the same target group, BlueGroup.'],
    { text: plain },
  ],
  [
    'target groups that only the task sets tell',
    { text: without.groupOutputs },
    ['Add the output BlueTargetGroup with that', 'Add the output GreenTargetGroup with that'],
    { text: plain },
  ],
  [
    'services of which none is told',
    { text: twoServices },
    ['The template has 2 services', 'add the line Service=LOGICAL_ID'],
    { text: twoServices, lines: 'Service=Service' },
  ],
  [
    'no rule',
    { text: without.rule },
    ['for a rule outside the template, add the line ListenerRule=ARN to EcsCanary.Parts'],
    { text: without.rule, lines: `ListenerRule=${balancing}:listener-rule/app/web/1/2/3` },
  ],
  [
    'no such rule',
    { text: plain, lines: 'ListenerRule=Rul' },
    ['EcsCanary.Parts says ListenerRule=Rul'],
    { text: plain, lines: 'ListenerRule=Rule' },
  ],
  [
    'a rule to green',
    { text: toOne('GreenGroup') },
    ['make it forward to both groups'],
    { text: joined(toOne('GreenGroup')) },
  ],
  [
    'the same rule, for testers',
    { text: toOne('GreenGroup') },
    ['give the rule a condition on a query string or header'],
    {
      text: edited(
        toOne('GreenGroup'),
        'Values: [/api]}}]',
        'Values: [/api]}}, {Field: query-string, QueryStringConfig: {Values: [{Key: test, Value: yes}]}}]',
      ),
    },
  ],
  [
    'a listener to green',
    { text: otherListener },
    ['add the line TestListener=Second to EcsCanary.Parts'],
    { text: otherListener, lines: 'TestListener=Second' },
  ],
  [
    'a rule to blue',
    { text: toOne('BlueGroup') },
    ['make it forward to both groups'],
    { text: joined(toOne('BlueGroup')) },
  ],
  [
    'the same rule, kept',
    { text: toOne('BlueGroup') },
    ['set EcsCanary.RulesOnBlue to Keep'],
    { text: toOne('BlueGroup'), rulesOnBlue: 'Keep' },
  ],
])('what a refusal advises cures it: %s', (_, given, told, cure) => {
  const message = problemsOf(given);
  for (const words of told) expect(message).toContain(words);
  expect(problemsOf(cure)).toBe('');
});

it.each([
  [
    'one task set',
    edited(edited(plain, / {2}GreenSet:\n[\s\S]*?Outputs:/, 'Outputs:'), / {2}GreenTaskSet: .*\n/, ''),
    'A canary needs two resources of type AWS::ECS::TaskSet; the template has 1.',
    'GreenTaskSet=',
  ],
  [
    'no service',
    edited(plain, 'Type: AWS::ECS::Service', 'Type: AWS::ECS::Cluster'),
    'The template has no AWS::ECS::Service',
    'Service=',
  ],
  [
    'a service that AWS itself deploys',
    edited(plain, 'Type: EXTERNAL', 'Type: CODE_DEPLOY'),
    'Service needs DeploymentController: {Type: EXTERNAL}. Found: "CODE_DEPLOY".',
    'Service=',
  ],
])('no line is advised where none would help: %s', (_, text, told, line) => {
  expect(problemsOf({ text })).toContain(told);
  expect(problemsOf({ text })).not.toContain(line);
});
