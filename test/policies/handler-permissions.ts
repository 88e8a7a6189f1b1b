/**
 * The permissions that AWS's own resource types declare for their handlers and tags, by CloudFormation type: the members
 * `handlers.{create,read,update,delete}.permissions` and `tagging.permissions` of the registry's schemas. To compare with today's:
 * `aws cloudformation describe-type --type RESOURCE --type-name AWS::ECS::TaskSet --query Schema --output text`.
 */
export const handlerPermissions: Readonly<Record<string, readonly string[]>> = {
  'AWS::ECS::TaskDefinition': [
    ...['ecs:RegisterTaskDefinition', 'ecs:DescribeTaskDefinition', 'ecs:DeregisterTaskDefinition'],
    ...['ecs:TagResource', 'ecs:UntagResource', 'ecs:ListTagsForResource'],
    ...['iam:GetRole', 'iam:PassRole'],
  ],
  'AWS::ECS::Service': [
    ...['ecs:CreateService', 'ecs:DescribeServices', 'ecs:UpdateService', 'ecs:DeleteService'],
    ...['ecs:ListServiceDeployments', 'ecs:DescribeServiceDeployments', 'ecs:StopServiceDeployment'],
    ...['ecs:TagResource', 'ecs:UntagResource', 'ecs:ListTagsForResource'],
    'iam:PassRole',
  ],
  'AWS::ECS::TaskSet': [
    ...['ecs:CreateTaskSet', 'ecs:DescribeTaskSets', 'ecs:UpdateTaskSet', 'ecs:DeleteTaskSet'],
    ...['ecs:TagResource', 'ecs:UntagResource', 'ecs:ListTagsForResource'],
  ],
  'AWS::ElasticLoadBalancingV2::TargetGroup': [
    ...['elasticloadbalancing:CreateTargetGroup', 'elasticloadbalancing:DeleteTargetGroup'],
    ...['elasticloadbalancing:ModifyTargetGroup', 'elasticloadbalancing:ModifyTargetGroupAttributes'],
    ...['elasticloadbalancing:DescribeTargetGroups', 'elasticloadbalancing:DescribeTargetGroupAttributes'],
    ...['elasticloadbalancing:DescribeTargetHealth', 'elasticloadbalancing:DescribeTags'],
    ...['elasticloadbalancing:AddTags', 'elasticloadbalancing:RemoveTags'],
    ...['elasticloadbalancing:RegisterTargets', 'elasticloadbalancing:DeregisterTargets'],
    'ec2:DescribeVpcs',
  ],
  'AWS::ElasticLoadBalancingV2::Listener': [
    ...['elasticloadbalancing:CreateListener', 'elasticloadbalancing:ModifyListener'],
    ...['elasticloadbalancing:ModifyListenerAttributes', 'elasticloadbalancing:DeleteListener'],
    ...['elasticloadbalancing:DescribeListeners', 'elasticloadbalancing:DescribeListenerAttributes'],
    'cognito-idp:DescribeUserPoolClient',
  ],
  'AWS::ElasticLoadBalancingV2::ListenerRule': [
    ...['elasticloadbalancing:CreateRule', 'elasticloadbalancing:ModifyRule', 'elasticloadbalancing:DeleteRule'],
    ...['elasticloadbalancing:SetRulePriorities', 'elasticloadbalancing:DescribeRules'],
  ],
  'AWS::Logs::LogGroup': [
    ...['logs:CreateLogGroup', 'logs:DescribeLogGroups', 'logs:DeleteLogGroup'],
    ...['logs:PutRetentionPolicy', 'logs:DeleteRetentionPolicy'],
    ...['logs:TagLogGroup', 'logs:UntagLogGroup', 'logs:ListTagsLogGroup'],
    ...['logs:GetDataProtectionPolicy', 'logs:PutDataProtectionPolicy', 'logs:DeleteDataProtectionPolicy'],
    ...['logs:AssociateKmsKey', 'logs:DisassociateKmsKey', 'logs:CreateLogDelivery'],
    ...['logs:PutResourcePolicy', 'logs:DescribeResourcePolicies'],
    ...['s3:REST.PUT.OBJECT', 'firehose:TagDeliveryStream'],
  ],
};

/** Declared permissions that the built-in stack never needs, and why. */
export const neverNeeded: Readonly<Record<string, string>> = {
  'ecs:DeregisterTaskDefinition': 'the stack retains every revision of its task definition',
  'elasticloadbalancing:RegisterTargets': 'ECS registers the tasks; the template names no targets',
  'elasticloadbalancing:DeregisterTargets': 'ECS deregisters the tasks; the template names no targets',
  'cognito-idp:DescribeUserPoolClient': 'the default actions of the listeners are a fixed answer and a redirect',
  'logs:PutDataProtectionPolicy': 'the log group has no data protection policy',
  'logs:DeleteDataProtectionPolicy': 'the log group has no data protection policy',
  'logs:AssociateKmsKey': 'the log group has no key of its own',
  'logs:DisassociateKmsKey': 'the log group has no key of its own',
  'logs:CreateLogDelivery': 'the log group has no data protection policy, whose findings would be delivered',
  'logs:PutResourcePolicy': 'the log group has no data protection policy, whose findings would be delivered',
  'logs:DescribeResourcePolicies': 'the log group has no data protection policy, whose findings would be delivered',
  's3:REST.PUT.OBJECT': 'the log group has no data protection policy, whose findings would be delivered',
  'firehose:TagDeliveryStream': 'the log group has no data protection policy, whose findings would be delivered',
};

/** Renamed actions. */
export const renamed: Readonly<Record<string, string>> = {
  'logs:TagLogGroup': 'logs:TagResource',
  'logs:UntagLogGroup': 'logs:UntagResource',
  'logs:ListTagsLogGroup': 'logs:ListTagsForResource',
};

/** What the policy allows beyond the schemas, and why. */
export const beyondSchemas: Readonly<Record<string, string>> = {
  'logs:DescribeIndexPolicies': 'newer versions of the type read the index policies of a log group',
};
