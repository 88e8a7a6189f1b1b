import { describe, expect, it } from 'vitest';
import { adviseOn } from '../../src/aws/remedies.ts';
import type { ParameterSet } from '../../src/parameters/parameters.ts';
import { addTestRule } from '../../src/steps/add-test-rule/add-test-rule.ts';
import { deployOwnTemplate } from '../../src/steps/deploy-stack/deploy-own-template.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { soundTemplate, soundValues } from '../support/sound-values.ts';

/** What a step advises on a message of AWS; every parameter of the step has a value. */
function advise(step: { readonly parameters: ParameterSet }, said: string, more = {}): string {
  const values = Object.values(step.parameters)
    .filter(({ actionProperty }) => actionProperty === undefined)
    .map(({ name, defaultValue }) => [name, { ...soundValues, ...more }[name] ?? defaultValue] as const);
  return adviseOn(said, Object.fromEntries(values), 'us-east-1') ?? '';
}

const stackFailed = (reason: string, resource = 'GreenTaskSet (TaskSet)') =>
  `The stack canary ended in UPDATE_ROLLBACK_COMPLETE. First failure: ${resource}: CREATE_FAILED: Resource handler returned message: "${reason}" (RequestToken: 318bcb60-c823-a2ba-6b21-6180adaed7d6, HandlerErrorCode: GeneralServiceException)`;
const refused = (operation: string, reason: string) => `${operation} failed: ValidationError: ${reason}`;
const tail = '(Service: ElasticLoadBalancingV2, Status Code: 400, Request ID: 4d85f81b-1fd1-4ec0-97e2-47ef4dc741dc)';

describe('what CloudFormation reports about a resource of the built-in template', () => {
  it.each([
    ['Invalid request provided: CreateService error: Cluster not found.', 'Cluster'],
    ['Invalid request provided: The referenced cluster was inactive.', 'Cluster'],
    [
      "CreateService error: Error retrieving subnet information for [subnet-1]: The subnet ID 'subnet-1' does not exist (ErrorCode: InvalidSubnetID.NotFound)",
      'Subnets',
    ],
    ["The security group 'sg-1' does not exist (ErrorCode: InvalidGroup.NotFound)", 'SecurityGroups'],
    ['Security group sg-1 and subnet subnet-1 belong to different networks.', 'Subnets, EcsCanary.SecurityGroups'],
    [`The VPC ID 'vpc-1' is not found ${tail}`, 'VpcId'],
    [`Priority '10' is currently in use ${tail}`, 'RulePriority'],
    [
      `Resource of type 'AWS::ElasticLoadBalancingV2::ListenerRule' with identifier 'One or more priorities not found ${tail}' already exists.`,
      'RulePriority',
    ],
    [
      `A listener already exists on this port for this load balancer ${tail}`,
      'LoadBalancerArn, EcsCanary.ListenerArn, EcsCanary.ListenerPort, EcsCanary.HttpRedirect',
    ],
    [
      "Resource of type 'AWS::ElasticLoadBalancingV2::Listener' with identifier 'Idempotency Check Failed' already exists.",
      'ListenerArn, EcsCanary.ListenerPort, EcsCanary.HttpRedirect',
    ],
    [`One or more listeners not found ${tail}`, 'ListenerArn'],
    [`One or more load balancers not found ${tail}`, 'LoadBalancerArn'],
    [`Certificate 'arn:aws:acm:us-east-1:1:certificate/x' not found ${tail}`, 'CertificateArn'],
    ['The certificate must have a fully-qualified domain name.', 'CertificateArn'],
    ['Create TaskDefinition: Role is not valid', 'ExecutionRoleArn, EcsCanary.TaskRoleArn'],
    [
      'Fargate requires task definition to have execution role ARN to support ECR images.',
      'Image, EcsCanary.ExecutionRoleArn',
    ],
    ['The specified capacity provider SPOT was not found.', 'CapacityProviders'],
    ['Creation of service was not idempotent.', 'ServiceName'],
    ["Resource of type 'AWS::ECS::Service' with identifier 'shop' already exists.", 'ServiceName'],
    ['The Systems Manager parameter name specified for secret PASSWORD is invalid.', 'Secrets'],
    ['Container.image should not be null or empty.', 'Image'],
    ['A tag key may not begin with aws:.', 'Tags'],
  ])('%s', (reason, names) => {
    expect(advise(deployStack, stackFailed(reason))).toBe(`Check EcsCanary.${names}.`);
  });

  it('is found by the values that AWS quotes, however AWS words the refusal', () => {
    for (const [quoted, name] of [
      ['subnet-1a1b2c3d4e5f60718', 'Subnets'],
      ['sg-0a1b2c3d4e5f60718', 'SecurityGroups'],
      ['vpc-0a1b2c3d4e5f60718', 'VpcId'],
      ['arn:aws:iam::123456789012:role/path/task', 'TaskRoleArn'],
      ['arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188', 'LoadBalancerArn'],
      ['FARGATE_SPOT', 'CapacityProviders'],
      ['/ecs/shop', 'LogGroup'],
    ])
      expect(advise(deployStack, stackFailed(`Nobody has seen '${quoted}' before.`))).toBe(`Check EcsCanary.${name}.`);
  });

  it('is not guessed from the name of a resource or of the stack', () => {
    const more = { 'EcsCanary.StackName': 'shop-production', 'EcsCanary.ServiceName': 'shop-production' };
    expect(advise(deployStack, stackFailed('Internal failure in shop-production', 'Cluster (Cluster)'), more)).toBe('');
    expect(advise(deployStack, stackFailed('Resource creation cancelled', 'ListenerRule (ListenerRule)'))).toBe('');
  });

  it('is not guessed from the ARN of something else', () => {
    const arn = 'arn:aws:ecs:us-east-1:123456789012:cluster/other/listener';
    expect(advise(deployStack, stackFailed(`User is not authorized to perform: ecs:CreateTaskSet on ${arn}`))).toBe('');
  });

  it('says to use a log group that exists', () => {
    const said = "Resource of type 'AWS::Logs::LogGroup' with identifier '/ecs/x' already exists.";
    expect(advise(deployStack, stackFailed(said))).toBe(
      'Set EcsCanary.CreateLogGroup to No. Check EcsCanary.LogGroup.',
    );
  });

  it.each([
    [
      'Unable to assume the service linked role. Please verify that the ECS service linked role exists.',
      'aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com',
    ],
    [
      'Action denied by stack policy: Statement [#1] does not allow [Update:Replace] for resource [GreenTaskSet]',
      'stack policy',
    ],
    ['The maximum number of rules on the load balancer has been reached', 'quota'],
    ['TooManyTargetGroups', 'quota'],
    ["You've reached the limit on the number of tasks you can run concurrently", 'quota'],
  ])('that no parameter answers: %s', (reason, told) => {
    expect(advise(deployStack, stackFailed(reason))).toContain(told);
  });
});

describe('what CloudFormation refuses at once', () => {
  const create = (reason: string) => refused('cloudformation:CreateStack', reason);

  it.each([
    'Parameters: [Image] must have values',
    "Parameter 'Stage' must be one of AllowedValues",
    "Parameter 'Count' must be a number not less than 1",
    'Parameter validation failed: parameter value sg-1 for parameter name Group does not exist. Rollback requested by user.',
    'Parameter values specified for a template which does not require them.',
    'Unable to fetch parameters [/shop/image] from parameter store for this account.',
  ])('%s', (reason) => {
    expect(advise(deployOwnTemplate, create(reason), soundTemplate)).toContain('EcsCanary.TemplateParameters');
  });

  it.each([
    'Parameters: [Extra] do not exist in the template',
    'Template error: instance of Fn::GetAtt references undefined resource Missing',
    'Template format error: Unresolved resource dependencies [Vpc] in the Resources block of the template',
    'Circular dependency between resources: [A, B]',
    'Invalid template resource property Colour',
    'Transform AWS::Nothing failed with: No transform named AWS::Nothing found.',
  ])('%s', (reason) => {
    expect(advise(deployOwnTemplate, create(reason), soundTemplate)).toMatch(/^Check EcsCanary\.Template\b/);
  });

  it('capabilities, with the value to set', () => {
    const said =
      'cloudformation:UpdateStack failed: InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_NAMED_IAM]';
    expect(advise(deployOwnTemplate, said, soundTemplate)).toBe('Set EcsCanary.Capabilities to CAPABILITY_NAMED_IAM.');
  });

  it.each([
    'Role arn:aws:iam::123456789012:role/gone is invalid or cannot be assumed',
    'stack-role is not a valid RoleARN',
    'Cross-account pass role is not allowed.',
  ])('%s', (reason) => {
    for (const step of [prepareBlue, deployStack, deployOwnTemplate])
      expect(advise(step, create(reason))).toMatch(
        /^Set EcsCanary\.StackRoleArn to a role .* cloudformation\.amazonaws\.com/,
      );
  });

  it('a protected stack, with the command', () => {
    const said = refused(
      'cloudformation:DeleteStack',
      'Stack [canary] cannot be deleted while TerminationProtection is enabled',
    );
    expect(advise(deployStack, said)).toBe(
      'Before EcsCanary.DeleteFailedStack can delete it, run: aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name canary --region us-east-1 .',
    );
  });

  it('a protected stack whose name contains the word REGION, which stays in the command', () => {
    const said = refused(
      'cloudformation:DeleteStack',
      'Stack [MY-REGION-shop] cannot be deleted while TerminationProtection is enabled',
    );
    expect(advise(deployStack, said)).toContain('--stack-name MY-REGION-shop --region us-east-1 .');
  });

  it.each([
    'Stack:arn:aws:cloudformation:us-east-1:123456789012:stack/canary/1 is in UPDATE_IN_PROGRESS state and can not be updated.',
    'Stack [canary] already exists',
    'Stack [canary] does not exist',
  ])('%s', (reason) => {
    expect(advise(deployStack, create(reason))).toBe('Wait until nobody else is changing the stack.');
  });

  it('a quota', () => {
    const said = 'cloudformation:CreateStack failed: LimitExceededException: Limit for stack has been exceeded.';
    expect(advise(deployStack, said)).toContain('quota');
  });

  it('a role that the step may not pass, named by its parameter', () => {
    const role = 'arn:aws:iam::123456789012:role/stack';
    const said = `cloudformation:UpdateStack failed: AccessDenied: User: arn:aws:sts::1:assumed-role/octopus/i is not authorized to perform: iam:PassRole on resource: ${role} because no identity-based policy allows the iam:PassRole action`;
    expect(advise(prepareBlue, said, { 'EcsCanary.StackRoleArn': role })).toBe('Check EcsCanary.StackRoleArn.');
  });
});

describe('what load balancing and ECS refuse', () => {
  it.each([
    [
      addTestRule,
      'elasticloadbalancing:CreateRule failed: PriorityInUse: Priority is in use',
      'Check EcsCanary.TestRulePriority.',
    ],
    [
      addTestRule,
      'elasticloadbalancing:CreateRule failed: TooManyRules: too many',
      'Raise the quota, or delete resources that are no longer used.',
    ],
    [
      shiftTraffic,
      `elasticloadbalancing:DescribeRules failed: ValidationError: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee' is not a valid listener rule ARN`,
      'Check EcsCanary.Parts.',
    ],
    [shiftTraffic, 'ecs:DescribeServices failed: ClusterNotFoundException: Cluster not found.', ''],
  ])('$id: %s', (step, said, advice) => {
    expect(advise(step as { readonly parameters: ParameterSet }, said)).toBe(advice);
  });
});
