import { type PolicyScope, roleArn } from './policy-scope.ts';
import { anything, type Grant, within } from './policy-statement.ts';

const taskRoles = (scope: PolicyScope): readonly string[] => scope.taskRoles.map((name) => roleArn(scope, name));
const listeners = within('elasticloadbalancing', ({ loadBalancer }) => `listener/app/${loadBalancer}/*`);

/** What CloudFormation does for the built-in stack, from its creation to its deletion. */
export const stackGrants: readonly Grant[] = [
  {
    sid: 'TaskDefinitions',
    actions: ecs('RegisterTaskDefinition', 'TagResource', 'UntagResource', 'ListTagsForResource'),
    resources: within('ecs', ({ taskFamily }) => `task-definition/${taskFamily}:*`),
  },
  {
    sid: 'PassTaskRoles',
    actions: ['iam:PassRole'],
    resources: taskRoles,
    condition: () => ({ StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } }),
  },
  { sid: 'ReadTaskRoles', actions: ['iam:GetRole'], resources: taskRoles },
  {
    sid: 'Service',
    actions: ecs(
      ...['CreateService', 'UpdateService', 'DeleteService', 'DescribeServices', 'ListServiceDeployments'],
      ...['DescribeServiceDeployments', 'StopServiceDeployment'],
      ...['TagResource', 'UntagResource', 'ListTagsForResource'],
    ),
    resources: within(
      'ecs',
      ({ cluster, service }) => `service/${cluster}/${service}`,
      ({ cluster, service }) => `service-deployment/${cluster}/${service}/*`,
    ),
  },
  {
    sid: 'TaskSets',
    actions: ecs(
      ...['CreateTaskSet', 'UpdateTaskSet', 'DeleteTaskSet', 'DescribeTaskSets'],
      ...['TagResource', 'UntagResource', 'ListTagsForResource'],
    ),
    resources: within('ecs', ({ cluster, service }) => `task-set/${cluster}/${service}/*`),
  },
  {
    sid: 'Read',
    actions: [
      ...ecs('DescribeTaskDefinition'),
      ...elb('DescribeTargetGroups', 'DescribeTargetGroupAttributes', 'DescribeTargetHealth', 'DescribeTags'),
      ...elb('DescribeListeners', 'DescribeListenerAttributes', 'DescribeRules'),
      'ec2:DescribeVpcs',
    ],
    resources: anything,
  },
  {
    // CloudFormation generates the names of target groups, with only the first few letters of the stack's name.
    sid: 'TargetGroups',
    actions: elb(
      ...['CreateTargetGroup', 'DeleteTargetGroup', 'ModifyTargetGroup', 'ModifyTargetGroupAttributes'],
      ...['AddTags', 'RemoveTags'],
    ),
    resources: within('elasticloadbalancing', () => 'targetgroup/*/*'),
  },
  {
    sid: 'CreateListener',
    actions: elb('CreateListener'),
    resources: within('elasticloadbalancing', ({ loadBalancer }) => `loadbalancer/app/${loadBalancer}/*`),
  },
  {
    sid: 'Listeners',
    actions: elb('ModifyListener', 'ModifyListenerAttributes', 'DeleteListener', 'CreateRule'),
    resources: listeners,
  },
  {
    sid: 'Rules',
    actions: elb('ModifyRule', 'SetRulePriorities', 'DeleteRule'),
    resources: within('elasticloadbalancing', ({ loadBalancer }) => `listener-rule/app/${loadBalancer}/*`),
  },
  {
    sid: 'LogGroup',
    actions: [
      ...['CreateLogGroup', 'DeleteLogGroup', 'PutRetentionPolicy', 'DeleteRetentionPolicy', 'GetDataProtectionPolicy'],
      ...['TagResource', 'UntagResource', 'ListTagsForResource'],
    ].map((name) => `logs:${name}`),
    resources: within(
      'logs',
      ({ logGroup }) => `log-group:${logGroup}`,
      ({ logGroup }) => `log-group:${logGroup}:*`,
    ),
  },
  {
    sid: 'ReadLogGroups',
    actions: ['logs:DescribeLogGroups', 'logs:DescribeIndexPolicies'],
    resources: anything,
  },
];

/** The same for a caller whose permissions CloudFormation uses; allowed only if CloudFormation makes the call. */
export const callerGrants: readonly Grant[] = stackGrants.map((grant) => ({
  ...grant,
  condition: (scope) => ({
    ...grant.condition?.(scope),
    'ForAnyValue:StringEquals': { 'aws:CalledVia': 'cloudformation.amazonaws.com' },
  }),
}));

/** Lets only CloudFormation assume the role. */
export const stackRoleTrust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'cloudformation.amazonaws.com' }, Action: 'sts:AssumeRole' }],
} as const;

function ecs(...names: readonly string[]): readonly string[] {
  return names.map((name) => `ecs:${name}`);
}

function elb(...names: readonly string[]): readonly string[] {
  return names.map((name) => `elasticloadbalancing:${name}`);
}
