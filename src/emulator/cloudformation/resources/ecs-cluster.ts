import type { ResourceHandler } from './handler.ts';
import { pick, toCamel } from './shape.ts';
import { ecsTags, tagChange, tagsOf } from './tags.ts';

const sent = [
  'ClusterName',
  'CapacityProviders',
  'ClusterSettings',
  'Configuration',
  'DefaultCapacityProviderStrategy',
];
const shape = { DefaultCapacityProviderStrategy: { Base: 'number', Weight: 'number' } } as const;

/** AWS::ECS::Cluster: only its name and tags matter to the emulated ECS. */
export const clusterHandler: ResourceHandler = {
  properties: [...sent, 'ServiceConnectDefaults', 'Tags'],
  required: [],
  createOnly: ['ClusterName'],
  attributes: ['Arn'],
  taggable: true,
  create: async (context, properties) => {
    const name = properties['ClusterName'] ?? `${context.stackName}-${context.logicalId}-${context.id(12)}`;
    const { ClusterSettings, ...others } = pick(properties, sent);
    const answer = await context.call<{ cluster: { clusterArn: string } }>('ecs', 'CreateCluster', {
      ...(toCamel(others, shape) as object),
      ...(ClusterSettings ? { settings: toCamel(ClusterSettings, 'text') } : {}),
      clusterName: name,
      tags: ecsTags(tagsOf(properties)),
    });
    return { physicalId: String(name), attributes: { Arn: answer.cluster.clusterArn } };
  },
  update: async (context, resource, next) => {
    const change = tagChange(resource.properties, next);
    const resourceArn = resource.attributes['Arn'];
    if (change?.removed.length) await context.call('ecs', 'UntagResource', { resourceArn, tagKeys: change.removed });
    if (change?.set.length) await context.call('ecs', 'TagResource', { resourceArn, tags: ecsTags(change.set) });
    return resource.attributes;
  },
  delete: async (context, resource) => {
    await context.call('ecs', 'DeleteCluster', { cluster: resource.physicalId });
  },
};
