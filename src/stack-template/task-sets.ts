import type { StackSettings } from './settings.ts';
import { awsTags, present } from './template-parts.ts';

/** The service, whose deployments the steps control. */
export function service(settings: StackSettings): Record<string, unknown> {
  return {
    Type: 'AWS::ECS::Service',
    Properties: {
      Cluster: settings.cluster,
      ...present('ServiceName', settings.serviceName),
      DeploymentController: { Type: 'EXTERNAL' },
      DesiredCount: { Ref: 'DesiredCount' },
      ...awsTags({ StableStack: 'Blue' }, settings.tags),
    },
  };
}

/**
 * One colour's task set.
 * It depends on the rule, because ECS refuses a target group that no load balancer uses yet, and through GetAtt on the service.
 * @param scale percent of the service's desired count
 */
export function taskSet(
  settings: StackSettings,
  colour: 'blue' | 'green',
  taskDefinition: unknown,
  scale: unknown,
): Record<string, unknown> {
  return {
    Type: 'AWS::ECS::TaskSet',
    DependsOn: ['ListenerRule'],
    Properties: {
      Cluster: settings.cluster,
      Service: { 'Fn::GetAtt': ['Service', 'Name'] },
      ExternalId: colour,
      TaskDefinition: taskDefinition,
      ...placement(settings),
      NetworkConfiguration: {
        AwsVpcConfiguration: {
          Subnets: settings.subnets,
          ...present('SecurityGroups', settings.securityGroups),
          AssignPublicIp: settings.assignPublicIp ? 'ENABLED' : 'DISABLED',
        },
      },
      LoadBalancers: [
        {
          ContainerName: settings.containerName,
          ContainerPort: settings.containerPort,
          TargetGroupArn: { Ref: colour === 'blue' ? 'BlueTargetGroup' : 'GreenTargetGroup' },
        },
      ],
      Scale: { Unit: 'PERCENT', Value: scale },
      ...awsTags(settings.tags),
    },
  };
}

function placement(settings: StackSettings): Record<string, unknown> {
  const strategy = Object.entries(settings.capacityProviders).map(([CapacityProvider, Weight]) => ({
    CapacityProvider,
    Weight,
  }));
  return strategy.length > 0 ? { CapacityProviderStrategy: strategy } : { LaunchType: settings.launchType };
}
