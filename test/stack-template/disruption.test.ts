import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OperatorError } from '../../src/canary/operator-error.ts';
import { refuseDisruption } from '../../src/stack-template/disruption.ts';
import { parseTemplate } from '../../src/stack-template/parsed-template.ts';
import type { TemplateObject } from '../../src/stack-template/template-value.ts';

type Edit = readonly [from: string | RegExp, to: string];
type Values = Readonly<Record<string, string>>;

const article = readFileSync(new URL('../fixtures/article/first-deployment.yaml', import.meta.url), 'utf8');
/** The article's template with values, a role and a security group of its own, as a grown stack has them. */
const grown = changed(article, [
  [
    /^Resources:\n/,
    `Parameters:
  Vpc: {Type: String}
  Subnets: {Type: CommaDelimitedList, Default: 'subnet-0a1b2c3d,subnet-1a2b3c4d, subnet-2a3b4c5d'}
  Stage: {Type: String, Default: live}
  Hidden: {Type: String, NoEcho: true, Default: x}
Mappings: {Ports: {live: {Web: 4000}, test: {Web: 5000}}}
Conditions:
  Live: !Equals [!Ref Stage, live]
  Secret: !Not [!Or [!Equals [!Ref Hidden, none], !Condition Live]]
Resources:
  Role: {Type: 'AWS::IAM::Role', Properties: {RoleName: !Sub 'shop-\${Stage}'}}
  Unrelated: {Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: {Port: 1}}
  Logs: {Type: 'AWS::Logs::LogGroup', UpdateReplacePolicy: Retain, DeletionPolicy: Retain, Properties: {LogGroupName: shop}}
  Wall: {Type: 'AWS::EC2::SecurityGroup', Properties: {GroupDescription: shop}}
`,
  ],
  ['      Family: mytask\n', '      Family: !Ref Logs\n      TaskRoleArn: !GetAtt Role.Arn\n'],
  [/sg-0a1b2c3d/g, '!Ref Wall'],
  [/VpcId: vpc-0a1b2c3d/g, 'VpcId: !Ref Vpc'],
  [/Port: 4000\n {6}Protocol/g, 'Port: !FindInMap [Ports, !If [Live, live, test], Web]\n      Protocol'],
]);
const values: Values = { Vpc: 'vpc-0a1b2c3d' };

describe('an update of an own template', () => {
  it.each<[string, Edit, string]>([
    ["a target group's port", ['Web: 4000', 'Web: 4001'], 'BlueTargetGroup.Port: 4000 becomes 4001.'],
    [
      'its protocol',
      [/Protocol: HTTP\n {6}TargetType/g, 'Protocol: HTTPS\n      TargetType'],
      'BlueTargetGroup.Protocol',
    ],
    [
      'its name',
      ['      Name: OctopusBlueTargetGroup\n', ''],
      'BlueTargetGroup.Name: OctopusBlueTargetGroup becomes nothing.',
    ],
    [
      'its network by a default',
      ['Stage: {Type: String, Default: live}', 'Stage: {Type: String, Default: test}'],
      'GreenTargetGroup.Port: 4000 becomes 5000.',
    ],
    [
      'the cluster',
      [/cluster\/test/g, 'cluster/other'],
      'MyService.Cluster: arn:aws:ecs:us-east-1:123456789012:cluster/test becomes',
    ],
    [
      'the name of the service',
      ['ServiceName: myservice', 'ServiceName: shop'],
      'MyService.ServiceName: myservice becomes shop.',
    ],
    [
      'its scheduling',
      ['ServiceName: myservice', 'ServiceName: myservice\n      SchedulingStrategy: REPLICA'],
      'MyService.SchedulingStrategy: nothing becomes REPLICA.',
    ],
    [
      'its last task',
      ['ServiceName: myservice', 'ServiceName: myservice\n      DesiredCount: 0'],
      'MyService.DesiredCount: nothing becomes 0.',
    ],
    ['the load balancer', ['app/mytest/', 'app/other/'], 'MyListener.LoadBalancerArn'],
    [
      "the rule's listener",
      ['ListenerArn: !Ref MyListener', 'ListenerArn: arn:other'],
      'MyListenerRule.ListenerArn: {"Ref":"MyListener"} becomes arn:other.',
    ],
    [
      "blue's subnets",
      [/- subnet-1a2b3c4d\n {12}/g, ''],
      'BlueTaskSet.NetworkConfiguration.AwsvpcConfiguration.Subnets',
    ],
    ["blue's launch type", [/LaunchType: FARGATE/g, 'LaunchType: EC2'], 'BlueTaskSet.LaunchType: FARGATE becomes EC2.'],
    [
      "blue's container port",
      [/ {10}ContainerPort: 4000/g, '          ContainerPort: 5000'],
      'BlueTaskSet.LoadBalancers.ContainerPort: 4000 becomes 5000.',
    ],
    [
      'a value of joined texts',
      ["!Sub 'shop-${Stage}'", "!Join ['-', [shop, !Select [1, !Split ['/', a/b]]]]"],
      'Role.RoleName: shop-live becomes shop-b.',
    ],
    ["blue's scale", [/Value: 100/g, 'Value: 10'], 'BlueTaskSet.Scale.Value: 100 becomes 10.'],
    [
      'a security group',
      ['GroupDescription: shop', 'GroupDescription: other'],
      'Wall.GroupDescription: shop becomes other.',
    ],
    [
      "the name of green's role, which blue may have too",
      ["Sub 'shop-", "Sub 'new-"],
      'Role.RoleName: shop-live becomes new-live.',
    ],
    [
      'the logical id of a listener',
      [/MyListener\b/g, 'Other'],
      'MyListener (AWS::ElasticLoadBalancingV2::Listener) would be removed.',
    ],
    ['the logical id of blue', [/BlueTaskSet\b/g, 'Stable'], 'BlueTaskSet (AWS::ECS::TaskSet) would be removed.'],
    [
      "the task definition's, which would deregister the stable one",
      [/MyTask\b/g, 'Task'],
      'MyTask (AWS::ECS::TaskDefinition) would be removed. To remove it, first deploy it with DeletionPolicy: Retain.',
    ],
    [
      'the condition under which a listener is there',
      ['  MyListener:\n', '  MyListener:\n    Condition: Secret\n'],
      'MyListener (AWS::ElasticLoadBalancingV2::Listener) would be removed.',
    ],
  ])('is refused when it changes %s', (_, edit, told) => {
    const error = refusal(grown, changed(grown, [edit]));
    expect(error).toMatchObject({ code: 'disruptive-update' });
    expect(error?.message).toContain(`  - ${told}`);
    expect(error?.message).not.toContain('GreenTaskSet');
  });

  it.each<[string, Edit]>([
    ['the version', ['1.0.0', '1.0.1']],
    ['the rule', ["'/*'", "'/shop/*'"]],
    ['its priority', ['Priority: 10', 'Priority: 12']],
    ["a listener's port", ['Port: 80\n', 'Port: 8080\n']],
    ['tags and counts', ['ServiceName: myservice', 'ServiceName: myservice\n      DesiredCount: 7']],
    [
      "blue's pin",
      [
        'TaskDefinition: !Ref MyTask\n      LoadBalancers:\n        - ContainerName: mycontainer\n          ContainerPort: 4000\n          TargetGroupArn: !Ref Blue',
        'TaskDefinition: arn:1\n      LoadBalancers:\n        - ContainerName: mycontainer\n          ContainerPort: 4000\n          TargetGroupArn: !Ref Blue',
      ],
    ],
    ["green's task set alone", ['ExternalId: OctopusGreenStack', 'ExternalId: Other']],
    ['how a value is written', [/VpcId: !Ref Vpc/g, "VpcId: !Sub '${Vpc}'"]],
    ['a name into its meaning', [/!If \[Live, live, test\]/g, '!Ref Stage']],
    [
      'a property into none',
      ['Name: OctopusBlueTargetGroup', 'Name: OctopusBlueTargetGroup\n      ProtocolVersion: !Ref AWS::NoValue'],
    ],
    ['how a name is put together', ["!Sub 'shop-${Stage}'", "!Join ['-', [shop, !Select [1, !Split ['/', a/live]]]]"]],
    ["how blue's scale is written", [/Value: 100/g, "Value: '100.0'"]],
    ["somebody else's target group", ['Properties: {Port: 1}', 'Properties: {Port: 2}']],
    ['a log group that is kept', ['LogGroupName: shop', 'LogGroupName: other']],
    ['and drops one', [/Logs\b/g, 'Other']],
  ])('passes when it changes %s', (_, edit) => {
    expect(refusal(grown, changed(grown, [edit]))).toBeUndefined();
  });

  it('is refused for the value of a parameter, and passes for one whose old value AWS does not show', () => {
    expect(refusal(grown, grown, values, { Vpc: 'vpc-other' })?.message).toContain(
      'BlueTargetGroup.VpcId: vpc-0a1b2c3d becomes vpc-other.',
    );
    const subnets = grown.replaceAll(/Subnets:(\n {12}- \S+)+/g, 'Subnets: !Ref Subnets');
    expect(refusal(grown, subnets)).toBeUndefined();
    expect(refusal(grown, subnets, values, { ...values, Subnets: 'subnet-0a1b2c3d' })?.message).toContain('Subnets');
  });

  it.each<[string, Edit[]]>([
    ['itself', [['Live: !Equals [!Ref Stage, live]', 'Live: !Condition Live']]],
    ['itself by If', [['Live: !Equals [!Ref Stage, live]', 'Live: !Equals [!If [Live, a, b], a]']]],
    ['one that refers to it', [['Live: !Equals [!Ref Stage, live]', 'Live: !Not [!Condition Secret]']]],
    ['a mapping of itself', [['live: {Web: 4000}', 'live: {Web: !FindInMap [Ports, live, Web]}']]],
  ])('with a condition that refers to %s is compared as it is written', (_, edits) => {
    const ring = changed(grown, edits);
    expect(refusal(ring, ring)).toBeUndefined();
    expect(refusal(grown, ring)?.message).toContain('BlueTargetGroup.Port: 4000 becomes {');
  });

  it('compares numbers as numbers, so a scale of a parameter may be written otherwise', () => {
    const scaled = grown
      .replaceAll('Value: 100', 'Value: !Ref Share')
      .replace('  Vpc: {Type: String}', '  Vpc: {Type: String}\n  Share: {Type: Number, Default: 50}');
    expect(refusal(scaled, scaled, values, { ...values, Share: '50.0' })).toBeUndefined();
    expect(refusal(scaled, scaled, values, { ...values, Share: '100.0' })).toBeUndefined();
    expect(refusal(scaled, scaled, values, { ...values, Share: '5' })?.message).toContain('50 becomes 5.');
  });

  it('names everything at once, and each part that differs, with what to do', () => {
    const error = refusal(
      grown,
      changed(grown, [
        ['Web: 4000', 'Web: 1'],
        ['ServiceName: myservice', 'ServiceName: shop'],
      ]),
    );
    expect(error?.message.match(/^ {2}- /gm)).toHaveLength(3);
    expect(error?.hint).toMatch(/another name|by hand/);
  });

  it('warns of what Parameter Store may have changed, and of another health check for the tasks that serve', () => {
    const stored = grown.replace('Vpc: {Type: String}', "Vpc: {Type: 'AWS::SSM::Parameter::Value<String>'}");
    const name = { Vpc: '/net/vpc' };
    expect(warnings(stored, stored, name).join()).toContain('BlueTargetGroup.VpcId comes from Parameter Store');
    expect(warnings(stored, stored, { Vpc: '/net/vpc:3' })).toEqual([]);
    const checked = grown.replaceAll('HealthCheckPath: /', 'HealthCheckPath: /health');
    expect(warnings(grown, checked).join()).toContain('BlueTargetGroup.HealthCheckPath: / becomes /health.');
    expect(warnings(grown, grown)).toEqual([]);
  });
});

function changed(text: string, edits: readonly Edit[]): string {
  return edits.reduce((current, [from, to]) => {
    const result = current.replace(from, () => to);
    expect(result).not.toBe(current);
    return result;
  }, text);
}

const bodies = new Map<string, TemplateObject>();

/** Most cases begin with the same template, whose YAML takes longest. */
function bodyOf(text: string): TemplateObject {
  const body = bodies.get(text) ?? parseTemplate(text).body;
  bodies.set(text, body);
  return body;
}

function warnings(before: string, after: string, old = values, next = old): string[] {
  const valued = (text: string, parameters: Values) => ({ body: bodyOf(text), parameters });
  return refuseDisruption(valued(before, old), valued(after, next), {});
}

function refusal(...given: Parameters<typeof warnings>): OperatorError | undefined {
  try {
    warnings(...given);
    return undefined;
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
}
