import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../../contract/aws-error.ts';
import type { Properties } from '../template/template.ts';
import { changedAttributes, retagElb } from './elb-tags.ts';
import { type HandlerContext, HandlerFailure, type ResourceHandler } from './handler.ts';
import { pick, type Shape, toPascal } from './shape.ts';
import { tagsOf } from './tags.ts';

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
  properties: [...sent, 'LoadBalancerArn', 'ListenerAttributes', 'Tags'],
  required: ['LoadBalancerArn', 'DefaultActions'],
  createOnly: ['LoadBalancerArn'],
  attributes: ['ListenerArn'],
  taggable: true,
  create: async (context, properties) => {
    const answer = await context.call<{ Listeners: { ListenerArn: string }[] }>('elb', 'CreateListener', {
      LoadBalancerArn: properties['LoadBalancerArn'],
      ...listenerInput(properties),
      ...tagInput(properties),
    });
    const listener = created(answer.Listeners[0]?.ListenerArn, 'ListenerArn');
    context.initiated(listener.physicalId);
    await writeAttributes(context, listener.physicalId, {}, properties);
    return listener;
  },
  update: async (context, resource, next) => {
    if (!isTagsOnly(resource.properties, next))
      await context.call('elb', 'ModifyListener', { ListenerArn: resource.physicalId, ...listenerInput(next) });
    await writeAttributes(context, resource.physicalId, resource.properties, next);
    await retagElb(context, resource.physicalId, resource.properties, next);
    return resource.attributes;
  },
  delete: (context, resource) =>
    unlessGone('ListenerNotFound', context.call('elb', 'DeleteListener', { ListenerArn: resource.physicalId })),
};

/** AWS::ElasticLoadBalancingV2::ListenerRule. An update sends the whole list of actions again, with the declared weights. */
export const listenerRuleHandler: ResourceHandler = {
  properties: [...ruleFields, 'ListenerArn', 'Priority', 'Tags'],
  required: ['Actions', 'Conditions', 'Priority'],
  createOnly: ['ListenerArn'],
  attributes: ['RuleArn', 'IsDefault'],
  taggable: true,
  create: async (context, properties) => {
    const answer = await context.call<{ Rules: { RuleArn: string }[] }>('elb', 'CreateRule', {
      ListenerArn: properties['ListenerArn'],
      Priority: Number(properties['Priority']),
      ...ruleInput(properties),
      ...tagInput(properties),
    });
    return created(answer.Rules[0]?.RuleArn, 'RuleArn', { IsDefault: 'false' });
  },
  update: async (context, resource, next) => {
    const RuleArn = resource.physicalId;
    if (!isTagsOnly(resource.properties, next))
      await context.call('elb', 'ModifyRule', { RuleArn, ...ruleInput(next) });
    await retagElb(context, RuleArn, resource.properties, next);
    if (String(resource.properties['Priority']) !== String(next['Priority'])) {
      const RulePriorities = [{ RuleArn, Priority: Number(next['Priority']) }];
      await context.call('elb', 'SetRulePriorities', { RulePriorities });
    }
    return resource.attributes;
  },
  delete: (context, resource) =>
    unlessGone('RuleNotFound', context.call('elb', 'DeleteRule', { RuleArn: resource.physicalId })),
};

/** Whether only tags differ; without any difference, an update that failed halfway is applied again. */
function isTagsOnly(before: Properties, next: Properties): boolean {
  const { Tags: old, ...others } = before;
  const { Tags: wanted, ...same } = next;
  return !isDeepStrictEqual(old, wanted) && isDeepStrictEqual(others, same);
}

function tagInput(properties: Properties): object {
  const tags = tagsOf(properties);
  return tags.length > 0 ? { Tags: tags } : {};
}

async function writeAttributes(
  context: HandlerContext,
  ListenerArn: string,
  before: Properties,
  next: Properties,
): Promise<void> {
  const Attributes = changedAttributes(before, next, 'ListenerAttributes');
  if (Attributes) await context.call('elb', 'ModifyListenerAttributes', { ListenerArn, Attributes });
}

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
