import { closureOf, refOf } from './references.ts';
import type { CanaryResources } from './shape.ts';
import { asList, forwardTargets, targetGroupId } from './shape-location.ts';
import { objectAt, type TemplateObject, type TemplateValue, valueAt } from './template-value.ts';

type Located = { readonly [K in keyof CanaryResources]?: string };

/** What would make a canary with this template dangerous; what could not be located is passed over. */
export function shapeProblems(body: TemplateObject, located: Located): string[] {
  return [
    ...retentionProblems(body, located.greenTaskSet),
    ...weightProblems(body, located),
    ...crossedProblems(body, located.blueTaskSet, located.blueTargetGroup),
    ...crossedProblems(body, located.greenTaskSet, located.greenTargetGroup),
    ...serviceProblems(body, located.service),
    ...loadBalancerProblems(body, located),
  ];
}

/** What can go wrong with this template but harms nothing by itself. */
export function shapeWarnings(body: TemplateObject, found: CanaryResources): string[] {
  const resources = objectAt(body, 'Resources');
  const hasty = [found.blueTaskSet, found.greenTaskSet].filter(
    (id) => !closureOf(resources, [id]).has(found.listenerRule),
  );
  const named = [found.blueTargetGroup, found.greenTargetGroup].filter(
    (id) => valueAt(resources, id, 'Properties', 'Name') !== undefined,
  );
  return [
    ...(hasty.length > 0
      ? [
          `${hasty.join(' and ')} may be created before ${found.listenerRule}, and ECS refuses a target group that no load balancer uses yet; add DependsOn: ${found.listenerRule}.`,
        ]
      : []),
    ...(named.length > 0
      ? [
          `${named.join(' and ')}: with a fixed Name the target group cannot be replaced, and a second stack in the same account and region collides; remove Name.`,
        ]
      : []),
    ...(stableTag(body, found.service) === undefined
      ? [`${found.service} has no tag StableStack=Blue; the canary sets it.`]
      : []),
  ];
}

function retentionProblems(body: TemplateObject, greenTaskSet: string | undefined): string[] {
  const taskDefinition = refOf(property(body, greenTaskSet, 'TaskDefinition'));
  const isResource = valueAt(body, 'Resources', taskDefinition ?? '', 'Type') === 'AWS::ECS::TaskDefinition';
  if (taskDefinition === undefined || !isResource) return [];
  if (valueAt(body, 'Resources', taskDefinition, 'UpdateReplacePolicy') === 'Retain') return [];
  return [
    `${taskDefinition} needs UpdateReplacePolicy: Retain; without it every deployment deregisters the stable version, which then cannot start or be returned to.`,
  ];
}

function weightProblems(body: TemplateObject, located: Located): string[] {
  const { listenerRule, blueTargetGroup, greenTargetGroup } = located;
  if (listenerRule === undefined || blueTargetGroup === undefined || greenTargetGroup === undefined) return [];
  const targets = forwardTargets(body, listenerRule);
  const weightOf = (id: string): number => Number(targets.find(({ group }) => group === id)?.weight ?? Number.NaN);
  const shown = targets
    .map(({ group, weight }) => `${group ?? '(another)'} ${JSON.stringify(weight ?? null)}`)
    .join(', ');
  return [
    ...(weightOf(blueTargetGroup) > 0 && weightOf(greenTargetGroup) === 0
      ? []
      : [
          `${listenerRule} must give all traffic to blue (${blueTargetGroup} Weight 100, ${greenTargetGroup} Weight 0, as numbers): whenever the rule changes, CloudFormation applies these weights. Found: ${shown}.`,
        ]),
    ...(targets.length > 2 ? [`${listenerRule} must forward to the two target groups only. Found: ${shown}.`] : []),
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
          `${service} must be tagged StableStack=Blue, or not at all; ${JSON.stringify(tag)} would name the wrong version stable.`,
        ]),
  ];
}

function loadBalancerProblems(body: TemplateObject, { blueTargetGroup, greenTargetGroup }: Located): string[] {
  return [blueTargetGroup, greenTargetGroup].flatMap((id) => {
    const protocol = property(body, id, 'Protocol');
    if (typeof protocol !== 'string' || /^HTTPS?$/.test(protocol)) return [];
    return [
      `${id} has the protocol ${protocol} of a Network Load Balancer, which has no listener rules to split traffic by; a canary needs an Application Load Balancer.`,
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
