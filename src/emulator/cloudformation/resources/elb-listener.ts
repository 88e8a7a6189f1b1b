import { AwsError } from '../../contract/aws-error.ts';
import type { Properties } from '../template/template.ts';
import { HandlerFailure, type ResourceHandler } from './handler.ts';
import { pick, type Shape, toPascal } from './shape.ts';

const sent = ['Port', 'Protocol', 'Certificates', 'DefaultActions', 'SslPolicy', 'AlpnPolicy', 'MutualAuthentication'];

const actionShape: Shape = {
  Order: 'number',
  ForwardConfig: {
    TargetGroups: { Weight: 'number' },
    TargetGroupStickinessConfig: { Enabled: 'flag', DurationSeconds: 'number' },
  },
  AuthenticateOidcConfig: {
    SessionTimeout: 'number',
    UseExistingClientSecret: 'flag',
    AuthenticationRequestExtraParams: 'verbatim',
  },
  AuthenticateCognitoConfig: { SessionTimeout: 'number', AuthenticationRequestExtraParams: 'verbatim' },
};
const shape: Shape = {
  Port: 'number',
  DefaultActions: actionShape,
  MutualAuthentication: { IgnoreClientCertificateExpiry: 'flag' },
};
const ruleFields = ['Actions', 'Conditions', 'Transforms'];
const ruleShape: Shape = { Actions: actionShape };

/** AWS::ElasticLoadBalancingV2::Listener. */
export const listenerHandler: ResourceHandler = {
  properties: [...sent, 'LoadBalancerArn', 'ListenerAttributes'],
  required: ['LoadBalancerArn', 'DefaultActions'],
  createOnly: ['LoadBalancerArn'],
  attributes: ['ListenerArn'],
  taggable: false,
  create: async (context, properties) => {
    const answer = await context.call<{ Listeners: { ListenerArn: string }[] }>('elb', 'CreateListener', {
      LoadBalancerArn: properties['LoadBalancerArn'],
      ...listenerInput(properties),
    });
    return created(answer.Listeners[0]?.ListenerArn, 'ListenerArn');
  },
  update: async (context, resource, next) => {
    await context.call('elb', 'ModifyListener', { ListenerArn: resource.physicalId, ...listenerInput(next) });
    return resource.attributes;
  },
  delete: (context, resource) =>
    unlessGone('ListenerNotFound', context.call('elb', 'DeleteListener', { ListenerArn: resource.physicalId })),
};

/** AWS::ElasticLoadBalancingV2::ListenerRule. An update sends the whole list of actions again, with the declared weights. */
export const listenerRuleHandler: ResourceHandler = {
  properties: [...ruleFields, 'ListenerArn', 'Priority'],
  required: ['Actions', 'Conditions', 'Priority'],
  createOnly: ['ListenerArn'],
  attributes: ['RuleArn', 'IsDefault'],
  taggable: false,
  create: async (context, properties) => {
    const answer = await context.call<{ Rules: { RuleArn: string }[] }>('elb', 'CreateRule', {
      ListenerArn: properties['ListenerArn'],
      Priority: Number(properties['Priority']),
      ...ruleInput(properties),
    });
    return created(answer.Rules[0]?.RuleArn, 'RuleArn', { IsDefault: 'false' });
  },
  update: async (context, resource, next) => {
    const RuleArn = resource.physicalId;
    await context.call('elb', 'ModifyRule', { RuleArn, ...ruleInput(next) });
    if (String(resource.properties['Priority']) !== String(next['Priority'])) {
      const RulePriorities = [{ RuleArn, Priority: Number(next['Priority']) }];
      await context.call('elb', 'SetRulePriorities', { RulePriorities });
    }
    return resource.attributes;
  },
  delete: (context, resource) =>
    unlessGone('RuleNotFound', context.call('elb', 'DeleteRule', { RuleArn: resource.physicalId })),
};

function listenerInput(properties: Properties): object {
  return toPascal(pick(properties, sent), shape) as object;
}

function ruleInput(properties: Properties): object {
  return toPascal(pick(properties, ruleFields), ruleShape) as object;
}

function created(arn: string | undefined, attribute: string, others: Record<string, string> = {}) {
  if (!arn) throw new HandlerFailure('GeneralServiceException', 'The load balancer answered without an ARN.');
  return { physicalId: arn, attributes: { [attribute]: arn, ...others } };
}

async function unlessGone(code: string, call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof AwsError && error.code === code)) throw error;
  }
}
