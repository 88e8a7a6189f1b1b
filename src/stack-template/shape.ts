import { invalidTemplate } from './invalid-template.ts';
import { presence, type ValuedTemplate } from './known-value.ts';
import type { ParsedTemplate } from './parsed-template.ts';
import { locateResources } from './shape-location.ts';
import { shapeProblems, shapeWarnings } from './shape-safety.ts';
import { sameMeaning, valueAt } from './template-value.ts';

/** The resources of a canary, by logical id. */
export interface CanaryResources {
  readonly blueTaskSet: string;
  readonly greenTaskSet: string;
  readonly blueTargetGroup: string;
  readonly greenTargetGroup: string;
  readonly service: string;
  readonly listenerRule: string;
}

/** What the operator may say when a template leaves it open: logical ids, blank or absent when not given. */
export type ShapeOverrides = { readonly [K in keyof CanaryResources]?: string | undefined };

export interface TemplateShape extends CanaryResources {
  /** What the operator should know though it stops nothing. */
  readonly warnings: readonly string[];
}

/**
 * Finds a canary's resources in any template and checks that a canary is safe with it.
 * @throws OperatorError `invalid-template` with every problem at once
 */
export function describeShape(template: ParsedTemplate, overrides: ShapeOverrides = {}): TemplateShape {
  const located = locateResources(template.body, overrides);
  const problems = [...located.problems, ...shapeProblems(template.body, located.resources)];
  if (problems.length > 0) throw invalidTemplate(problems);
  const resources = located.resources as CanaryResources;
  return { ...resources, warnings: shapeWarnings(template.body, resources) };
}

/**
 * Finds a canary's resources without judging them, as fits a template that is already deployed.
 * @throws OperatorError `invalid-template` with every problem at once
 */
export function locateShape(template: ParsedTemplate, overrides: ShapeOverrides = {}): CanaryResources {
  const { resources, problems } = locateResources(template.body, overrides);
  if (problems.length > 0) throw invalidTemplate(problems);
  return resources as CanaryResources;
}

/**
 * Refuses conditions that may leave out a part of the canary, without which no step finds the rest.
 * @param before what is deployed, where everything is there
 * @throws OperatorError `invalid-template` with every problem at once
 */
export function refuseAbsence(
  after: ValuedTemplate,
  before: ValuedTemplate | undefined,
  overrides: ShapeOverrides,
): void {
  const problems = Object.values(locateResources(after.body, overrides).resources).flatMap((id) => {
    const there = presence(after, id);
    if (there === true || (there !== false && before && sameMeaning(there, presence(before, id)))) return [];
    const told = there === false ? 'does not hold' : 'may not hold, as far as the step can tell';
    return [
      `${id} has the Condition ${String(valueAt(after.body, 'Resources', id, 'Condition'))}, which ${told}; CloudFormation would leave out a part that the canary needs. Remove the Condition, or correct EcsCanary.TemplateParameters.`,
    ];
  });
  if (problems.length > 0) throw invalidTemplate(problems);
}
