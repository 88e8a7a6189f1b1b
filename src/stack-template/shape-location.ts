import { addPartLine, type PartKey, partSays } from '../canary/location-hints.ts';
import type { CanaryResources, LocatedResources, ShapeOverrides } from './canary-resources.ts';
import { knownValue, presence, propertyOf, type ValuedTemplate } from './known-value.ts';
import { attributeOf, needsOf, refOf } from './references.ts';
import { registrationsOf, targetGroupOf } from './target-groups.ts';
import { objectAt, type TemplateObject, type TemplateValue, valueAt } from './template-value.ts';

type Part = keyof CanaryResources;

/** The key of the line of EcsCanary.Parts that names the resource; its logical id and output are called the same. */
const keyOf = {
  blueTaskSet: 'BlueTaskSet',
  greenTaskSet: 'GreenTaskSet',
  blueTargetGroup: 'BlueTargetGroup',
  greenTargetGroup: 'GreenTargetGroup',
  service: 'Service',
} as const satisfies { readonly [K in Part]: PartKey };

const taskSetType = 'AWS::ECS::TaskSet';
const targetGroupType = 'AWS::ElasticLoadBalancingV2::TargetGroup';
const serviceType = 'AWS::ECS::Service';

/**
 * Locates the resources by the same evidence as `observation/canary-address.ts` in the deployed stack; for the others,
 * says what was found instead and what settles it.
 */
export function locateResources(
  template: ValuedTemplate,
  overrides: ShapeOverrides,
): { readonly resources: LocatedResources; readonly problems: readonly string[] } {
  const resources: { [K in Part]?: string } = {};
  const problems: string[] = [];
  const settle = (part: Part, type: string, locate: () => string): void => {
    try {
      const given = overrides[part]?.trim() ?? '';
      resources[part] = given === '' ? locate() : named(template.body, type, keyOf[part], given);
    } catch (error) {
      if (!(error instanceof Unsettled)) throw error;
      problems.push(error.message);
    }
  };
  settle('blueTaskSet', taskSetType, () => taskSet(template, 'BlueTaskSet'));
  settle('greenTaskSet', taskSetType, () => taskSet(template, 'GreenTaskSet'));
  settle('blueTargetGroup', targetGroupType, () => targetGroup(template, 'BlueTargetGroup', resources.blueTaskSet));
  settle('greenTargetGroup', targetGroupType, () => targetGroup(template, 'GreenTargetGroup', resources.greenTaskSet));
  settle('service', serviceType, () => service(template, resources));
  return { resources, problems: [...problems, ...sameForBoth(resources)] };
}

class Unsettled extends Error {}

function named(body: TemplateObject, type: string, key: PartKey, id: string): string {
  if (typeOf(body, id) === type) return id;
  const instead =
    valueAt(body, 'Resources', id) === undefined
      ? 'there is no resource of that name'
      : `it is of type ${typeOf(body, id)}`;
  throw new Unsettled(
    `${partSays(key, id)}, which should be an ${type}, but ${instead}. ${found(body, type)} Correct or remove that line.`,
  );
}

function taskSet(template: ValuedTemplate, key: 'BlueTaskSet' | 'GreenTaskSet'): string {
  const { body } = template;
  const output = outputOf(template, key);
  const id = refOf(output) ?? (attributeOf(output)?.[1] === 'Id' ? attributeOf(output)?.[0] : undefined);
  if (output === undefined && typeOf(body, key) === taskSetType) return key;
  if (id !== undefined && typeOf(body, id) === taskSetType) return agreed(body, key, id);
  const what = output === undefined ? noOutput(key) : `The output ${key} must be Fn::GetAtt [LOGICAL_ID, Id].`;
  throw new Unsettled(
    listOfType(body, taskSetType).length < 2
      ? `${what} A canary needs two resources of the type ${taskSetType}; the template has ${listOfType(body, taskSetType).length}.`
      : `${what} ${found(body, taskSetType)} To name it, ${addPartLine(key)}.`,
  );
}

function targetGroup(
  template: ValuedTemplate,
  key: 'BlueTargetGroup' | 'GreenTargetGroup',
  taskSet: string | undefined,
): string {
  const { body } = template;
  const told = targetGroupOf(template, outputOf(template, key));
  if (told === undefined && typeOf(body, key) === targetGroupType) return key;
  if (told !== undefined && isTargetGroup(body, told)) return agreed(body, key, told);
  const registered = taskSet === undefined ? [] : (registrationsOf(template, taskSet) ?? []);
  const [only, ...others] = new Set(registered);
  if (told === undefined && only !== undefined && others.length === 0) return only;
  const what = told === undefined ? noOutput(key) : `The output ${key} means no target group.`;
  const naming = listOfType(body, targetGroupType).length < 2 ? '' : ` To name it, ${addPartLine(key)}.`;
  throw new Unsettled(
    `${what} ${found(body, targetGroupType)}${naming} For a group outside the template, let the output ${key} be its ARN.`,
  );
}

/** A target group of the template, or one outside, whose ARN may be known only to AWS. */
function isTargetGroup(body: TemplateObject, told: string): boolean {
  const type = valueAt(body, 'Resources', told, 'Type');
  return type === undefined
    ? /^arn:[^:]*:elasticloadbalancing:.*:targetgroup\/|\{/.test(told)
    : type === targetGroupType;
}

/** The deployed stack may be found by logical ids alone, so the outputs must not say otherwise. */
function agreed(body: TemplateObject, key: keyof typeof typeOfKey, id: string): string {
  if (id === key || typeOf(body, key) !== typeOfKey[key]) return id;
  throw new Unsettled(
    `The output ${key} means ${id}, but ${key} is also the logical id of another resource. Correct the output, or rename that resource.`,
  );
}

const typeOfKey = {
  BlueTaskSet: taskSetType,
  GreenTaskSet: taskSetType,
  BlueTargetGroup: targetGroupType,
  GreenTargetGroup: targetGroupType,
} as const;

function outputOf(template: ValuedTemplate, key: PartKey): TemplateValue | undefined {
  return presence(template, key, 'Outputs') === false
    ? undefined
    : knownValue(template, valueAt(template.body, 'Outputs', key, 'Value'));
}

function noOutput(key: keyof typeof typeOfKey): string {
  return `The template has no output ${key}, and no ${typeOfKey[key]} of that name.`;
}

/** The only service, or the one that the task sets belong to. */
function service(template: ValuedTemplate, { blueTaskSet, greenTaskSet }: LocatedResources): string {
  const { body } = template;
  const all = listOfType(body, serviceType);
  const owners = new Set([blueTaskSet, greenTaskSet].flatMap((id) => ownersOf(template, id, all)));
  const [only, ...others] = all.length === 1 ? all : owners;
  if (only !== undefined && others.length === 0) return only;
  throw new Unsettled(
    all.length === 0
      ? `The template has no ${serviceType}; a canary needs one with DeploymentController: {Type: EXTERNAL}.`
      : `The template has ${all.length} services, and the task sets do not show which one is theirs. ${found(body, serviceType)} To name it, ${addPartLine('Service')}.`,
  );
}

function ownersOf(template: ValuedTemplate, taskSet: string | undefined, all: readonly string[]): readonly string[] {
  const value = propertyOf(template, taskSet, 'Service');
  const meant = needsOf({ Properties: { value: value ?? '' } });
  return all.filter(
    (id) => meant.has(id) || (value !== undefined && propertyOf(template, id, 'ServiceName') === value),
  );
}

function found(body: TemplateObject, type: string): string {
  return `Found: ${listOfType(body, type).join(', ') || `none of type ${type}`}.`;
}

function typeOf(body: TemplateObject, id: string): string {
  return String(valueAt(body, 'Resources', id, 'Type'));
}

/** Logical ids of the resources of a type. */
export function listOfType(body: TemplateObject, type: string): string[] {
  return Object.entries(objectAt(body, 'Resources'))
    .filter(([, resource]) => valueAt(resource, 'Type') === type)
    .map(([id]) => id);
}

function sameForBoth({ blueTaskSet, greenTaskSet, blueTargetGroup, greenTargetGroup }: LocatedResources): string[] {
  const correct = 'Let outputs, LoadBalancers and EcsCanary.Parts name one for each colour.';
  return [
    ...(blueTaskSet !== undefined && blueTaskSet === greenTaskSet
      ? [`Blue and green are the same task set, ${blueTaskSet}. ${correct}`]
      : []),
    ...(blueTargetGroup !== undefined && blueTargetGroup === greenTargetGroup
      ? [`Blue and green have the same target group, ${blueTargetGroup}. ${correct}`]
      : []),
  ];
}
