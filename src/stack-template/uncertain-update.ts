import type { ShapeOverrides } from './canary-resources.ts';
import { invalidTemplate } from './invalid-template.ts';
import { isUnknown, knownValue, presence, propertyOf, type ValuedTemplate } from './known-value.ts';
import { needsOf } from './references.ts';
import { locateResources } from './shape-location.ts';
import { shapeRules } from './shape-rules.ts';
import { definitionsOf, retentionOf, stableTag } from './shape-safety.ts';
import { isCertain, registrationsOf } from './target-groups.ts';
import { sameMeaning, type TemplateValue, valueAt } from './template-value.ts';

/**
 * Refuses a deployment whose effect on users only AWS knows, because it would be in force before anybody could check it. What
 * stays as it is deployed changes nothing, and a first deployment of one version exposes nothing.
 * @param before what is deployed; undefined before the first deployment
 * @param greenAtHome whether the deployed green is in its colour's target group
 * @throws OperatorError `invalid-template` with every such value at once
 */
export function refuseUncertainty(
  before: ValuedTemplate | undefined,
  after: ValuedTemplate,
  overrides: ShapeOverrides,
  greenAtHome: boolean,
): void {
  const located = locateResources(after, overrides);
  const { blueTaskSet = '', greenTaskSet = '', service = '' } = located;
  if (!before && haveOneVersion(after, blueTaskSet, greenTaskSet)) return;
  const isPlain = registrationsOf(after, greenTaskSet)?.every((group) => isCertain(after, group));
  const registration = isPlain ? [] : [[greenTaskSet, 'Properties', 'LoadBalancers']];
  const kept = [
    ...shapeRules(after, located, overrides).unclear.map((id) => [id, 'Properties']),
    ...(greenAtHome ? registration : []),
    ...(isUnknown(stableTag(after, service)) ? [[service, 'Properties', 'Tags']] : []),
  ];
  const moved = [
    ...kept.filter((path) => !before || !isAsDeployed(before, after, path)),
    ...(greenAtHome ? [] : registration),
  ];
  const deregistered = (before ? definitionsOf(after, greenTaskSet) : [])
    .filter((id) => isUnknown(retentionOf(after, id)))
    .map((id) => [id, 'UpdateReplacePolicy']);
  const [what, wayOut] = before
    ? ['this update may change it', '']
    : ['it is in force', ', or let blue run the TaskDefinition of green in this first deployment'];
  const problems = [...moved, ...deregistered].map(
    (path) =>
      `Only AWS knows ${path.join('.')}, and ${what} before the step can check it. Write the value into the template or into EcsCanary.TemplateParameters${wayOut}.`,
  );
  if (problems.length > 0) throw invalidTemplate(problems);
}

function haveOneVersion(template: ValuedTemplate, ...taskSets: readonly string[]): boolean {
  const [blue, green] = taskSets.map((id) => propertyOf(template, id, 'TaskDefinition') ?? null);
  return sameMeaning(blue ?? null, green ?? null);
}

function readAt(template: ValuedTemplate, path: readonly string[]): TemplateValue | undefined {
  return knownValue(template, valueAt(template.body, 'Resources', ...path));
}

/** Whether a value and all resources that it refers to stay as they are deployed, and none of them is evaluated anew at every update. */
function isAsDeployed(before: ValuedTemplate, after: ValuedTemplate, path: readonly string[]): boolean {
  const paths = new Map([[path.join('.'), path]]);
  for (const each of paths.values()) {
    const value = readAt(after, each) ?? null;
    const there = presence(after, each[0] ?? '');
    const isSame =
      sameMeaning(readAt(before, each) ?? null, value) && sameMeaning(presence(before, each[0] ?? ''), there);
    if (!isSame || [value, there].some(isEvaluatedAnew)) return false;
    for (const id of needsOf({ Properties: { value } })) if (!meansItself(after, id)) paths.set(id, [id]);
  }
  return true;
}

/** Dynamic references, macros, outputs of stacks that do not export them, and resources whose attributes are not AWS's own. */
function isEvaluatedAnew(value: TemplateValue): boolean {
  const type = valueAt(value, 'Type');
  return (
    /\{\{resolve:|"Fn::(Transform|GetStackOutput)"/.test(JSON.stringify(value)) ||
    (typeof type === 'string' && !/^AWS::(?!CloudFormation::|SSM::)/.test(type))
  );
}

/** A parameter's value is in the template; a listener or target group is the same part of the canary, even if it changes. */
function meansItself({ body }: ValuedTemplate, id: string): boolean {
  const type = valueAt(body, 'Resources', id, 'Type');
  return type === undefined || String(type).startsWith('AWS::ElasticLoadBalancingV2::');
}
