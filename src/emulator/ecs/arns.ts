import type { SharedWorld } from '../contract/shared-world.ts';

/** The ARN of an ECS resource such as `cluster/main` in the emulated account. */
export function ecsArn(world: SharedWorld, resource: string): string {
  return `arn:${world.options.partition}:ecs:${world.options.region}:${world.options.accountId}:${resource}`;
}

/** The last segment of a name or ARN. */
export function lastSegment(nameOrArn: string): string {
  return nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
}

/** The part of an ARN after `type/`, split at its slashes; undefined if the text is not an ARN of that type. */
export function arnSegments(arn: string, type: string): readonly string[] | undefined {
  const match = /^arn:[^:]+:ecs:[^:]*:[^:]*:([^/]+)\/(.+)$/.exec(arn);
  return match?.[1] === type ? match[2]?.split('/') : undefined;
}

/** A new task set id: `ecs-svc/` and 19 digits. */
export function newTaskSetId(world: SharedWorld): string {
  return `ecs-svc/${10n ** 18n + BigInt(`0x${world.id(15)}`)}`;
}
