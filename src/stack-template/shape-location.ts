import type { PartKey } from '../canary/location-hints.ts';
import type { CanaryResources, LocatedResources, ShapeOverrides } from './canary-resources.ts';
import { isUnknown, knownValue, presence, propertyOf, type ValuedTemplate } from './known-value.ts';
import { attributeOf, needsOf, refOf } from './references.ts';
import { registrationsOf, targetGroupOf } from './target-groups.ts';
import { objectAt, sameMeaning, type TemplateObject, type TemplateValue, valueAt } from './template-value.ts';

export type Part = keyof CanaryResources;

/** The line of EcsCanary.Parts, the output and the logical id that name each part, and its type. */
export const evidence = {
  blueTaskSet: { key: 'BlueTaskSet', type: 'AWS::ECS::TaskSet' },
  greenTaskSet: { key: 'GreenTaskSet', type: 'AWS::ECS::TaskSet' },
  blueTargetGroup: { key: 'BlueTargetGroup', type: 'AWS::ElasticLoadBalancingV2::TargetGroup' },
  greenTargetGroup: { key: 'GreenTargetGroup', type: 'AWS::ElasticLoadBalancingV2::TargetGroup' },
  service: { key: 'Service', type: 'AWS::ECS::Service' },
} as const satisfies { readonly [K in Part]: { readonly key: PartKey; readonly type: string } };

type ColouredPart = Exclude<Part, 'service'>;
type GroupPart = 'blueTargetGroup' | 'greenTargetGroup';

/** Locates the resources by the same evidence as `observation/canary-address.ts` in the deployed stack. */
export function locateResources(template: ValuedTemplate, overrides: ShapeOverrides): LocatedResources {
  const { body } = template;
  const settle = (part: Part, find: () => string | undefined): string | undefined => {
    const line = overrides[part]?.trim() ?? '';
    return line === '' ? find() : isOfType(body, part, line) ? line : undefined;
  };
  const named = (part: ColouredPart) => byName(template, part, overrides);
  const blueTaskSet = settle('blueTaskSet', () => named('blueTaskSet'));
  const greenTaskSet = settle('greenTaskSet', () => named('greenTaskSet'));
  const group = (part: ColouredPart, taskSet: string | undefined) =>
    settle(part, () => named(part) ?? byRegistration(template, part, taskSet));
  const found = {
    blueTaskSet,
    greenTaskSet,
    blueTargetGroup: group('blueTargetGroup', blueTaskSet),
    greenTargetGroup: group('greenTargetGroup', greenTaskSet),
    service: settle('service', () => serviceOf(template, [blueTaskSet, greenTaskSet])),
  };
  return Object.fromEntries(Object.entries(found).filter(([, id]) => id !== undefined));
}

/** The target groups that only the registration of their task set tells. */
export function unnamedGroups(template: ValuedTemplate, overrides: ShapeOverrides): readonly GroupPart[] {
  const groups = ['blueTargetGroup', 'greenTargetGroup'] as const;
  return groups.filter((part) => !overrides[part]?.trim() && byName(template, part, overrides) === undefined);
}

/** By its output, or by its logical id; if logical ids or lines name all parts, the steps read no outputs, so the two must agree. */
function byName(template: ValuedTemplate, part: ColouredPart, overrides: ShapeOverrides): string | undefined {
  const { key } = evidence[part];
  if (outputOf(template, part) === undefined) return isOfType(template.body, part, key) ? key : undefined;
  const told = toldByOutput(template, part);
  const { service: _, ...coloured } = evidence;
  const needsNoOutputs = (Object.keys(coloured) as ColouredPart[]).every((each) =>
    isOfType(template.body, each, overrides[each]?.trim() || evidence[each].key),
  );
  return needsNoOutputs && told !== key ? undefined : told;
}

/** What an output of the template is; undefined where it is not there. */
export function outputOf(template: ValuedTemplate, part: Part): TemplateValue | undefined {
  const { key } = evidence[part];
  if (presence(template, key, 'Outputs') === false) return undefined;
  return knownValue(template, valueAt(template.body, 'Outputs', key, 'Value'));
}

/** The task set or target group that an output means. */
export function toldByOutput(template: ValuedTemplate, part: ColouredPart): string | undefined {
  const { body } = template;
  const output = outputOf(template, part);
  if (evidence[part].type === 'AWS::ECS::TaskSet') {
    const [attributed, attribute] = attributeOf(output) ?? [];
    const id = refOf(output) ?? (attribute === 'Id' ? attributed : undefined);
    return id !== undefined && isOfType(body, part, id) ? id : undefined;
  }
  const group = targetGroupOf(output);
  return group !== undefined && (isOfType(body, part, group) || isOutside(body, group)) ? group : undefined;
}

/** A target group outside the template, whose ARN may be known only to AWS. */
function isOutside(body: TemplateObject, group: string): boolean {
  const isArn = /^arn:[^:]*:elasticloadbalancing:.*:targetgroup\/|\{/.test(group);
  return isArn && valueAt(body, 'Resources', group) === undefined;
}

/** Without an output, the group in which the colour's task set is, if there is only one. */
function byRegistration(template: ValuedTemplate, part: ColouredPart, taskSet = ''): string | undefined {
  if (outputOf(template, part) !== undefined) return undefined;
  const [only, ...others] = new Set(registrationsOf(template, taskSet));
  return others.length === 0 ? only : undefined;
}

/** The only service, the one that the task sets belong to, or the only one that can have task sets. */
function serviceOf(template: ValuedTemplate, taskSets: readonly (string | undefined)[]): string | undefined {
  const all = listOfType(template.body, evidence.service.type);
  const owners = new Set(taskSets.flatMap((id) => ownersOf(template, id, all)));
  const external = all.filter((id) => {
    const controller = propertyOf(template, id, 'DeploymentController', 'Type');
    return controller === 'EXTERNAL' || isUnknown(controller);
  });
  return [all, [...owners], external].find(({ length }) => length === 1)?.[0];
}

function ownersOf(template: ValuedTemplate, taskSet: string | undefined, all: readonly string[]): readonly string[] {
  const value = propertyOf(template, taskSet, 'Service') ?? '';
  const meant = needsOf({ Properties: { value } });
  return all.filter(
    (id) => meant.has(id) || (value !== '' && sameMeaning(propertyOf(template, id, 'ServiceName') ?? '', value)),
  );
}

function isOfType(body: TemplateObject, part: Part, id: string): boolean {
  return valueAt(body, 'Resources', id, 'Type') === evidence[part].type;
}

/** Logical ids of the resources of a type. */
export function listOfType(body: TemplateObject, type: string): string[] {
  return Object.entries(objectAt(body, 'Resources'))
    .filter(([, resource]) => valueAt(resource, 'Type') === type)
    .map(([id]) => id);
}
