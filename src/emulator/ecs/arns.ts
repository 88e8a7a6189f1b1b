import type { SharedWorld } from '../contract/shared-world.ts';

/** The ARN of an ECS resource of the emulated account, for example `cluster/main`. */
export function ecsArn(world: SharedWorld, resource: string): string {
  return `arn:${world.options.partition}:ecs:${world.options.region}:${world.options.accountId}:${resource}`;
}

/** A name as callers give it, which may be an ARN: its last segment. */
export function lastSegment(nameOrArn: string): string {
  return nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
}

/** An ARN's part after `type/`, cut at its slashes; undefined when the text is no ARN of that type. */
export function arnSegments(arn: string, type: string): readonly string[] | undefined {
  const match = /^arn:[^:]+:ecs:[^:]*:[^:]*:([^/]+)\/(.+)$/.exec(arn);
  return match?.[1] === type ? match[2]?.split('/') : undefined;
}

/** A new task set id: `ecs-svc/` and 19 digits. */
export function newTaskSetId(world: SharedWorld): string {
  return `ecs-svc/${10n ** 18n + BigInt(`0x${world.id(15)}`)}`;
}
