/** Output variables of every step that reads the traffic. */
export const trafficOutputDescriptions = {
  StableStack: 'What the StableStack tag says: `Blue` or `Green`.',
  BlueTaskDefinition: 'ARN of the task definition that blue runs.',
  GreenTaskDefinition: 'ARN of the task definition that green runs.',
  BlueWeight: "Blue's weight in the listener rule, as read back.",
  GreenWeight: "Green's weight in the listener rule, as read back.",
  GreenPercent: "Green's share of the traffic in percent.",
  Summary: "Markdown table of versions, shares and healthy targets, made for a manual intervention's instructions.",
} as const;

/** IAM actions needed to observe the traffic and to find out why a colour is not healthy. */
export const trafficActions = [
  'cloudformation:DescribeStacks',
  'cloudformation:ListStackResources',
  'ecs:DescribeServices',
  'ecs:ListTasks',
  'ecs:DescribeTasks',
  'ecs:DescribeTaskDefinition',
  'elasticloadbalancing:DescribeListeners',
  'elasticloadbalancing:DescribeRules',
  'elasticloadbalancing:DescribeTargetHealth',
] as const;

/** IAM actions that finding and removing the test rule needs. */
export const testRuleActions = ['elasticloadbalancing:DescribeTags', 'elasticloadbalancing:DeleteRule'] as const;
