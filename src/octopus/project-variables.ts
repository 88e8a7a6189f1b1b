import type { ProjectVariable } from './process-definition.ts';

/** The variables an Octopus project needs for the canary process. */
export const projectVariables: readonly ProjectVariable[] = [
  {
    name: 'Canary.AWS.Account',
    type: 'AmazonWebServicesAccount',
    value: '',
    description: 'The AWS account that the steps work in.',
  },
  { name: 'Canary.AWS.Region', type: 'String', value: '', description: 'AWS region, for example `us-east-1`.' },
  {
    name: 'Canary.StackName',
    type: 'String',
    value: '',
    description: 'Name of the CloudFormation stack of this service.',
  },
  {
    name: 'Canary.Image',
    type: 'String',
    value: '',
    description: 'Container image of the new version, for example `registry/app:#{Octopus.Release.Number}`.',
  },
  {
    name: 'Canary.TimeoutMinutes',
    type: 'String',
    value: '30',
    description: 'How long one step may wait for AWS, in minutes; keep it below the life of the AWS credentials.',
  },
];

/** Parameters that every step has, bound to the project's variables. */
export const sharedBindings: Readonly<Record<string, string>> = {
  // Octopus wants the name of the account variable here, not its value.
  'EcsCanary.AWS.Account': 'Canary.AWS.Account',
  'EcsCanary.AWS.Region': '#{Canary.AWS.Region}',
  'EcsCanary.StackName': '#{Canary.StackName}',
  'EcsCanary.TimeoutMinutes': '#{Canary.TimeoutMinutes}',
};

/** Parameters of Deploy Stack alone. */
export const stackBindings: Readonly<Record<string, string>> = {
  'EcsCanary.Image': '#{Canary.Image}',
};
