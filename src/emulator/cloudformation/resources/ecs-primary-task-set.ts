import type { Properties } from '../template/template.ts';
import type { HandlerContext, ResourceHandler } from './handler.ts';

/** AWS::ECS::PrimaryTaskSet. The primary task set can be set and changed but never unset, so deleting does nothing. */
export const primaryTaskSetHandler: ResourceHandler = {
  properties: ['Cluster', 'Service', 'TaskSetId'],
  required: ['Cluster', 'Service', 'TaskSetId'],
  createOnly: ['Cluster', 'Service'],
  attributes: [],
  taggable: false,
  create: async (context, properties) => {
    await setPrimary(context, properties);
    return { physicalId: `${properties['Cluster']}|${properties['Service']}`, attributes: {} };
  },
  update: async (context, resource, next) => {
    await setPrimary(context, next);
    return resource.attributes;
  },
  delete: async () => {},
};

async function setPrimary(context: HandlerContext, properties: Properties): Promise<void> {
  await context.call('ecs', 'UpdateServicePrimaryTaskSet', {
    cluster: properties['Cluster'],
    service: properties['Service'],
    primaryTaskSet: properties['TaskSetId'],
  });
}
