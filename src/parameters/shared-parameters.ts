import { mostMinutes } from '../canary/settling.ts';
import type { Parameter } from './parameters.ts';
import { checkbox, integer, matching, required, text } from './parsers.ts';
import { parts } from './parts.ts';

const account: Parameter<string> = {
  name: 'EcsCanary.AWS.Account',
  label: 'AWS account',
  help: 'The **name of a project variable** of the type *AWS Account*, for example `AWS.Account`. Type the bare name: with `#{AWS.Account}` or an account id, Octopus silently uses the role of the worker. Leave it blank to use that role.',
  control: 'AmazonWebServicesAccount',
  defaultValue: '',
  actionProperty: 'Octopus.Action.AwsAccount.Variable',
  isSilent: true,
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

/** The CloudFormation stack of the canary. */
export const stackName: Parameter<string> = {
  name: 'EcsCanary.StackName',
  label: 'Stack name',
  help: 'The name of the CloudFormation stack of the service, for example `shop-production`. All steps of a canary name the same stack. Required.',
  control: 'SingleLineText',
  defaultValue: '',
  parse: required(
    matching(
      /^[A-Za-z][A-Za-z0-9-]{0,127}$/,
      'a CloudFormation stack name (a letter, then up to 127 letters, digits or hyphens, for example my-service)',
    ),
  ),
};

const useInstanceRole: Parameter<string> = {
  name: 'EcsCanary.AWS.UseInstanceRole',
  label: 'Credentials',
  help: 'Which credentials the step uses: those of the AWS account above, or those of the IAM role of the worker. To use the role, leave *AWS account* blank.',
  control: 'Select',
  defaultValue: 'False',
  choices: [
    ['False', 'The AWS account above'],
    ['True', 'The IAM role of the worker'],
  ],
  actionProperty: 'Octopus.Action.AwsAccount.UseInstanceRole',
  isSilent: true,
  parse: text,
};

/** How long a step may wait for AWS. */
export const timeoutMinutes: Parameter<number> = {
  name: 'EcsCanary.TimeoutMinutes',
  label: 'Time limit in minutes',
  help: 'How long the step may wait for AWS, for example `45` (1 to 720). If it runs out of time, run it again: it carries on. Stay below the lifetime of the credentials, usually 60 minutes.',
  control: 'SingleLineText',
  defaultValue: '45',
  parse: integer(1, mostMinutes),
};

/** Whether the step only logs what it would do. */
export const dryRun: Parameter<boolean> = {
  name: 'EcsCanary.DryRun',
  label: 'Advanced: dry run',
  help: 'Tick to see the first change that the step would make. It then only reads AWS and changes nothing.',
  control: 'Checkbox',
  defaultValue: 'False',
  parse: checkbox,
};

const assumeRole: Parameter<string> = {
  name: 'EcsCanary.AWS.AssumeRole',
  label: 'Advanced: assume another role',
  help: 'Tick to assume another IAM role, for example one in the production account. The next four fields apply only then.',
  control: 'Checkbox',
  defaultValue: 'False',
  actionProperty: 'Octopus.Action.Aws.AssumeRole',
  isSilent: true,
  parse: text,
};

const assumedRoleArn: Parameter<string> = {
  name: 'EcsCanary.AWS.AssumedRoleArn',
  label: 'Advanced: assumed role, ARN',
  help: 'The role to assume, for example `arn:…:role/ecs-canary`.',
  control: 'SingleLineText',
  defaultValue: '',
  actionProperty: 'Octopus.Action.Aws.AssumedRoleArn',
  parse: text,
};

const assumedRoleSession: Parameter<string> = {
  name: 'EcsCanary.AWS.AssumedRoleSession',
  label: 'Advanced: assumed role, session name',
  help: 'The name that CloudTrail shows, for example `octopus-ecs-canary`. Type 2 to 64 letters, digits or `+=,.@-`.',
  control: 'SingleLineText',
  defaultValue: 'octopus-ecs-canary',
  actionProperty: 'Octopus.Action.Aws.AssumedRoleSession',
  parse: text,
};

const assumeRoleSessionDurationSeconds: Parameter<string> = {
  name: 'EcsCanary.AWS.AssumeRoleSessionDurationSeconds',
  label: 'Advanced: assumed role, duration in seconds',
  help: 'How long its credentials last, for example `3600`, the most that AWS allows when one role assumes another. Keep it longer than *Time limit in minutes*.',
  control: 'SingleLineText',
  defaultValue: '3600',
  actionProperty: 'Octopus.Action.Aws.AssumeRoleSessionDurationSeconds',
  parse: text,
};

const assumeRoleExternalId: Parameter<string> = {
  name: 'EcsCanary.AWS.AssumeRoleExternalId',
  label: 'Advanced: assumed role, external id',
  help: 'The external id that the trust policy of the role requires, for example `octopus-shop`. Blank if it requires none.',
  control: 'SingleLineText',
  defaultValue: '',
  actionProperty: 'Octopus.Action.Aws.AssumeRoleExternalId',
  parse: text,
};

/** The first fields of every form: which stack, in which account. */
export const firstParameters = { account, region, stackName } as const;

/** Fields that many people set; they follow the step's own fields of that kind. */
export const middleParameters = { useInstanceRole, timeoutMinutes } as const;

/** The last fields of every form. */
export const lastParameters = {
  dryRun,
  assumeRole,
  assumedRoleArn,
  assumedRoleSession,
  assumeRoleSessionDurationSeconds,
  assumeRoleExternalId,
  parts,
} as const;

/** The parameters that every step has. */
export const sharedParameters = { ...firstParameters, ...middleParameters, ...lastParameters } as const;
