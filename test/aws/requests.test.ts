import { describe, expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import type { StackSubmission } from '../../src/canary/change.ts';
import { type Asked, recordingAws } from '../support/recording-aws.ts';

const elb = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012';
const rule = `${elb}:listener-rule/app/shop/lb1/listener1/rule1`;
const listener = `${elb}:listener/app/shop/lb1/listener1`;
const service = 'arn:aws:ecs:eu-west-1:123456789012:service/main/shop';
const stack = 'arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/1';

/** Everything that was asked, to the last field; a write is one request. */
async function sentBy(write: (aws: Aws) => Promise<unknown>): Promise<Asked | undefined> {
  const { aws, asked } = await recordingAws();
  await write(aws);
  expect(asked).toHaveLength(1);
  return asked[0];
}

const forward = {
  Type: 'forward',
  Order: 2,
  ForwardConfig: {
    TargetGroups: [
      { TargetGroupArn: 'arn:blue', Weight: 90 },
      { TargetGroupArn: 'arn:green', Weight: 10 },
    ],
    TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 },
  },
};
const asForm = (list: string) => ({
  [`${list}.member.1.Type`]: 'forward',
  [`${list}.member.1.Order`]: '2',
  [`${list}.member.1.ForwardConfig.TargetGroups.member.1.TargetGroupArn`]: 'arn:blue',
  [`${list}.member.1.ForwardConfig.TargetGroups.member.1.Weight`]: '90',
  [`${list}.member.1.ForwardConfig.TargetGroups.member.2.TargetGroupArn`]: 'arn:green',
  [`${list}.member.1.ForwardConfig.TargetGroups.member.2.Weight`]: '10',
  [`${list}.member.1.ForwardConfig.TargetGroupStickinessConfig.Enabled`]: 'true',
  [`${list}.member.1.ForwardConfig.TargetGroupStickinessConfig.DurationSeconds`]: '60',
});

describe('what is sent to Elastic Load Balancing', () => {
  it('for a rule is its ARN and all of its actions', async () => {
    expect(await sentBy((aws) => aws.loadBalancing.modifyActions({ arn: rule, priority: '10' }, [forward]))).toEqual({
      operation: 'ModifyRule',
      input: { RuleArn: rule, ...asForm('Actions') },
    });
  });

  it("for a default action is the listener's ARN and all of its actions", async () => {
    const byDefault = { arn: rule, priority: 'default' };
    expect(await sentBy((aws) => aws.loadBalancing.modifyActions(byDefault, [forward]))).toEqual({
      operation: 'ModifyListener',
      input: { ListenerArn: listener, ...asForm('DefaultActions') },
    });
  });

  it('for a new rule is its place, its conditions, its actions and its tags', async () => {
    const wanted = {
      listenerArn: listener,
      priority: 5,
      conditions: [
        { Field: 'path-pattern', PathPatternConfig: { Values: ['/api/*'] } },
        { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'test', Value: 'true' }] } },
      ],
      actions: [forward],
      tags: { 'octopus-ecs-canary:test-rule': 'shop' },
    };
    expect(await sentBy((aws) => aws.loadBalancing.createRule(wanted))).toEqual({
      operation: 'CreateRule',
      input: {
        ListenerArn: listener,
        Priority: '5',
        'Conditions.member.1.Field': 'path-pattern',
        'Conditions.member.1.PathPatternConfig.Values.member.1': '/api/*',
        'Conditions.member.2.Field': 'query-string',
        'Conditions.member.2.QueryStringConfig.Values.member.1.Key': 'test',
        'Conditions.member.2.QueryStringConfig.Values.member.1.Value': 'true',
        ...asForm('Actions'),
        'Tags.member.1.Key': 'octopus-ecs-canary:test-rule',
        'Tags.member.1.Value': 'shop',
      },
    });
  });

  it('to remove a rule is its ARN', async () => {
    expect(await sentBy((aws) => aws.loadBalancing.deleteRule(rule))).toEqual({
      operation: 'DeleteRule',
      input: { RuleArn: rule },
    });
  });
});

describe('what is sent to ECS', () => {
  it.each<[string, (aws: Aws) => Promise<void>, readonly { readonly key: string; readonly value: string }[]]>([
    ['a stable colour', ({ ecs }) => ecs.tagStable(service, 'Green'), [{ key: 'StableStack', value: 'Green' }]],
    [
      'a stable blue and since when green is idle',
      ({ ecs }) => ecs.tagStable(service, 'Blue', '2026-03-01T03:04:05Z'),
      [
        { key: 'StableStack', value: 'Blue' },
        { key: 'EcsCanaryGreenIdleSince', value: '2026-03-01T03:04:05Z' },
      ],
    ],
    [
      'the mark of a deployment',
      ({ ecs }) => ecs.acquireLock(service, 'Deployments-1 of Shop'),
      [{ key: 'EcsCanaryTakenBy', value: 'Deployments-1 of Shop' }],
    ],
    [
      'a stable colour with an entry of the ledger',
      ({ ecs }) => ecs.tagStable(service, 'Green', undefined, { EcsCanaryLog02: '2 c1' }),
      [
        { key: 'StableStack', value: 'Green' },
        { key: 'EcsCanaryLog02', value: '2 c1' },
      ],
    ],
    [
      'the mark of a deployment with an entry of the ledger',
      ({ ecs }) => ecs.acquireLock(service, 'Deployments-1 of Shop', { EcsCanaryLog01: '1 c1' }),
      [
        { key: 'EcsCanaryTakenBy', value: 'Deployments-1 of Shop' },
        { key: 'EcsCanaryLog01', value: '1 c1' },
      ],
    ],
    [
      'the shares of green',
      ({ ecs }) => ecs.record(service, { EcsCanaryShares: 'back=0.21 1796000000=10' }),
      [{ key: 'EcsCanaryShares', value: 'back=0.21 1796000000=10' }],
    ],
  ])('for %s is the service and these tags alone', async (_, write, tags) => {
    expect(await sentBy(write)).toEqual({ operation: 'TagResource', input: { resourceArn: service, tags } });
  });

  it('to free the canary is the service and the key of the mark alone', async () => {
    expect(await sentBy(({ ecs }) => ecs.releaseLock(service))).toEqual({
      operation: 'UntagResource',
      input: { resourceArn: service, tagKeys: ['EcsCanaryTakenBy'] },
    });
  });

  it('for a scale is the task set and its percentage', async () => {
    expect(await sentBy(({ ecs }) => ecs.scaleTaskSet('main', service, 'ecs-svc/1', 40))).toEqual({
      operation: 'UpdateTaskSet',
      input: { cluster: 'main', service, taskSet: 'ecs-svc/1', scale: { unit: 'PERCENT', value: 40 } },
    });
  });
});

describe('what is sent to CloudFormation', () => {
  const least: StackSubmission = { name: 'shop', templateBody: '{}', parameters: {}, capabilities: [] };
  const submission: StackSubmission = {
    name: 'shop',
    templateBody: '{"Resources":{}}',
    parameters: { Image: 'shop:2', Vpc: { keep: true } },
    capabilities: ['CAPABILITY_IAM', 'CAPABILITY_AUTO_EXPAND'],
    tags: { team: 'checkout' },
    roleArn: 'arn:aws:iam::123456789012:role/stack',
  };
  const asked = {
    StackName: 'shop',
    TemplateBody: '{"Resources":{}}',
    'Parameters.member.1.ParameterKey': 'Image',
    'Parameters.member.1.ParameterValue': 'shop:2',
    'Parameters.member.2.ParameterKey': 'Vpc',
    'Parameters.member.2.UsePreviousValue': 'true',
    'Capabilities.member.1': 'CAPABILITY_IAM',
    'Capabilities.member.2': 'CAPABILITY_AUTO_EXPAND',
    'Tags.member.1.Key': 'team',
    'Tags.member.1.Value': 'checkout',
    RoleARN: 'arn:aws:iam::123456789012:role/stack',
    ClientRequestToken: 'token-1',
  };

  it.each<[string, (aws: Aws, submission: StackSubmission) => Promise<unknown>]>([
    ['CreateStack', (aws, wanted) => aws.cloudFormation.createStack(wanted, 'token-1')],
    ['UpdateStack', (aws, wanted) => aws.cloudFormation.updateStack(wanted, 'token-1')],
  ])('by %s is the template with its values, and neither tags nor role where nobody gave any', async (name, write) => {
    expect(await sentBy((aws) => write(aws, submission))).toEqual({ operation: name, input: asked });
    // A form has an empty list as a key without a value.
    const { input } = (await sentBy((aws) => write(aws, least))) ?? {};
    expect(input).toEqual({
      StackName: 'shop',
      TemplateBody: '{}',
      Parameters: '',
      Capabilities: '',
      ClientRequestToken: 'token-1',
    });
  });

  it.each([[undefined], ['arn:aws:iam::123456789012:role/stack']])(
    'to delete a stack is its id, with the role %s',
    async (role) => {
      expect(await sentBy((aws) => aws.cloudFormation.deleteStack(stack, role))).toEqual({
        operation: 'DeleteStack',
        input: { StackName: stack, ...(role !== undefined && { RoleARN: role }) },
      });
    },
  );

  it('to cancel an update is its stack and the token of the operation', async () => {
    expect(await sentBy((aws) => aws.cloudFormation.cancelUpdate('shop', 'token-1'))).toEqual({
      operation: 'CancelUpdateStack',
      input: { StackName: 'shop', ClientRequestToken: 'token-1' },
    });
  });
});
