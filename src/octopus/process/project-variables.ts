import type { ProjectVariable } from './definition.ts';

/** What decides which variables a canary process needs. */
export interface ProcessShape {
  /** Whether the process deploys a template of the operator's, with Deploy Own Template, or ours, with Deploy Stack. */
  readonly ownTemplate: boolean;
  /** Whether Watch Canary runs after each shift. */
  readonly watch: boolean;
}

/** The variables an Octopus project needs for the canary process. */
export function projectVariables({ ownTemplate, watch }: ProcessShape): readonly ProjectVariable[] {
  const ofDeployment = ownTemplate ? ownTemplateVariables : builtInVariables;
  return [...sharedVariables, ...(watch ? watchVariables : []), ...calendarVariables, ...ofDeployment].map(
    ({ optional: _, ...variable }) => variable,
  );
}

/** Whether a variable without a value is one that needs one. @param empty the names of all that have none */
export function isMissed(variable: string, empty: readonly string[]): boolean {
  const known = [
    ...sharedVariables,
    ...watchVariables,
    ...calendarVariables,
    ...builtInVariables,
    ...ownTemplateVariables,
  ];
  const may = known.find(({ name }) => name === variable)?.optional;
  return typeof may === 'object' ? empty.includes(may.where) : may !== true;
}

interface CanaryVariable extends ProjectVariable {
  /** Whether it may stay empty: always, or where that other variable has a value. */
  readonly optional?: true | { readonly where: string };
}

/** Parameters that every step has, bound to the project's variables. */
export const sharedBindings: Readonly<Record<string, string>> = {
  // Octopus wants the name of the account variable here, not its value.
  'EcsCanary.AWS.Account': 'Canary.AWS.Account',
  'EcsCanary.AWS.Region': '#{Canary.AWS.Region}',
  'EcsCanary.StackName': '#{Canary.StackName}',
  'EcsCanary.TimeoutMinutes': '#{Canary.TimeoutMinutes}',
};

const stackRoleBinding: Readonly<Record<string, string>> = {
  'EcsCanary.StackRoleArn': '#{Canary.StackRoleArn}',
};

/** Parameters of the step that prepares, which updates the stack of the step that deploys. */
export function preparationBindings(ownTemplate: boolean): Readonly<Record<string, string>> {
  return ownTemplate
    ? { ...stackRoleBinding, 'EcsCanary.TemplateBucket': '#{Canary.TemplateBucket}' }
    : stackRoleBinding;
}

/** Parameters of the step that deploys; each has a variable of its own name. */
export function deploymentBindings(ownTemplate: boolean): Readonly<Record<string, string>> {
  return { ...bindingsTo(ownTemplate ? ownTemplateVariables : builtInVariables), ...stackRoleBinding };
}

function bindingsTo(variables: readonly CanaryVariable[]): Readonly<Record<string, string>> {
  return Object.fromEntries(variables.map(({ name }) => [name.replace('Canary.', 'EcsCanary.'), `#{${name}}`]));
}

function text(name: string, description: string, value = ''): ProjectVariable {
  return { name, type: 'String', value, description };
}

/** A variable that may stay empty. */
function optional(name: string, description: string): CanaryVariable {
  return { ...text(name, `${description} May stay empty.`), optional: true };
}

const sharedVariables: readonly CanaryVariable[] = [
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
  optional('Canary.StackRoleArn', 'ARN of the IAM role with which CloudFormation changes the stack.'),
];

const watchVariables: readonly CanaryVariable[] = [
  text('Canary.WatchMinutes', 'How many minutes of figures each approval needs; `0` looks once.', '5'),
  text(
    'Canary.WhenWorse',
    'If green is worse than blue: `Ask` the next approval, `Fail` and roll back, or `Retreat` to blue.',
    'Ask',
  ),
  optional('Canary.Alarms', 'Names of CloudWatch alarms that green must not set off, one on each line.'),
];

/** Parameters that every Watch step has; each has a variable of its own name. */
export const watchBindings: Readonly<Record<string, string>> = bindingsTo(watchVariables);

const calendarVariables: readonly CanaryVariable[] = [
  optional('Canary.AllowedHours', 'When green may get more traffic, for example `Mon-Fri 09:00-17:00`.'),
  optional('Canary.Freezes', 'When it may not, for example `2026-12-20 to 2027-01-03`.'),
  text('Canary.TimeZone', 'Time zone of both, for example `Europe/Berlin`.', 'UTC'),
];

/** Parameters of every step that gives green more traffic, and of those that say when it may. */
export const calendarBindings: Readonly<Record<string, string>> = bindingsTo(calendarVariables);

const builtInVariables: readonly CanaryVariable[] = [
  text('Canary.Image', 'Container image of the release, for example `registry/shop:#{Octopus.Release.Number}`.'),
  text('Canary.Cluster', 'Name or ARN of the existing ECS cluster.'),
  text('Canary.VpcId', 'Id of the VPC of the load balancer and the tasks.'),
  text('Canary.Subnets', "Ids of the tasks' subnets, separated by commas."),
  {
    ...text('Canary.LoadBalancerArn', 'ARN of the Application Load Balancer; or set `Canary.ListenerArn`.'),
    optional: { where: 'Canary.ListenerArn' },
  },
  optional('Canary.ListenerArn', 'ARN of an existing listener to which the stack adds its rule.'),
  text('Canary.SecurityGroups', "Ids of the tasks' security groups, separated by commas."),
  text('Canary.ContainerPort', 'Port at which the container answers HTTP.', '4000'),
  text('Canary.HealthCheckPath', 'Path that the health checks request from every task.', '/'),
  text('Canary.DesiredCount', 'How many tasks run the stable version.', '2'),
  text('Canary.Cpu', 'CPU units of each task; 1024 are one vCPU.', '256'),
  text('Canary.Memory', 'Memory of each task in MiB.', '512'),
  text(
    'Canary.Environment',
    'Environment variables of the container, one `NAME=value` on each line.',
    'APPVERSION=#{Octopus.Release.Number}',
  ),
  optional('Canary.Secrets', 'Secrets of the container, one `NAME=ARN` on each line.'),
  optional('Canary.ExecutionRoleArn', 'ARN of the role with which ECS pulls the image and writes logs.'),
  optional('Canary.TaskRoleArn', 'ARN of the role with which the application calls AWS.'),
  optional(
    'Canary.LogGroup',
    'CloudWatch log group of the container, for example `/ecs/shop`; blank for one that the stack creates, `None` for none.',
  ),
  optional('Canary.CertificateArn', "ARN of the certificate of the stack's own listener, which then speaks HTTPS."),
  optional('Canary.HostHeaders', 'Host names of the service, separated by commas.'),
  text('Canary.PathPatterns', 'Paths of the service, separated by commas.', '/*'),
  text('Canary.RulePriority', 'Place of the rule among those of its listener.', '10'),
];

const ownTemplateVariables: readonly CanaryVariable[] = [
  text('Canary.Template', 'The CloudFormation template, JSON or YAML.'),
  optional('Canary.TemplateParameters', "Values of the template's parameters, one `Name=value` per line."),
  optional('Canary.TemplateBucket', 'S3 bucket for a template of more than 51,200 bytes.'),
  optional('Canary.Capabilities', 'What the template may do, for example `CAPABILITY_IAM`.'),
];
