import type { KnownTypes } from '../template/compile.ts';
import { alarmHandler } from './cloudwatch-alarm.ts';
import { capacityProvidersHandler } from './ecs-capacity-providers.ts';
import { clusterHandler } from './ecs-cluster.ts';
import { primaryTaskSetHandler } from './ecs-primary-task-set.ts';
import { serviceHandler } from './ecs-service.ts';
import { taskDefinitionHandler } from './ecs-task-definition.ts';
import { taskSetHandler } from './ecs-task-set.ts';
import { listenerHandler, listenerRuleHandler } from './elb-listener.ts';
import { loadBalancerHandler } from './elb-load-balancer.ts';
import { targetGroupHandler } from './elb-target-group.ts';
import { fakeHandler } from './fake.ts';
import type { ResourceHandler } from './handler.ts';
import { typesSource } from './known-types.ts';
import { createRecordedHandler } from './recorded.ts';
import { isTypeName, typeRefusal } from './type-problems.ts';

/** The types that the emulator carries out. */
export const carriedOut: ReadonlyMap<string, ResourceHandler> = new Map([
  ['AWS::ECS::Cluster', clusterHandler],
  ['AWS::ECS::ClusterCapacityProviderAssociations', capacityProvidersHandler],
  ['AWS::ECS::TaskDefinition', taskDefinitionHandler],
  ['AWS::ECS::Service', serviceHandler],
  ['AWS::ECS::TaskSet', taskSetHandler],
  ['AWS::ECS::PrimaryTaskSet', primaryTaskSetHandler],
  ['AWS::ElasticLoadBalancingV2::LoadBalancer', loadBalancerHandler],
  ['AWS::ElasticLoadBalancingV2::TargetGroup', targetGroupHandler],
  ['AWS::ElasticLoadBalancingV2::Listener', listenerHandler],
  ['AWS::ElasticLoadBalancingV2::ListenerRule', listenerRuleHandler],
  ['Test::Fake::Resource', fakeHandler],
]);

/** The types that are only recorded, by name as they are asked for; an alarm can also be described. */
const recorded = new Map<string, ResourceHandler | undefined>([['AWS::CloudWatch::Alarm', alarmHandler]]);

/** The handler of a resource type; undefined for a type that the emulator refuses, for which `knownTypes` says why. */
export function findHandler(type: string): ResourceHandler | undefined {
  if (carriedOut.has(type)) return carriedOut.get(type);
  if (!isTypeName(type) || typeRefusal(type) !== undefined) return undefined;
  if (!recorded.has(type)) recorded.set(type, createRecordedHandler(type));
  return recorded.get(type);
}

/** What a template may use of resource types. */
export const knownTypes: KnownTypes = {
  isType: (type) => carriedOut.has(type) || isTypeName(type),
  refusal: (type) => (carriedOut.has(type) ? undefined : typeRefusal(type)),
  attributeRefusal: (type, attribute) => {
    const attributes = findHandler(type)?.attributes ?? [];
    if (attributes === 'any' || attributes.includes(attribute.replace(/\..*$/, ''))) return undefined;
    return carriedOut.has(type)
      ? 'aws'
      : `The emulator knows no attribute ${attribute} of ${type} (according to ${typesSource})`;
  },
};
