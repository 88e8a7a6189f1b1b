import { isObject, type Properties } from '../template/template.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** The tags in a resource's Tags property. */
export function tagsOf(properties: Properties): Tag[] {
  const tags = properties['Tags'];
  if (!Array.isArray(tags)) return [];
  return tags.filter(isObject).map((tag) => ({ Key: String(tag['Key']), Value: String(tag['Value'] ?? '') }));
}

/** The tags in ECS's casing. */
export function ecsTags(tags: readonly Tag[]): { key: string; value: string }[] {
  return tags.map(({ Key, Value }) => ({ key: Key, value: Value }));
}

/** The changes that an update makes to tags. As soon as one tag differs, all declared tags are set again, which overwrites live changes. */
export function tagChange(before: Properties, after: Properties): { set: Tag[]; removed: string[] } | undefined {
  const [old, next] = [tagsOf(before), tagsOf(after)];
  if (JSON.stringify(old) === JSON.stringify(next)) return undefined;
  return { set: next, removed: old.map(({ Key }) => Key).filter((key) => !next.some((tag) => tag.Key === key)) };
}
