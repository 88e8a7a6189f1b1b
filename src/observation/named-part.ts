import type { StackResource } from '../aws/aws.ts';
import type { Colour } from '../canary/colour.ts';
import { addPartLine, partLine, partSays } from '../canary/location-hints.ts';
import { listIds, type Search } from './stack-search.ts';

export type ColouredPart = `${Colour}TaskSet` | `${Colour}TargetGroup`;

export const taskSetType = 'AWS::ECS::TaskSet';
export const targetGroupType = 'AWS::ElasticLoadBalancingV2::TargetGroup';

/** The physical id of a part among the stack's resources: by the operator's line, by its output or by its logical id. */
export function findNamed(search: Search, key: ColouredPart, hint: string | undefined): string | undefined {
  const candidates = candidatesFor(search, key);
  const output = search.outputs[key];
  const told = candidates.find((resource) => output !== undefined && matchesOutput(resource, output));
  const match = (hint === undefined && told) || candidates.find(({ logicalId }) => logicalId === (hint ?? key));
  if (!match) return undefined;
  const by = hint
    ? `the line ${partLine(key, hint)} of EcsCanary.Parts`
    : told
      ? `the output ${key}`
      : 'its logical id';
  search.found.push(`${describePart(key)} ${match.logicalId} (by ${by})`);
  return match.physicalId;
}

/** Why a part was not found, and how to name it. */
export function describeMissing(search: Search, key: ColouredPart, hint: string | undefined): string {
  const candidates = candidatesFor(search, key);
  const naming = `To name it, ${hint ? 'correct that line' : addPartLine(key)}.`;
  // If there is no other, a name does not help.
  const remedy =
    hint || candidates.length > 1 ? naming : key.endsWith('Group') ? `Add the output ${key} to the stack.` : '';
  return `no ${describePart(key)} (${hint ? partSays(key, hint) : `output or logical id ${key}`}); the stack has ${listIds(candidates)}. ${remedy}`.trim();
}

/** For example `blue task set`. */
export function describePart(key: ColouredPart): string {
  return key.replaceAll(/\B[A-Z]/g, ' $&').toLowerCase();
}

function candidatesFor({ resources }: Search, key: ColouredPart): readonly StackResource[] {
  const wanted = key.endsWith('Group') ? targetGroupType : taskSetType;
  return resources.filter(({ type }) => type === wanted);
}

function matchesOutput(resource: StackResource, output: string): boolean {
  return resource.physicalId === output || resource.physicalId.endsWith(`|${output}`);
}
