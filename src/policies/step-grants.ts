import { stableTagKey } from '../canary/colour.ts';
import { lockTagKey } from '../canary/lock.ts';
import { testRuleTagKey } from '../canary/test-rule.ts';
import { regionalArn, roleArn } from './policy-scope.ts';
import { anything, type Grant, within } from './policy-statement.ts';

const service = within('ecs', ({ cluster, service }) => `service/${cluster}/${service}`);
const tasks = within('ecs', ({ cluster }) => `task/${cluster}/*`);
const listeners = within('elasticloadbalancing', ({ loadBalancer }) => `listener/app/${loadBalancer}/*`);
const rules = within('elasticloadbalancing', ({ loadBalancer }) => `listener-rule/app/${loadBalancer}/*`);

/** On which resources, and under which condition, each declared action of a step is allowed. */
export const stepGrants: readonly Grant[] = [
  {
    sid: 'Stack',
    actions: [
      ...['CancelUpdateStack', 'CreateStack', 'DeleteStack', 'DescribeStackEvents', 'DescribeStacks', 'GetTemplate'],
      ...['ListStackResources', 'UpdateStack'],
    ].map((name) => `cloudformation:${name}`),
    resources: within('cloudformation', ({ stack }) => `stack/${stack}/*`),
  },
  {
    sid: 'PassStackRole',
    actions: ['iam:PassRole'],
    resources: (scope) => (scope.stackRole === undefined ? [] : [roleArn(scope, scope.stackRole)]),
    condition: () => ({ StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } }),
  },
  {
    // CloudFormation reads the template with the caller's credentials.
    sid: 'Templates',
    actions: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'],
    resources: ({ partition, templateBucket, stack }) =>
      templateBucket === undefined ? [] : [`arn:${partition}:s3:::${templateBucket}/${stack}/*`],
  },
  {
    // One statement, because with the longest names the combined policy is nearly as long as IAM allows.
    sid: 'Service',
    actions: ['ecs:DescribeServices', 'ecs:DescribeTasks'],
    resources: (scope) => [...service(scope), ...tasks(scope)],
  },
  {
    sid: 'TagService',
    actions: ['ecs:TagResource'],
    resources: service,
    condition: () => ({
      // All keys of ours, so that the combined policy stays short, and a new one needs no new policy.
      'ForAllValues:StringLike': { 'aws:TagKeys': [stableTagKey, 'EcsCanary*'] },
      StringEqualsIfExists: { [`aws:RequestTag/${stableTagKey}`]: ['Blue', 'Green'] },
    }),
  },
  {
    sid: 'UntagService',
    actions: ['ecs:UntagResource'],
    resources: service,
    condition: () => ({ 'ForAllValues:StringEquals': { 'aws:TagKeys': [lockTagKey] } }),
  },
  {
    sid: 'TaskSets',
    actions: ['ecs:UpdateTaskSet'],
    resources: within('ecs', ({ cluster, service }) => `task-set/${cluster}/${service}/*`),
  },
  {
    // AWS checks container instances here, but its own examples restrict the action by cluster.
    sid: 'ListTasks',
    actions: ['ecs:ListTasks'],
    resources: anything,
    condition: (scope) => ({ ArnLike: { 'ecs:cluster': regionalArn(scope, 'ecs', `cluster/${scope.cluster}`) } }),
  },
  {
    // CloudWatch lists no composite alarms to callers that are allowed only some alarms.
    sid: 'Read',
    actions: [
      ...['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData'],
      'ecs:DescribeTaskDefinition',
      ...['DescribeListeners', 'DescribeLoadBalancers', 'DescribeRules', 'DescribeTags', 'DescribeTargetHealth'].map(
        (name) => `elasticloadbalancing:${name}`,
      ),
    ],
    resources: anything,
  },
  { sid: 'Weights', actions: ['elasticloadbalancing:ModifyRule'], resources: rules },
  {
    sid: 'DefaultWeights',
    actions: ['elasticloadbalancing:ModifyListener'],
    resources: (scope) => (scope.defaultActions ? listeners(scope) : []),
  },
  {
    sid: 'CreateTestRule',
    actions: ['elasticloadbalancing:CreateRule'],
    resources: listeners,
    condition: ({ stack }) => ({ StringLike: { [`aws:RequestTag/${testRuleTagKey}`]: stack } }),
  },
  {
    sid: 'TagTestRule',
    actions: ['elasticloadbalancing:AddTags'],
    resources: rules,
    condition: () => ({ StringEquals: { 'elasticloadbalancing:CreateAction': 'CreateRule' } }),
  },
  {
    sid: 'DeleteTestRule',
    actions: ['elasticloadbalancing:DeleteRule'],
    resources: rules,
    condition: ({ stack }) => ({ StringLike: { [`aws:ResourceTag/${testRuleTagKey}`]: stack } }),
  },
];

/** The grants for exactly these actions. */
export function grantsFor(actions: readonly string[]): readonly Grant[] {
  const unknown = actions.filter((action) => !stepGrants.some((grant) => grant.actions.includes(action)));
  if (unknown.length > 0) throw new TypeError(`src/policies/step-grants.ts has no grant for ${unknown.join(', ')}`);
  return stepGrants.map((grant) => ({ ...grant, actions: grant.actions.filter((action) => actions.includes(action)) }));
}
