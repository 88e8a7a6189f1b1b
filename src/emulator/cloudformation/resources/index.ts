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
import { logGroupHandler, roleHandler, securityGroupHandler } from './recorded.ts';

/** Every resource type that the emulated CloudFormation supports. */
export const handlers: ReadonlyMap<string, ResourceHandler> = new Map([
  ['AWS::ECS::Cluster', clusterHandler],
  ['AWS::ECS::TaskDefinition', taskDefinitionHandler],
  ['AWS::ECS::Service', serviceHandler],
  ['AWS::ECS::TaskSet', taskSetHandler],
  ['AWS::ECS::PrimaryTaskSet', primaryTaskSetHandler],
  ['AWS::ElasticLoadBalancingV2::LoadBalancer', loadBalancerHandler],
  ['AWS::ElasticLoadBalancingV2::TargetGroup', targetGroupHandler],
  ['AWS::ElasticLoadBalancingV2::Listener', listenerHandler],
  ['AWS::ElasticLoadBalancingV2::ListenerRule', listenerRuleHandler],
  ['AWS::Logs::LogGroup', logGroupHandler],
  ['AWS::IAM::Role', roleHandler],
  ['AWS::EC2::SecurityGroup', securityGroupHandler],
  ['Test::Fake::Resource', fakeHandler],
]);
