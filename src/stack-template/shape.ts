import type { CanaryResources, ShapeOverrides } from './canary-resources.ts';
import { invalidTemplate } from './invalid-template.ts';
import { presence, type ValuedTemplate } from './known-value.ts';
import { locationProblems, registrationProblems } from './location-problems.ts';
import type { ParsedTemplate } from './parsed-template.ts';
import { sectionProblems, sectionWarnings } from './sections.ts';
import { locateResources } from './shape-location.ts';
import { shapeRules } from './shape-rules.ts';
import { shapeProblems, shapeWarnings } from './shape-safety.ts';
import { findProductionRules } from './sorted-rules.ts';
import { sameMeaning, valueAt } from './template-value.ts';

export interface TemplateShape extends CanaryResources {
  /** Logical ids of the rules, and of the listeners whose default actions, split users. */
  readonly productionRules: readonly string[];
  /** What the operator should know, although it does not stop the step. */
  readonly warnings: readonly string[];
}

/**
 * Finds a canary's resources in any template and checks that a canary is safe with it.
 * @param parameters values of the template's parameters; one that is missing has its default
 * @throws OperatorError `invalid-template` with every problem at once
 */
export function describeShape(
  template: ParsedTemplate,
  overrides: ShapeOverrides = {},
  parameters: ValuedTemplate['parameters'] = {},
  imports: ValuedTemplate['imports'] = {},
  groups: ValuedTemplate['groups'] = {},
): TemplateShape {
  const valued = { body: template.body, parameters, imports, groups };
  const located = locateResources(valued, overrides);
  const rules = shapeRules(valued, located, overrides);
  const problems = [
    ...sectionProblems(template.body),
    ...locationProblems(valued, overrides, located),
    ...registrationProblems(valued, overrides, located),
    ...rules.problems,
    ...shapeProblems(valued, located),
  ];
  if (problems.length > 0) throw invalidTemplate(problems);
  const resources = { ...(located as CanaryResources), productionRules: rules.productionRules };
  const unclear =
    rules.unclear.length === 0
      ? []
      : [
          `Only AWS knows some weights or target groups of ${rules.unclear.join(', ')}; the step checks them in the deployed stack.`,
        ];
  return {
    ...resources,
    warnings: [...sectionWarnings(template.body), ...unclear, ...shapeWarnings(valued, resources)],
  };
}

/**
 * Finds a canary's resources without judging them, for a template that is already deployed.
 * @throws OperatorError `invalid-template` with every problem at once
 */
export function locateShape(
  { body }: ParsedTemplate,
  overrides: ShapeOverrides = {},
  parameters: ValuedTemplate['parameters'] = {},
): CanaryResources {
  const valued = { body, parameters };
  const located = locateResources(valued, overrides);
  const problems = [...sectionProblems(body), ...locationProblems(valued, overrides, located)];
  if (problems.length > 0) throw invalidTemplate(problems);
  return located as CanaryResources;
}

/**
 * Refuses conditions that may leave out a part of the canary, without which no step finds the others.
 * @param before what is deployed, with every part in place
 * @throws OperatorError `invalid-template` with every problem at once
 */
export function refuseAbsence(
  after: ValuedTemplate,
  before: ValuedTemplate | undefined,
  overrides: ShapeOverrides,
): void {
  const located = locateResources(after, overrides);
  const productionRules = findProductionRules(before ?? after, located, overrides);
  const isGiven = (id: string): boolean => valueAt(after.body, 'Resources', id) !== undefined;
  const problems = [...Object.values(located), ...productionRules.filter(isGiven)].flatMap((id) => {
    const there = presence(after, id);
    if (there === true || (there !== false && before && sameMeaning(there, presence(before, id)))) return [];
    const told = there === false ? 'does not hold' : 'may not hold, as far as the step can tell';
    return [
      `${id} has the Condition ${String(valueAt(after.body, 'Resources', id, 'Condition'))}, which ${told}; CloudFormation would leave out a part that the canary needs. Remove the Condition, or correct EcsCanary.TemplateParameters.`,
    ];
  });
  if (problems.length > 0) throw invalidTemplate(problems);
}
