import { addPartLine, type PartKey } from '../canary/location-hints.ts';
import type { CanaryResources, LocatedResources, ShapeOverrides } from './canary-resources.ts';
import { attributeOf, refOf } from './references.ts';
import { objectAt, type TemplateObject, type TemplateValue, valueAt } from './template-value.ts';

/** The key of the line of EcsCanary.Parts that names the resource. */
const partKeyOf: { readonly [K in keyof CanaryResources]: PartKey } = {
  blueTaskSet: 'BlueTaskSet',
  greenTaskSet: 'GreenTaskSet',
  blueTargetGroup: 'BlueTargetGroup',
  greenTargetGroup: 'GreenTargetGroup',
  service: 'Service',
};

const typeOf: { readonly [K in keyof CanaryResources]: string } = {
  blueTaskSet: 'AWS::ECS::TaskSet',
  greenTaskSet: 'AWS::ECS::TaskSet',
  blueTargetGroup: 'AWS::ElasticLoadBalancingV2::TargetGroup',
  greenTargetGroup: 'AWS::ElasticLoadBalancingV2::TargetGroup',
  service: 'AWS::ECS::Service',
};

type Part = keyof CanaryResources;

/** Locates the resources; for the others, says what was found instead and which line of EcsCanary.Parts settles it. */
export function locateResources(
  body: TemplateObject,
  overrides: ShapeOverrides,
): { readonly resources: LocatedResources; readonly problems: readonly string[] } {
  const resources: { [K in Part]?: string } = {};
  const problems: string[] = [];
  const settle = (part: Part, locate: () => string): void => {
    try {
      const override = overrides[part]?.trim() ?? '';
      resources[part] = checkType(body, part, override === '' ? locate() : override);
    } catch (error) {
      if (!(error instanceof Unsettled)) throw error;
      problems.push(`${error.message} ${remedy(body, part)}`);
    }
  };
  settle('blueTaskSet', () => taskSetOutput(body, 'BlueTaskSet'));
  settle('greenTaskSet', () => taskSetOutput(body, 'GreenTaskSet'));
  settle('blueTargetGroup', () => targetGroupOutput(body, 'BlueTargetGroup'));
  settle('greenTargetGroup', () => targetGroupOutput(body, 'GreenTargetGroup'));
  settle('service', () => externalService(body, resources));
  return { resources, problems: [...problems, ...sameForBoth(resources)] };
}

class Unsettled extends Error {}

function checkType(body: TemplateObject, part: Part, id: string): string {
  const actual = valueAt(body, 'Resources', id, 'Type');
  if (actual === typeOf[part]) return id;
  const instead = actual === undefined ? 'there is no resource of that name' : `it is of type ${String(actual)}`;
  throw new Unsettled(`${id} should be the ${typeOf[part]} for ${partKeyOf[part]}, but ${instead}.`);
}

function remedy(body: TemplateObject, part: Part): string {
  const candidates = listOfType(body, typeOf[part]);
  const found = candidates.length === 0 ? `none of type ${typeOf[part]}` : candidates.join(', ');
  return `Found: ${found}. To name it, ${addPartLine(partKeyOf[part])}.`;
}

function taskSetOutput(body: TemplateObject, output: string): string {
  const attribute = attributeOf(outputValue(body, output));
  if (attribute?.[1] === 'Id') return attribute[0];
  throw new Unsettled(`The output ${output} must be Fn::GetAtt [the task set's logical id, Id].`);
}

function targetGroupOutput(body: TemplateObject, output: string): string {
  const id = targetGroupId(outputValue(body, output));
  if (id !== undefined) return id;
  throw new Unsettled(`The output ${output} must be a Ref to the target group.`);
}

function outputValue(body: TemplateObject, output: string): TemplateValue {
  const value = valueAt(body, 'Outputs', output, 'Value');
  if (value === undefined) throw new Unsettled(`The template has no output ${output}.`);
  return value;
}

function externalService(body: TemplateObject, located: LocatedResources): string {
  const external = listOfType(body, typeOf.service).filter((id) => {
    const type = valueAt(body, 'Resources', id, 'Properties', 'DeploymentController', 'Type');
    return type === 'EXTERNAL';
  });
  const used = taskSetService(body, located.greenTaskSet);
  const [only, ...others] = external.filter((id) => external.length === 1 || id === used);
  if (only !== undefined && others.length === 0) return only;
  throw new Unsettled(
    external.length === 0
      ? 'The template has no service with DeploymentController: {Type: EXTERNAL}.'
      : `The template has ${external.length} services with DeploymentController: {Type: EXTERNAL}.`,
  );
}

function taskSetService(body: TemplateObject, taskSet: string | undefined): string | undefined {
  const service = taskSet === undefined ? undefined : valueAt(body, 'Resources', taskSet, 'Properties', 'Service');
  return refOf(service) ?? attributeOf(service)?.[0];
}

/** The target group that a `Ref`, or a `Fn::GetAtt` of its ARN, stands for. */
export function targetGroupId(value: TemplateValue | undefined): string | undefined {
  const attribute = attributeOf(value);
  return refOf(value) ?? (attribute?.[1] === 'TargetGroupArn' ? attribute[0] : undefined);
}

/** Logical ids of the resources of a type. */
export function listOfType(body: TemplateObject, type: string): string[] {
  return Object.entries(objectAt(body, 'Resources'))
    .filter(([, resource]) => valueAt(resource, 'Type') === type)
    .map(([id]) => id);
}

function sameForBoth({ blueTaskSet, greenTaskSet, blueTargetGroup, greenTargetGroup }: LocatedResources): string[] {
  return [
    ...(blueTaskSet !== undefined && blueTaskSet === greenTaskSet
      ? [`Blue and green are the same task set, ${blueTaskSet}.`]
      : []),
    ...(blueTargetGroup !== undefined && blueTargetGroup === greenTargetGroup
      ? [`Blue and green have the same target group, ${blueTargetGroup}.`]
      : []),
  ];
}
