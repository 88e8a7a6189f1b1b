import type { Parameter } from './parameters.ts';
import { checkbox, integer, matching, required, text } from './parsers.ts';

const account: Parameter<string> = {
  name: 'EcsCanary.AWS.Account',
  label: 'AWS account',
  help: 'The **name of a project variable** of the type *AWS Account*, for example `AWS.Account`. Type the bare name: neither `#{AWS.Account}` nor an account id works, because Octopus looks the credentials up by the name, and with anything else it silently tries the role of the worker instead (error AWS-LOGIN-ERROR-0005 or 0006). Leave empty when the step uses the role of the worker.',
  control: 'AmazonWebServicesAccount',
  defaultValue: '',
  actionProperty: 'Octopus.Action.AwsAccount.Variable',
  parse: text,
};

const region: Parameter<string> = {
  name: 'EcsCanary.AWS.Region',
  label: 'AWS region',
  help: 'The region of the stack, for example `eu-west-1`. Required.',
  control: 'SingleLineText',
  defaultValue: '',
  actionProperty: 'Octopus.Action.Aws.Region',
  parse: text,
};

const useInstanceRole: Parameter<string> = {
  name: 'EcsCanary.AWS.UseInstanceRole',
  label: 'Credentials',
  help: 'Whose credentials the step uses: those of the AWS account above, or the IAM role that the worker runs with (an EC2 instance role, an ECS task role or an EKS service account). With the role, leave the AWS account empty.',
  control: 'Select',
  defaultValue: 'False',
  choices: [
    ['False', 'The AWS account above'],
    ['True', 'The IAM role of the worker'],
  ],
  actionProperty: 'Octopus.Action.AwsAccount.UseInstanceRole',
  parse: text,
};

const assumeRole: Parameter<string> = {
  name: 'EcsCanary.AWS.AssumeRole',
  label: 'Assume another role',
  help: 'Tick to assume another IAM role with those credentials, for example one in the account of the target environment.',
  control: 'Checkbox',
  defaultValue: 'False',
  actionProperty: 'Octopus.Action.Aws.AssumeRole',
  parse: text,
};

const assumedRoleArn: Parameter<string> = {
  name: 'EcsCanary.AWS.AssumedRoleArn',
  label: 'Assumed role: ARN',
  help: 'The ARN of the role to assume, for example `arn:aws:iam::123456789012:role/ecs-canary`. Used only when *Assume another role* is ticked.',
  control: 'SingleLineText',
  defaultValue: '',
  actionProperty: 'Octopus.Action.Aws.AssumedRoleArn',
  parse: text,
};

const assumedRoleSession: Parameter<string> = {
  name: 'EcsCanary.AWS.AssumedRoleSession',
  label: 'Assumed role: session name',
  help: 'The name CloudTrail shows for the session: 2 to 64 letters, digits or `+=,.@-`. Used only when *Assume another role* is ticked.',
  control: 'SingleLineText',
  defaultValue: 'octopus-ecs-canary',
  actionProperty: 'Octopus.Action.Aws.AssumedRoleSession',
  parse: text,
};

const assumeRoleSessionDurationSeconds: Parameter<string> = {
  name: 'EcsCanary.AWS.AssumeRoleSessionDurationSeconds',
  label: 'Assumed role: session duration in seconds',
  help: 'How long the credentials of the assumed role last, 900 to 43200 seconds. AWS allows no more than 3600 when a role assumes another role. Keep it longer than *Time limit in minutes*. Used only when *Assume another role* is ticked.',
  control: 'SingleLineText',
  defaultValue: '3600',
  actionProperty: 'Octopus.Action.Aws.AssumeRoleSessionDurationSeconds',
  parse: text,
};

const assumeRoleExternalId: Parameter<string> = {
  name: 'EcsCanary.AWS.AssumeRoleExternalId',
  label: 'Assumed role: external id',
  help: 'The external id that the trust policy of the role asks for; leave empty when it asks for none. Used only when *Assume another role* is ticked.',
  control: 'SingleLineText',
  defaultValue: '',
  actionProperty: 'Octopus.Action.Aws.AssumeRoleExternalId',
  parse: text,
};

const stackName: Parameter<string> = {
  name: 'EcsCanary.StackName',
  label: 'Stack name',
  help: 'The name of the CloudFormation stack that holds the ECS service, both task sets, both target groups and the listener rule, for example `my-service-production`. Every step of a canary names the same stack. Required.',
  control: 'SingleLineText',
  defaultValue: '',
  parse: required(
    matching(
      /^[A-Za-z][A-Za-z0-9-]{0,127}$/,
      'a CloudFormation stack name (a letter, then up to 127 letters, digits or hyphens, for example my-service)',
    ),
  ),
};

const timeoutMinutes: Parameter<number> = {
  name: 'EcsCanary.TimeoutMinutes',
  label: 'Time limit in minutes',
  help: 'How long the step may wait for AWS, 1 to 720 minutes, before it fails and says what it was waiting for. It can be run again and then carries on. Credentials of a role or an OIDC account usually end after 60 minutes, so stay below that.',
  control: 'SingleLineText',
  defaultValue: '45',
  parse: integer(1, 720),
};

const dryRun: Parameter<boolean> = {
  name: 'EcsCanary.DryRun',
  label: 'Dry run',
  help: 'Tick to let the step read everything, say what it would change first, and change nothing.',
  control: 'Checkbox',
  defaultValue: 'False',
  parse: checkbox,
};

/** Which credentials and region the step runs with; Octopus itself consumes all of them. */
export const credentialParameters = {
  account,
  region,
  useInstanceRole,
  assumeRole,
  assumedRoleArn,
  assumedRoleSession,
  assumeRoleSessionDurationSeconds,
  assumeRoleExternalId,
} as const;

/** The parameters that every step has. */
export const sharedParameters = { ...credentialParameters, stackName, timeoutMinutes, dryRun } as const;
