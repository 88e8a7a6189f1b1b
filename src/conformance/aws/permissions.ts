import type { Target } from './target.ts';

/** A call that changes nothing, whatever AWS answers; if AWS denies it, the checks would fail later. */
export interface PermissionProbe {
  /** As IAM names it. */
  readonly action: string;
  readonly ask: (target: Target, names: ProbeNames) => Promise<unknown>;
}

/** Names of things that do not exist. */
export interface ProbeNames {
  /** Such as `arn:aws:ecs:eu-west-1:123456789012`. */
  readonly ecs: string;
  /** Such as `arn:aws:elasticloadbalancing:eu-west-1:123456789012`. */
  readonly elb: string;
  readonly name: string;
}

/** AWS checks permissions before it looks for the thing, so an answer such as "not found" says that the call is allowed. */
export const permissionProbes: readonly PermissionProbe[] = [
  {
    action: 'cloudformation:CreateStack',
    ask: ({ cloudFormation }, { name }) => cloudFormation.createStack({ StackName: name, TemplateBody: '{}' }),
  },
  {
    action: 'cloudformation:UpdateStack',
    ask: ({ cloudFormation }, { name }) => cloudFormation.updateStack({ StackName: name, UsePreviousTemplate: true }),
  },
  {
    action: 'cloudformation:DeleteStack',
    ask: ({ cloudFormation }, { name }) => cloudFormation.deleteStack({ StackName: name }),
  },
  {
    action: 'cloudformation:DescribeStacks',
    ask: ({ cloudFormation }) => cloudFormation.describeStacks({}),
  },
  {
    action: 'cloudformation:DescribeStackEvents',
    ask: ({ cloudFormation }, { name }) => cloudFormation.describeStackEvents({ StackName: name }),
  },
  {
    action: 'cloudformation:DescribeStackResources',
    ask: ({ cloudFormation }, { name }) => cloudFormation.describeStackResources({ StackName: name }),
  },
  {
    action: 'ecs:CreateService',
    ask: ({ ecs }, { name }) => ecs.createService({ cluster: name, serviceName: name }),
  },
  {
    action: 'ecs:DescribeServices',
    ask: ({ ecs }, { name }) => ecs.describeServices({ cluster: name, services: [name] }),
  },
  {
    action: 'ecs:CreateTaskSet',
    ask: ({ ecs }, { name }) => ecs.createTaskSet({ cluster: name, service: name, taskDefinition: name }),
  },
  {
    action: 'ecs:DescribeTaskSets',
    ask: ({ ecs }, { name }) => ecs.describeTaskSets({ cluster: name, service: name, taskSets: [name] }),
  },
  {
    action: 'ecs:DeleteTaskSet',
    ask: ({ ecs }, { name }) => ecs.deleteTaskSet({ cluster: name, service: name, taskSet: name }),
  },
  {
    action: 'ecs:ListTasks',
    ask: ({ ecs }, { name }) => ecs.listTasks({ cluster: name }),
  },
  {
    action: 'ecs:DescribeTasks',
    ask: ({ ecs }, { name }) => ecs.describeTasks({ cluster: name, tasks: [name] }),
  },
  {
    action: 'ecs:RegisterTaskDefinition',
    ask: ({ ecs }, { name }) => ecs.registerTaskDefinition({ family: name, containerDefinitions: [] }),
  },
  {
    action: 'ecs:DeregisterTaskDefinition',
    ask: ({ ecs }, { name }) => ecs.deregisterTaskDefinition({ taskDefinition: `${name}:1` }),
  },
  {
    action: 'ecs:ListTaskDefinitions',
    ask: ({ ecs }, { name }) => ecs.listTaskDefinitions({ familyPrefix: name }),
  },
  {
    action: 'ecs:TagResource',
    ask: ({ ecs: client }, { ecs, name }) =>
      client.tagResource({ resourceArn: `${ecs}:service/${name}/${name}`, tags: [{ key: 'Checked', value: '' }] }),
  },
  {
    action: 'ecs:ListTagsForResource',
    ask: ({ ecs: client }, { ecs, name }) =>
      client.listTagsForResource({ resourceArn: `${ecs}:service/${name}/${name}` }),
  },
  {
    action: 'elasticloadbalancing:CreateLoadBalancer',
    ask: ({ elb }) => elb.createLoadBalancer({ Name: '-', Subnets: [] }),
  },
  {
    action: 'elasticloadbalancing:ModifyRule',
    ask: ({ elb: client }, { elb }) =>
      client.modifyRule({ RuleArn: `${elb}:listener-rule/app/${missing}`, Actions: [] }),
  },
  {
    action: 'elasticloadbalancing:DescribeRules',
    ask: ({ elb: client }, { elb }) => client.describeRules({ RuleArns: [`${elb}:listener-rule/app/${missing}`] }),
  },
  {
    action: 'elasticloadbalancing:DescribeTargetHealth',
    ask: ({ elb: client }, { elb }) =>
      client.describeTargetHealth({ TargetGroupArn: `${elb}:targetgroup/missing/0123456789abcdef` }),
  },
  {
    action: 'cloudwatch:GetMetricData',
    ask: ({ cloudWatch, clock }) =>
      cloudWatch.getMetricData({
        MetricDataQueries: [{ Id: 'asked', MetricStat: { Metric: metric, Period: 60, Stat: 'Sum' } }],
        StartTime: new Date(clock.now() - 600_000),
        EndTime: new Date(clock.now()),
      }),
  },
];

const missing = 'missing/0123456789abcdef/0123456789abcdef/0123456789abcdef';
const metric = { Namespace: 'AWS/ApplicationELB', MetricName: 'RequestCount' };
