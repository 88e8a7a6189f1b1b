import type { ProjectVariable } from './definition.ts';

/** Where Deploy Stack's template comes from: the values of EcsCanary.TemplateSource. */
export type TemplateSource = 'BuiltIn' | 'Own';

/** The variables an Octopus project needs for the canary process. */
export function projectVariables(source: TemplateSource): readonly ProjectVariable[] {
  return [...sharedVariables, ...(source === 'BuiltIn' ? builtInVariables : ownTemplateVariables)];
}

/** Parameters that every step has, bound to the project's variables. */
export const sharedBindings: Readonly<Record<string, string>> = {
  // Octopus wants the name of the account variable here, not its value.
  'EcsCanary.AWS.Account': 'Canary.AWS.Account',
  'EcsCanary.AWS.Region': '#{Canary.AWS.Region}',
  'EcsCanary.StackName': '#{Canary.StackName}',
  'EcsCanary.TimeoutMinutes': '#{Canary.TimeoutMinutes}',
};

/** Parameters of Deploy Stack alone. */
export function stackBindings(source: TemplateSource): Readonly<Record<string, string>> {
  if (source === 'Own') {
    return {
      'EcsCanary.TemplateSource': 'Own',
      'EcsCanary.Template': '#{Canary.Template}',
      'EcsCanary.TemplateParameters': '#{Canary.TemplateParameters}',
    };
  }
  return {
    'EcsCanary.TemplateSource': 'BuiltIn',
    'EcsCanary.Image': '#{Canary.Image}',
    'EcsCanary.ContainerPort': '#{Canary.ContainerPort}',
    'EcsCanary.Environment': '#{Canary.Environment}',
    'EcsCanary.Cluster': '#{Canary.Cluster}',
    'EcsCanary.VpcId': '#{Canary.VpcId}',
    'EcsCanary.Subnets': '#{Canary.Subnets}',
    'EcsCanary.SecurityGroups': '#{Canary.SecurityGroups}',
    'EcsCanary.LoadBalancerArn': '#{Canary.LoadBalancerArn}',
  };
}

function text(name: string, description: string, value = ''): ProjectVariable {
  return { name, type: 'String', value, description };
}

const sharedVariables: readonly ProjectVariable[] = [
  {
    name: 'Canary.AWS.Account',
    type: 'AmazonWebServicesAccount',
    value: '',
    description: 'The AWS account that the steps use.',
  },
  text('Canary.AWS.Region', 'AWS region, for example `us-east-1`.'),
  text('Canary.StackName', 'Name of the CloudFormation stack of this service, for example `shop`.'),
  text(
    'Canary.TimeoutMinutes',
    'How long one step may wait for AWS, in minutes; keep it below the lifetime of the AWS credentials.',
    '45',
  ),
];

const builtInVariables: readonly ProjectVariable[] = [
  text('Canary.Image', 'Container image of the release, for example `registry/shop:#{Octopus.Release.Number}`.'),
  text('Canary.ContainerPort', 'Port on which the container serves HTTP.', '4000'),
  text(
    'Canary.Environment',
    'Environment variables of the container, one `NAME=value` per line.',
    'APPVERSION=#{Octopus.Release.Number}',
  ),
  text('Canary.Cluster', 'Name or ARN of the existing ECS cluster.'),
  text('Canary.VpcId', 'Id of the VPC of the load balancer and the tasks.'),
  text('Canary.Subnets', "Ids of the tasks' subnets, separated by commas."),
  text('Canary.SecurityGroups', "Ids of the tasks' security groups, separated by commas."),
  text('Canary.LoadBalancerArn', 'ARN of the existing Application Load Balancer.'),
];

const ownTemplateVariables: readonly ProjectVariable[] = [
  text('Canary.Template', 'The CloudFormation template, JSON or YAML.'),
  text('Canary.TemplateParameters', "Values of the template's parameters, one `Name=value` per line."),
];
