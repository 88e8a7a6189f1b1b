import type { CanaryResources, LocatedResources } from './canary-resources.ts';
import { isUnknown, knownValue, partOf, propertyOf, type ValuedTemplate } from './known-value.ts';
import { logWarnings } from './log-warning.ts';
import { redirectWarnings } from './redirect-keywords.ts';
import { closureOf, needsOf } from './references.ts';
import { areDifferent, registrationsOf } from './target-groups.ts';
import { asList, objectAt, type TemplateObject, type TemplateValue, valueAt } from './template-value.ts';

/** What would make a canary with this template dangerous; resources that were not located are skipped. */
export function shapeProblems(template: ValuedTemplate, located: LocatedResources): string[] {
  return [
    ...retentionProblems(template, located.greenTaskSet),
    ...crossedProblems(template, located.blueTaskSet, located.blueTargetGroup),
    ...crossedProblems(template, located.greenTaskSet, located.greenTargetGroup),
    ...serviceProblems(template, located.service),
    ...countProblems(template, located.service),
    ...loadBalancerProblems(template, located),
  ];
}

/** What may go wrong with this template, but does no harm by itself. */
export function shapeWarnings(template: ValuedTemplate, found: Found): string[] {
  const { body } = template;
  const resources = objectAt(body, 'Resources');
  const rules = found.productionRules.join(' or ');
  const hasty =
    rules === ''
      ? []
      : [found.blueTaskSet, found.greenTaskSet].filter(
          (id) => !found.productionRules.some((rule) => closureOf(resources, [id]).has(rule)),
        );
  const named = [found.blueTargetGroup, found.greenTargetGroup].filter(
    (id) => propertyOf(template, id, 'Name') !== undefined,
  );
  return [
    ...(hasty.length > 0
      ? [
          `${hasty.join(' and ')} may be created before ${rules}, and ECS refuses a target group that no load balancer uses yet; add DependsOn: ${found.productionRules[0]}.`,
        ]
      : []),
    ...(named.length > 0
      ? [
          `${named.join(' and ')}: with a fixed Name, the target group cannot be replaced, and conflicts with a second stack in the same account and region; remove Name.`,
        ]
      : []),
    ...scaleWarnings(template, found.blueTaskSet),
    ...logWarnings(template, found.greenTaskSet),
    ...hidingWarnings(resources, found.greenTargetGroup),
    ...redirectWarnings(template),
    ...(stableTag(template, found.service) === undefined
      ? [`${found.service} has no tag StableStack=Blue; the canary sets it.`]
      : []),
  ];
}

type Found = CanaryResources & { readonly productionRules: readonly string[] };

/** AWS documents no default scale for a task set, and others report that it is 0. */
function scaleWarnings(template: ValuedTemplate, blueTaskSet: string): string[] {
  const value = propertyOf(template, blueTaskSet, 'Scale', 'Value');
  if (value !== undefined && (isUnknown(value) || typeof value !== 'string' || Number(value) >= 100)) return [];
  const found = value === undefined ? 'has no Scale' : `has the Scale ${String(value)}`;
  return [
    `${blueTaskSet} ${found}, but blue serves everything after the first deployment, so the step will scale it to 100 %. Set Scale: {Unit: PERCENT, Value: 100} to create it at that size.`,
  ];
}

/** Whoever gets green's target group may lead users there, and a template does not show what these types do with it. */
function hidingWarnings(resources: TemplateObject, green: string): string[] {
  return Object.entries(resources)
    .filter(
      ([, each]) => /^(Custom|AWS::CloudFormation)::/.test(String(valueAt(each, 'Type'))) && needsOf(each).has(green),
    )
    .map(
      ([id]) =>
        `Only AWS knows what ${id} does with ${green}. If it leads users there, they get green without approval as soon as it is deployed; the step checks the rules in the deployed stack.`,
    );
}

function countProblems(template: ValuedTemplate, service: string | undefined): string[] {
  if (propertyOf(template, service, 'DesiredCount') !== '0') return [];
  return [`${service} has the DesiredCount 0, so neither blue nor green would have a task. Set it to at least 1.`];
}

function retentionProblems(template: ValuedTemplate, greenTaskSet: string | undefined): string[] {
  return definitionsOf(template, greenTaskSet)
    .filter((id) => !isUnknown(retentionOf(template, id)) && retentionOf(template, id) !== 'Retain')
    .map(
      (id) =>
        `${id} needs UpdateReplacePolicy: Retain; without it, every deployment deregisters the stable version, which then cannot start new tasks.`,
    );
}

/** The task definitions of the template that a task set runs; several if only AWS knows which one. */
export function definitionsOf(template: ValuedTemplate, taskSet: string | undefined): readonly string[] {
  const needed = needsOf({ Properties: { value: propertyOf(template, taskSet, 'TaskDefinition') ?? '' } });
  return [...needed].filter((id) => valueAt(template.body, 'Resources', id, 'Type') === 'AWS::ECS::TaskDefinition');
}

/** What happens to a task definition that an update replaces. */
export function retentionOf(template: ValuedTemplate, id: string): TemplateValue | undefined {
  return knownValue(template, valueAt(template.body, 'Resources', id, 'UpdateReplacePolicy'));
}

function crossedProblems(template: ValuedTemplate, taskSet?: string, targetGroup?: string): string[] {
  if (taskSet === undefined || targetGroup === undefined) return [];
  const groups = registrationsOf(template, taskSet);
  if (groups === undefined || groups.some((group) => !areDifferent(template, group, targetGroup))) return [];
  return [`${taskSet} must register with ${targetGroup} in its LoadBalancers. Found: ${groups.join(', ') || 'none'}.`];
}

/** What `CreateService` refuses with the EXTERNAL controller, for example with "TaskDefinition must be blank". */
const ofTaskSets = [
  'TaskDefinition',
  'LaunchType',
  'CapacityProviderStrategy',
  'PlatformVersion',
  'NetworkConfiguration',
  'LoadBalancers',
  'ServiceRegistries',
];

function serviceProblems(template: ValuedTemplate, service: string | undefined): string[] {
  if (service === undefined) return [];
  const controller = propertyOf(template, service, 'DeploymentController', 'Type');
  const tag = stableTag(template, service);
  const misplaced = ofTaskSets.filter((name) => propertyOf(template, service, name) !== undefined);
  return [
    ...(misplaced.length === 0 || controller !== 'EXTERNAL'
      ? []
      : [
          `${service} has ${misplaced.join(', ')}, which ECS accepts only in the task sets of an EXTERNAL service. Move it there.`,
        ]),
    ...(controller === 'EXTERNAL' || isUnknown(controller)
      ? []
      : [`${service} needs DeploymentController: {Type: EXTERNAL}. Found: ${JSON.stringify(controller) ?? 'none'}.`]),
    ...(tag === undefined || tag === 'Blue' || isUnknown(tag)
      ? []
      : [
          `${service} must be tagged StableStack=Blue, or not at all; ${JSON.stringify(tag)} would mark the wrong version as stable.`,
        ]),
  ];
}

function loadBalancerProblems(template: ValuedTemplate, { blueTargetGroup, greenTargetGroup }: LocatedResources) {
  return [blueTargetGroup, greenTargetGroup].flatMap((id) => {
    const protocol = propertyOf(template, id, 'Protocol');
    if (typeof protocol !== 'string' || isUnknown(protocol) || /^HTTPS?$/.test(protocol)) return [];
    return [
      `${id} has the protocol ${protocol} of a Network Load Balancer, which has no listener rules that can split traffic; a canary needs an Application Load Balancer.`,
    ];
  });
}

/** The tag's value; if an item that only AWS knows may be the tag, that item. */
export function stableTag(template: ValuedTemplate, service: string): TemplateValue | undefined {
  const tags = propertyOf(template, service, 'Tags');
  if (isUnknown(tags)) return tags;
  const tag = asList(tags).find((item) => partOf(item, 'Key') === 'StableStack');
  return tag === undefined
    ? asList(tags)
        .map((item) => partOf(item, 'Key'))
        .find(isUnknown)
    : partOf(tag, 'Value');
}
