import { invalidTemplate } from './invalid-template.ts';
import type { ParsedTemplate } from './parsed-template.ts';
import { locateResources } from './shape-location.ts';
import { shapeProblems, shapeWarnings } from './shape-safety.ts';

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
