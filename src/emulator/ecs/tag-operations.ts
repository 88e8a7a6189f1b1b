import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  Tag,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-ecs';
import type { OperationTable } from '../contract/operations.ts';
import { arnSegments } from './arns.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter, serviceNotFound } from './errors.ts';
import type { EcsState } from './state.ts';
import { mergeTags } from './tags.ts';

export const tagOperations: OperationTable<EcsContext> = {
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
};

function tagResource({ state }: EcsContext, input: TagResourceRequest): object {
  const resource = getTaggable(state, input.resourceArn);
  if (!input.tags?.length) throw invalidParameter('Tags cannot be empty.');
  resource.tags = mergeTags(resource.tags, input.tags);
  return {};
}

function untagResource({ state }: EcsContext, input: UntagResourceRequest): object {
  const resource = getTaggable(state, input.resourceArn);
  resource.tags = resource.tags.filter(({ key }) => !input.tagKeys?.includes(key ?? ''));
  return {};
}

function listTagsForResource({ state }: EcsContext, input: ListTagsForResourceRequest): ListTagsForResourceResponse {
  return { tags: structuredClone(getTaggable(state, input.resourceArn).tags) };
}

interface Taggable {
  tags: Tag[];
}

function getTaggable(state: EcsState, arn: string | undefined): Taggable {
  if (!arn) throw invalidParameter('ResourceArn cannot be blank.');
  const service = arnSegments(arn, 'service');
  const task = arnSegments(arn, 'task');
  if (service?.length === 1 || task?.length === 1)
    throw invalidParameter('Long arn format must be used for tagging operations');
  if (service) return getServiceTags(state, service);
  const found = findTaggable(state, arn);
  if (!found) throw invalidParameter(`The specified resource does not exist: ${arn}`);
  return found;
}

function getServiceTags(state: EcsState, [cluster, name]: readonly string[]): Taggable {
  const service = state.services.get(`${cluster}/${name}`);
  if (!service) throw serviceNotFound();
  if (service.shape.status === 'INACTIVE')
    throw invalidParameter('The specified service is inactive. Specify an active service and try again.');
  return service;
}

function findTaggable(state: EcsState, arn: string): Taggable | undefined {
  const sets = [...state.services.values()].flatMap((service) => service.sets);
  return (
    state.tasks.get(arn) ??
    sets.find(({ shape }) => shape.taskSetArn === arn) ??
    [...state.clusters.values()].find(({ shape }) => shape.clusterArn === arn) ??
    [...state.taskDefinitions.values()].find(({ shape }) => shape.taskDefinitionArn === arn)
  );
}
