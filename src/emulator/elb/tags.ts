import type {
  AddTagsInput,
  DescribeTagsInput,
  DescribeTagsOutput,
  RemoveTagsInput,
  Tag,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../contract/aws-error.ts';
import { validationError } from './errors.ts';
import { findListener, findLoadBalancer, findRule, findTargetGroup } from './find.ts';
import type { ElbState } from './state.ts';

export function addTags(state: ElbState, input: AddTagsInput): object {
  for (const arn of existingResources(state, input.ResourceArns)) writeTags(state, arn, input.Tags ?? []);
  return {};
}

export function removeTags(state: ElbState, input: RemoveTagsInput): object {
  for (const arn of existingResources(state, input.ResourceArns)) {
    state.tags.set(
      arn,
      (state.tags.get(arn) ?? []).filter(({ Key }) => !input.TagKeys?.includes(Key ?? '')),
    );
  }
  return {};
}

export function describeTags(state: ElbState, input: DescribeTagsInput): DescribeTagsOutput {
  const arns = existingResources(state, input.ResourceArns);
  if (arns.length > 20) throw validationError('Up to 20 resources can be described at a time');
  return { TagDescriptions: arns.map((arn) => ({ ResourceArn: arn, Tags: [...(state.tags.get(arn) ?? [])] })) };
}

/** Adds tags to a resource, replacing those with the same key; throws DuplicateTagKeys or TooManyTags. */
export function writeTags(state: ElbState, arn: string, tags: readonly Tag[]): void {
  checkTags(tags);
  const merged = new Map((state.tags.get(arn) ?? []).map((tag) => [tag.Key, tag]));
  for (const tag of tags) merged.set(tag.Key, tag);
  if (merged.size > 50) throw new AwsError('TooManyTags', 'The maximum number of tags per resource has been reached');
  state.tags.set(arn, [...merged.values()]);
}

/** Throws DuplicateTagKeys before the tagged resource is created. */
export function checkTags(tags: readonly Tag[]): void {
  const keys = tags.map(({ Key }) => Key);
  const duplicate = keys.find((key, index) => keys.indexOf(key) !== index);
  if (duplicate !== undefined) {
    throw new AwsError('DuplicateTagKeys', `Tag key was specified more than once: ${duplicate}`);
  }
}

function existingResources(state: ElbState, arns: readonly string[] | undefined): readonly string[] {
  if (!arns?.length) throw validationError('At least one resource ARN must be specified');
  return arns.map((arn) => findResource(state, arn).arn);
}

function findResource(state: ElbState, arn: string): { readonly arn: string } {
  if (arn.includes(':listener-rule/')) return findRule(state, arn);
  if (arn.includes(':listener/')) return findListener(state, arn);
  if (arn.includes(':targetgroup/')) return findTargetGroup(state, arn);
  return findLoadBalancer(state, arn);
}
