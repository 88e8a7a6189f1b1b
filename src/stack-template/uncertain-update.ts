import type { ShapeOverrides } from './canary-resources.ts';
import { invalidTemplate } from './invalid-template.ts';
import { isUnknown, knownValue, type ValuedTemplate } from './known-value.ts';
import { locateResources } from './shape-location.ts';
import { shapeRules } from './shape-rules.ts';
import { definitionsOf, retentionOf, stableTag } from './shape-safety.ts';
import { isCertain, registrationsOf } from './target-groups.ts';
import { sameMeaning, type TemplateValue, valueAt } from './template-value.ts';

/**
 * Refuses an update whose effect on users only AWS knows, because it would be in force before anybody could check it. What
 * stays as it is deployed changes nothing, and a first deployment has only one version.
 * @param greenAtHome whether the deployed green is in its colour's target group
 * @throws OperatorError `invalid-template` with every such value at once
 */
export function refuseUncertainty(
  before: ValuedTemplate,
  after: ValuedTemplate,
  overrides: ShapeOverrides,
  greenAtHome: boolean,
): void {
  const located = locateResources(after, overrides);
  const { greenTaskSet = '', service = '' } = located;
  const isPlain = registrationsOf(after, greenTaskSet)?.every((group) => isCertain(after, group));
  const registration = isPlain ? [] : [[greenTaskSet, 'Properties', 'LoadBalancers']];
  const kept = [
    ...shapeRules(after, located, overrides).unclear.map((id) => [id, 'Properties']),
    ...(greenAtHome ? registration : []),
    ...(isUnknown(stableTag(after, service)) ? [[service, 'Properties', 'Tags']] : []),
  ];
  const moved = [
    ...kept.filter((path) => !isAsDeployed(readAt(before, path), readAt(after, path))),
    ...(greenAtHome ? [] : registration),
  ];
  const deregistered = definitionsOf(after, greenTaskSet)
    .filter((id) => isUnknown(retentionOf(after, id)))
    .map((id) => [id, 'UpdateReplacePolicy']);
  const problems = [...moved, ...deregistered].map(
    (path) =>
      `Only AWS knows ${path.join('.')}, and this update may change it before the step can check it. Write the value into the template or into EcsCanary.TemplateParameters.`,
  );
  if (problems.length > 0) throw invalidTemplate(problems);
}

function readAt(template: ValuedTemplate, path: readonly string[]): TemplateValue | undefined {
  return knownValue(template, valueAt(template.body, 'Resources', ...path));
}

/** AWS evaluates dynamic references and macros anew at every update. */
function isAsDeployed(before: TemplateValue | undefined, after: TemplateValue | undefined): boolean {
  return (
    sameMeaning(before ?? null, after ?? null) && !/\{\{resolve:|"Fn::Transform"/.test(JSON.stringify(after ?? null))
  );
}
