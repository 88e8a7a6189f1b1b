import { addPartLine, partSays } from '../canary/location-hints.ts';
import type { LocatedResources, ShapeOverrides } from './canary-resources.ts';
import type { ValuedTemplate } from './known-value.ts';
import { evidence, listOfType, outputOf, type Part, toldByOutput, unnamedGroups } from './shape-location.ts';
import { valueAt } from './template-value.ts';

/** What was found instead of each part that was not located, and how to resolve it. */
export function locationProblems(
  template: ValuedTemplate,
  overrides: ShapeOverrides,
  located: LocatedResources,
): readonly string[] {
  const unsettled = (Object.keys(evidence) as Part[]).filter((part) => located[part] === undefined);
  return [
    ...unsettled.map((part) => {
      const line = overrides[part]?.trim() ?? '';
      if (line !== '') return describeLine(template, part, line);
      return part === 'service' ? describeServices(template) : describePart(template, part);
    }),
    ...sameForBoth(located),
  ];
}

/** Target groups that no step could find in the deployed stack while ECS cannot be read, not even Rollback. */
export function registrationProblems(
  template: ValuedTemplate,
  overrides: ShapeOverrides,
  located: LocatedResources,
): readonly string[] {
  return unnamedGroups(template, overrides).flatMap((part) => {
    const { key } = evidence[part];
    const taskSet = located[part === 'blueTargetGroup' ? 'blueTaskSet' : 'greenTaskSet'];
    return located[part] === undefined
      ? []
      : `Only the LoadBalancers of ${taskSet} tell which target group ${key} is, so Rollback could not move traffic while ECS cannot be read. Add the output ${key} with that TargetGroupArn as its Value.`;
  });
}

function describeLine(template: ValuedTemplate, part: Part, line: string): string {
  const { key, type } = evidence[part];
  const actual = valueAt(template.body, 'Resources', line, 'Type');
  const instead = actual === undefined ? 'there is no resource of that name' : `it is of type ${String(actual)}`;
  return `${partSays(key, line)}, which should be an ${type}, but ${instead}. ${found(template, part)} Correct or remove that line.`;
}

function describePart(template: ValuedTemplate, part: Exclude<Part, 'service'>): string {
  const { key, type } = evidence[part];
  const told = toldByOutput(template, part);
  if (told !== undefined)
    return `The output ${key} points to ${told}, but ${key} is also the logical id of another resource. Correct the output, rename that resource, or ${addPartLine(key)}, on every step.`;
  const isGroup = type !== evidence.blueTaskSet.type;
  const wrong = isGroup ? 'does not point to a target group' : 'must be Fn::GetAtt [LOGICAL_ID, Id]';
  const what =
    outputOf(template, part) === undefined
      ? `The template has no output ${key}, and no ${type} of that name.`
      : `The output ${key} ${wrong}.`;
  const count = listOfType(template.body, type).length;
  const naming = count < 2 ? '' : ` To name it, ${addPartLine(key)}.`;
  if (isGroup)
    return `${what} ${found(template, part)}${naming} For a group outside the template, set the output ${key} to its ARN.`;
  return count < 2
    ? `${what} A canary needs two resources of type ${type}; the template has ${count}.`
    : `${what} ${found(template, part)}${naming}`;
}

function describeServices(template: ValuedTemplate): string {
  const { type } = evidence.service;
  const count = listOfType(template.body, type).length;
  if (count === 0)
    return `The template has no ${type}; a canary needs one with DeploymentController: {Type: EXTERNAL}.`;
  return `The template has ${count} services, and the task sets do not show which one is theirs. ${found(template, 'service')} To name it, ${addPartLine('Service')}.`;
}

function found({ body }: ValuedTemplate, part: Part): string {
  const { type } = evidence[part];
  return `Found: ${listOfType(body, type).join(', ') || `none of type ${type}`}.`;
}

function sameForBoth({ blueTaskSet, greenTaskSet, blueTargetGroup, greenTargetGroup }: LocatedResources): string[] {
  const correct = 'Make outputs, LoadBalancers and EcsCanary.Parts name a different one for each colour.';
  return [
    ...(blueTaskSet !== undefined && blueTaskSet === greenTaskSet
      ? [`Blue and green are the same task set, ${blueTaskSet}. ${correct}`]
      : []),
    ...(blueTargetGroup !== undefined && blueTargetGroup === greenTargetGroup
      ? [`Blue and green have the same target group, ${blueTargetGroup}. ${correct}`]
      : []),
  ];
}
