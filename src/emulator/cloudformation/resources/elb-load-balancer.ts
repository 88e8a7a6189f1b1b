import type { Properties } from '../template/template.ts';
import { changedAttributes, fullName, retagElb } from './elb-tags.ts';
import type { HandlerContext, ResourceHandler } from './handler.ts';
import { HandlerFailure } from './handler.ts';
import { pick, toPascal } from './shape.ts';
import { tagsOf } from './tags.ts';

const sent = ['Name', 'Type', 'Scheme', 'IpAddressType', 'SecurityGroups', 'Subnets', 'SubnetMappings'];

interface LoadBalancerView {
  readonly LoadBalancerArn: string;
  readonly LoadBalancerName: string;
  readonly DNSName?: string;
  readonly CanonicalHostedZoneId?: string;
  readonly SecurityGroups?: readonly string[];
}

/** Accepted without effect. */
const ignored =
  'EnableCapacityReservationProvisionStabilize EnablePrefixForIpv6SourceNat EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic Ipv4IpamPoolId MinimumLoadBalancerCapacity'.split(
    ' ',
  );

/** AWS::ElasticLoadBalancingV2::LoadBalancer. */
export const loadBalancerHandler: ResourceHandler = {
  properties: [...sent, ...ignored, 'LoadBalancerAttributes', 'Tags'],
  required: [],
  createOnly: ['Name', 'Type', 'Scheme'],
  attributes: [
    'LoadBalancerArn',
    'LoadBalancerFullName',
    'LoadBalancerName',
    'DNSName',
    'CanonicalHostedZoneID',
    'SecurityGroups',
  ],
  taggable: true,
  create: async (context, properties) => {
    const tags = tagsOf(properties);
    const Name =
      properties['Name'] ?? `${context.stackName.slice(0, 5)}-${context.logicalId.slice(0, 5)}-${context.id(12)}`;
    const answer = await context.call<{ LoadBalancers: LoadBalancerView[] }>('elb', 'CreateLoadBalancer', {
      ...(toPascal(pick(properties, sent), {}) as object),
      Name,
      ...(tags.length > 0 ? { Tags: tags } : {}),
    });
    const created = answer.LoadBalancers[0];
    if (!created)
      throw new HandlerFailure('GeneralServiceException', 'CreateLoadBalancer answered without a load balancer.');
    context.initiated(created.LoadBalancerArn);
    await writeAttributes(context, created.LoadBalancerArn, {}, properties);
    return {
      physicalId: created.LoadBalancerArn,
      attributes: {
        LoadBalancerArn: created.LoadBalancerArn,
        LoadBalancerName: created.LoadBalancerName,
        LoadBalancerFullName: fullName(created.LoadBalancerArn),
        DNSName: created.DNSName ?? '',
        CanonicalHostedZoneID: created.CanonicalHostedZoneId ?? '',
        SecurityGroups: created.SecurityGroups ?? [],
      },
    };
  },
  update: async (context, resource, next) => {
    const { physicalId: LoadBalancerArn, properties: before } = resource;
    const changed = (...names: string[]): boolean =>
      names.some((name) => JSON.stringify(before[name]) !== JSON.stringify(next[name]));
    const set = (operation: string, ...names: string[]): Promise<unknown> =>
      context.call('elb', operation, { LoadBalancerArn, ...(toPascal(pick(next, names), {}) as object) });
    if (changed('SecurityGroups')) await set('SetSecurityGroups', 'SecurityGroups');
    if (changed('Subnets', 'SubnetMappings')) await set('SetSubnets', 'Subnets', 'SubnetMappings');
    if (changed('IpAddressType')) await set('SetIpAddressType', 'IpAddressType');
    await writeAttributes(context, LoadBalancerArn, before, next);
    await retagElb(context, LoadBalancerArn, before, next);
    return { ...resource.attributes, SecurityGroups: next['SecurityGroups'] ?? [] };
  },
  delete: async (context, resource) => {
    await context.call('elb', 'DeleteLoadBalancer', { LoadBalancerArn: resource.physicalId });
  },
};

async function writeAttributes(
  context: HandlerContext,
  LoadBalancerArn: string,
  before: Properties,
  next: Properties,
): Promise<void> {
  const Attributes = changedAttributes(before, next, 'LoadBalancerAttributes');
  if (Attributes) await context.call('elb', 'ModifyLoadBalancerAttributes', { LoadBalancerArn, Attributes });
}
