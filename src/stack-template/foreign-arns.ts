import { loadBalancerArnOf } from '../canary/listener-rule.ts';
import { partSays } from '../canary/location-hints.ts';
import { OperatorError } from '../canary/operator-error.ts';
import type { ShapeOverrides } from './canary-resources.ts';
import { propertyOf, type ValuedTemplate } from './known-value.ts';
import { attributeOf, refOf } from './references.ts';
import { objectAt, type TemplateValue, valueAt } from './template-value.ts';

/**
 * Refuses ARNs of rules and listeners that cannot lead to the stack's target groups, which serve one load balancer in
 * one region and account; what only AWS knows is not judged.
 * @throws OperatorError `invalid-parameters` with every such ARN
 */
export function refuseForeignArns(template: ValuedTemplate, overrides: ShapeOverrides): void {
  const given = [
    ...(overrides.listenerRuleArns ?? []).map((arn) => ['ListenerRule', arn] as const),
    ...(overrides.testListeners ?? [])
      .filter((id) => id.startsWith('arn:'))
      .map((arn) => ['TestListener', arn] as const),
  ];
  const balancers = loadBalancersOf(template);
  const problems = given.flatMap(([key, arn]) => {
    const difference = differenceOf(arn, template.parameters, balancers);
    return difference === undefined ? [] : [`${partSays(key, arn)}, ${difference}.`];
  });
  if (problems.length === 0) return;
  throw new OperatorError(
    'invalid-parameters',
    `EcsCanary.Parts names ARNs that cannot belong to this stack:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    'Correct the ARN, or remove its line from EcsCanary.Parts. Nothing was changed in AWS.',
  );
}

function differenceOf(
  arn: string,
  known: ValuedTemplate['parameters'],
  balancers: readonly string[] | undefined,
): string | undefined {
  const [, , , region = '', account = ''] = arn.split(':');
  const [ownRegion = region, ownAccount = account] = [known['AWS::Region'], known['AWS::AccountId']];
  if (region !== ownRegion) return `which is in ${region}, but the stack is in ${ownRegion}`;
  if (account !== ownAccount) return `which is in the account ${account}, but the stack is in ${ownAccount}`;
  if (balancers === undefined || balancers.includes(loadBalancerArnOf(arn))) return undefined;
  return `which belongs to the load balancer ${loadBalancerArnOf(arn)}, but the template uses ${balancers.join(', ')}`;
}

/** ARNs of the load balancers that a template uses; undefined where it uses none, or one that only AWS knows. */
function loadBalancersOf(template: ValuedTemplate): readonly string[] | undefined {
  const arns = Object.entries(objectAt(template.body, 'Resources')).flatMap(([id, resource]) => {
    const type = valueAt(resource, 'Type');
    if (type === 'AWS::ElasticLoadBalancingV2::Listener') return [textOf(propertyOf(template, id, 'LoadBalancerArn'))];
    if (type !== 'AWS::ElasticLoadBalancingV2::ListenerRule') return [];
    const listener = propertyOf(template, id, 'ListenerArn');
    const isOfTemplate = valueAt(template.body, 'Resources', refOf(listener) ?? attributeOf(listener)?.[0] ?? '');
    return isOfTemplate === undefined ? [textOf(listener)] : [];
  });
  const known = arns.filter((arn) => arn !== undefined);
  return known.length === 0 || known.length < arns.length ? undefined : [...new Set(known.map(loadBalancerArnOf))];
}

function textOf(known: TemplateValue | undefined): string | undefined {
  return typeof known === 'string' && known.startsWith('arn:') ? known : undefined;
}
