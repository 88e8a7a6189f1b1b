import { fullName, retagElb } from './elb-tags.ts';
import type { ResourceHandler } from './handler.ts';
import { HandlerFailure } from './handler.ts';
import { pick, toPascal } from './shape.ts';
import { tagsOf } from './tags.ts';

const sent = ['Name', 'Type', 'Scheme', 'IpAddressType', 'SecurityGroups', 'Subnets', 'SubnetMappings'];

interface LoadBalancerView {
  readonly LoadBalancerArn: string;
  readonly LoadBalancerName: string;
  readonly DNSName?: string;
  readonly CanonicalHostedZoneId?: string;
}

/** AWS::ElasticLoadBalancingV2::LoadBalancer. Only its tags can change in place here. */
export const loadBalancerHandler: ResourceHandler = {
  properties: [...sent, 'LoadBalancerAttributes', 'MinimumLoadBalancerCapacity', 'Tags'],
  required: [],
  createOnly: ['Name', 'Type', 'Scheme'],
  attributes: ['LoadBalancerArn', 'LoadBalancerFullName', 'LoadBalancerName', 'DNSName', 'CanonicalHostedZoneID'],
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
    return {
      physicalId: created.LoadBalancerArn,
      attributes: {
        LoadBalancerArn: created.LoadBalancerArn,
        LoadBalancerName: created.LoadBalancerName,
        LoadBalancerFullName: fullName(created.LoadBalancerArn),
        DNSName: created.DNSName ?? '',
        CanonicalHostedZoneID: created.CanonicalHostedZoneId ?? '',
      },
    };
  },
  update: async (context, resource, next) => {
    const changed = sent.find((name) => JSON.stringify(resource.properties[name]) !== JSON.stringify(next[name]));
    if (changed)
      throw new HandlerFailure('InvalidRequest', `The emulator cannot change the ${changed} of a load balancer.`);
    await retagElb(context, resource.physicalId, resource.properties, next);
    return resource.attributes;
  },
  delete: async (context, resource) => {
    await context.call('elb', 'DeleteLoadBalancer', { LoadBalancerArn: resource.physicalId });
  },
};
