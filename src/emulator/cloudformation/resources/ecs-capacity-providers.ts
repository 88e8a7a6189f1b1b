import type { Properties } from '../template/template.ts';
import type { HandlerContext, ResourceHandler } from './handler.ts';
import { pick, toCamel } from './shape.ts';

const shape = { DefaultCapacityProviderStrategy: { Base: 'number', Weight: 'number' } } as const;

/** AWS::ECS::ClusterCapacityProviderAssociations. Its id is the cluster. */
export const capacityProvidersHandler: ResourceHandler = {
  properties: ['CapacityProviders', 'Cluster', 'DefaultCapacityProviderStrategy'],
  required: ['Cluster', 'DefaultCapacityProviderStrategy'],
  createOnly: ['Cluster'],
  attributes: [],
  taggable: false,
  create: async (context, properties) => {
    await put(context, properties);
    return { physicalId: String(properties['Cluster']), attributes: {} };
  },
  update: async (context, resource, next) => {
    await put(context, next);
    return resource.attributes;
  },
  delete: (context, resource) => put(context, pick(resource.properties, ['Cluster'])),
};

async function put(context: HandlerContext, properties: Properties): Promise<void> {
  await context.call('ecs', 'PutClusterCapacityProviders', {
    capacityProviders: [],
    defaultCapacityProviderStrategy: [],
    ...(toCamel(properties, shape) as object),
  });
}
