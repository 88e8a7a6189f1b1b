import { isObject, type Properties } from '../template/template.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** The tags in a resource's property Tags. */
export function tagsOf(properties: Properties): Tag[] {
  const tags = properties['Tags'];
  if (!Array.isArray(tags)) return [];
  return tags.filter(isObject).map((tag) => ({ Key: String(tag['Key']), Value: String(tag['Value'] ?? '') }));
}

/** The tags in ECS's casing. */
export function ecsTags(tags: readonly Tag[]): { key: string; value: string }[] {
  return tags.map(({ Key, Value }) => ({ key: Key, value: Value }));
}

/** What an update of tags has to do: every declared tag is set again as soon as one differs, so that live changes of them are lost. */
export function tagChange(before: Properties, after: Properties): { set: Tag[]; removed: string[] } | undefined {
  const [old, next] = [tagsOf(before), tagsOf(after)];
  if (JSON.stringify(old) === JSON.stringify(next)) return undefined;
  return { set: next, removed: old.map(({ Key }) => Key).filter((key) => !next.some((tag) => tag.Key === key)) };
}
