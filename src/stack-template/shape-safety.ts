import type { CanaryResources, LocatedResources } from './canary-resources.ts';
import { knownValue, type ValuedTemplate } from './known-value.ts';
import { logWarnings } from './log-warning.ts';
import { closureOf, refOf } from './references.ts';
import { targetGroupId } from './shape-location.ts';
import { asList, objectAt, type TemplateObject, type TemplateValue, valueAt } from './template-value.ts';

/** What would make a canary with this template dangerous; resources that were not located are skipped. */
export function shapeProblems(template: ValuedTemplate, located: LocatedResources): string[] {
  const { body } = template;
  return [
    ...retentionProblems(body, located.greenTaskSet),
    ...crossedProblems(body, located.blueTaskSet, located.blueTargetGroup),
    ...crossedProblems(body, located.greenTaskSet, located.greenTargetGroup),
    ...serviceProblems(body, located.service),
    ...countProblems(template, located.service),
    ...loadBalancerProblems(body, located),
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
    (id) => valueAt(resources, id, 'Properties', 'Name') !== undefined,
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
    ...(stableTag(body, found.service) === undefined
      ? [`${found.service} has no tag StableStack=Blue; the canary sets it.`]
      : []),
  ];
}

type Found = CanaryResources & { readonly productionRules: readonly string[] };

/** AWS documents no default scale for a task set, and others report that it is 0. */
function scaleWarnings(template: ValuedTemplate, blueTaskSet: string): string[] {
  const value = knownValue(template, valueAt(property(template.body, blueTaskSet, 'Scale'), 'Value'));
  if (value !== undefined && (typeof value !== 'string' || Number(value) >= 100)) return [];
  const found = value === undefined ? 'has no Scale' : `has the Scale ${String(value)}`;
  return [
    `${blueTaskSet} ${found}, but blue serves everything after the first deployment, so the step will scale it to 100 %. Set Scale: {Unit: PERCENT, Value: 100} to create it at that size.`,
  ];
}

function countProblems(template: ValuedTemplate, service: string | undefined): string[] {
  if (knownValue(template, property(template.body, service, 'DesiredCount')) !== '0') return [];
  return [`${service} has the DesiredCount 0, so neither blue nor green would have a task. Set it to at least 1.`];
}

function retentionProblems(body: TemplateObject, greenTaskSet: string | undefined): string[] {
  const taskDefinition = refOf(property(body, greenTaskSet, 'TaskDefinition'));
  const isResource = valueAt(body, 'Resources', taskDefinition ?? '', 'Type') === 'AWS::ECS::TaskDefinition';
  if (taskDefinition === undefined || !isResource) return [];
  if (valueAt(body, 'Resources', taskDefinition, 'UpdateReplacePolicy') === 'Retain') return [];
  return [
    `${taskDefinition} needs UpdateReplacePolicy: Retain; without it, every deployment deregisters the stable version, which then cannot start new tasks.`,
  ];
}

function crossedProblems(body: TemplateObject, taskSet?: string, targetGroup?: string): string[] {
  if (taskSet === undefined || targetGroup === undefined) return [];
  const groups = asList(property(body, taskSet, 'LoadBalancers')).map((item) =>
    targetGroupId(valueAt(item, 'TargetGroupArn')),
  );
  if (groups.includes(targetGroup)) return [];
  const found = groups.length === 0 ? 'none' : groups.map((id) => id ?? '(not a Ref)').join(', ');
  return [`${taskSet} must register with ${targetGroup} in its LoadBalancers. Found: ${found}.`];
}

function serviceProblems(body: TemplateObject, service: string | undefined): string[] {
  if (service === undefined) return [];
  const controller = valueAt(property(body, service, 'DeploymentController'), 'Type');
  const tag = stableTag(body, service);
  return [
    ...(controller === 'EXTERNAL' ? [] : [`${service} needs DeploymentController: {Type: EXTERNAL}.`]),
    ...(tag === undefined || tag === 'Blue'
      ? []
      : [
          `${service} must be tagged StableStack=Blue, or not at all; ${JSON.stringify(tag)} would mark the wrong version as stable.`,
        ]),
  ];
}

function loadBalancerProblems(body: TemplateObject, { blueTargetGroup, greenTargetGroup }: LocatedResources): string[] {
  return [blueTargetGroup, greenTargetGroup].flatMap((id) => {
    const protocol = property(body, id, 'Protocol');
    if (typeof protocol !== 'string' || /^HTTPS?$/.test(protocol)) return [];
    return [
      `${id} has the protocol ${protocol} of a Network Load Balancer, which has no listener rules that can split traffic; a canary needs an Application Load Balancer.`,
    ];
  });
}

function stableTag(body: TemplateObject, service: string): TemplateValue | undefined {
  const tag = asList(property(body, service, 'Tags')).find((item) => valueAt(item, 'Key') === 'StableStack');
  return valueAt(tag, 'Value');
}

function property(body: TemplateObject, id: string | undefined, name: string): TemplateValue | undefined {
  return id === undefined ? undefined : valueAt(body, 'Resources', id, 'Properties', name);
}
