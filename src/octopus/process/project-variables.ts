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
  const ofWatch = watch ? [...watchVariables, ...leaseVariables] : [];
  const ofDeployment = ownTemplate ? ownTemplateVariables : builtInVariables;
  return [...sharedVariables, ...calendarVariables, ...ofWatch, ...ofDeployment].map(
    ({ optional: _, ...variable }) => variable,
  );
}

/** The names of the variables whose values are texts. */
export function settableVariables(shape: ProcessShape): readonly string[] {
  return projectVariables(shape).flatMap(({ type, name }) => (type === 'String' ? [name] : []));
}

/** Whether a variable without a value is one that needs one. @param empty the names of all that have none */
export function isMissed(variable: string, empty: readonly string[]): boolean {
  const may = allVariables.find(({ name }) => name === variable)?.optional;
  return typeof may === 'object' ? empty.includes(may.where) : may !== true;
}

interface CanaryVariable extends ProjectVariable {
  /** Whether it may stay empty: always, or where that other variable has a value. */
  readonly optional?: true | { readonly where: string };
}

function text(name: string, description: string, value = ''): ProjectVariable {
  return { name, type: 'String', value, description };
}

/** A variable that may stay empty. */
function optional(name: string, description: string): CanaryVariable {
  return { ...text(name, `${description} May stay empty.`), optional: true };
}

/** A variable for which the default of the parameter stands in where it is empty. */
function usual(name: string, description: string, value: string): CanaryVariable {
  return { ...text(name, `${description} Empty means \`${value}\`.`, value), optional: true };
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
  usual(
    'Canary.TimeoutMinutes',
    'How long one step may wait for AWS, in minutes; keep it below the lifetime of the AWS credentials.',
    '45',
  ),
  optional('Canary.StackRoleArn', 'ARN of the IAM role with which CloudFormation changes the stack.'),
  optional('Canary.Parts', 'Which resource of the stack is what, one `Key=value` per line, if a step asks for it.'),
];

const watchVariables: readonly CanaryVariable[] = [
  usual('Canary.WatchMinutes', 'How many minutes of figures each approval needs; `0` looks once.', '5'),
  usual(
    'Canary.WhenWorse',
    'If green is worse than blue: `Ask` the next approval, `Fail` and roll back, or `Retreat` to blue.',
    'Ask',
  ),
  optional('Canary.Alarms', 'Names of CloudWatch alarms that green must not set off, one on each line.'),
];

const leaseVariables: readonly CanaryVariable[] = [
  usual(
    'Canary.LeaseMinutes',
    'How many minutes green may keep a larger share; then Guard steps back. `0` means no limit.',
    '0',
  ),
];

const calendarVariables: readonly CanaryVariable[] = [
  optional('Canary.AllowedHours', 'When green may get more traffic, for example `Mon-Fri 09:00-17:00`.'),
  optional('Canary.Freezes', 'When green gets no more traffic, one per line: `2026-12-20 to 2027-01-03`.'),
  usual('Canary.TimeZone', 'Time zone of the allowed hours and the freezes, such as `Europe/Berlin`.', 'UTC'),
];

/** The variable with the path at which the application must answer. */
export const healthPathVariable = 'Canary.HealthCheckPath';

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
  usual('Canary.ContainerPort', 'Port at which the container answers HTTP.', '80'),
  usual(healthPathVariable, 'Path at which every task answers health checks with status 200.', '/'),
  usual('Canary.DesiredCount', 'How many tasks run the stable version.', '2'),
  usual('Canary.Cpu', 'CPU units of each task; 1024 are one vCPU.', '256'),
  usual('Canary.Memory', 'Memory of each task in MiB.', '512'),
  optional(
    'Canary.Environment',
    'Environment variables of the container, one `NAME=value` on each line, for example `VERSION=#{Octopus.Release.Number}`.',
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
  usual('Canary.PathPatterns', 'Paths of the service, separated by commas.', '/*'),
  usual('Canary.RulePriority', 'Priority of the rule on its listener; lower numbers come first.', '10'),
];

const ownTemplateVariables: readonly CanaryVariable[] = [
  text('Canary.Template', 'The CloudFormation template, JSON or YAML.'),
  optional('Canary.TemplateParameters', "Values of the template's parameters, one `Name=value` per line."),
  optional('Canary.TemplateBucket', 'S3 bucket for a template of more than 51,200 bytes.'),
  optional('Canary.Capabilities', 'What the template may do, for example `CAPABILITY_IAM`.'),
];

const allVariables: readonly CanaryVariable[] = [
  ...[...sharedVariables, ...calendarVariables, ...watchVariables, ...leaseVariables],
  ...[...builtInVariables, ...ownTemplateVariables],
];

/** Parameters that every step has, bound to the project's variables. */
export const sharedBindings: Readonly<Record<string, string>> = {
  // Octopus wants the name of the account variable here, not its value.
  'EcsCanary.AWS.Account': 'Canary.AWS.Account',
  ...bindingsTo(['Canary.AWS.Region', 'Canary.StackName', 'Canary.TimeoutMinutes', 'Canary.Parts']),
};

/** Parameters of the step that prepares, which updates the stack of the step that deploys. */
export function preparationBindings(ownTemplate: boolean): Readonly<Record<string, string>> {
  return bindingsTo(['Canary.StackRoleArn', ...(ownTemplate ? ['Canary.TemplateBucket'] : [])]);
}

/** Parameters of the step that deploys; each has a variable of its own name. */
export function deploymentBindings(ownTemplate: boolean): Readonly<Record<string, string>> {
  const own = ownTemplate ? ownTemplateVariables : builtInVariables;
  return bindingsTo([...namesOf(own), 'Canary.StackRoleArn']);
}

/** Parameters of the steps that shift traffic. */
export function shiftBindings(watch: boolean): Readonly<Record<string, string>> {
  return bindingsTo(namesOf([...calendarVariables, ...(watch ? leaseVariables : [])]));
}

/** Parameters of every step that gives green more traffic, and of those that say when it may. */
export const calendarBindings: Readonly<Record<string, string>> = bindingsTo(namesOf(calendarVariables));

/** Parameters that every Watch step has; each has a variable of its own name. */
export const watchBindings: Readonly<Record<string, string>> = bindingsTo(namesOf(watchVariables));

/** A binding as 0.3.0 wrote it, without its condition, which failed where a variable had no value for the environment. */
export function formerBinding(binding: string): string {
  return binding.replace(/^#\{if (\S+) != ""\}(#\{\1\})#\{\/if\}$/, '$2');
}

function namesOf(variables: readonly CanaryVariable[]): readonly string[] {
  return variables.map(({ name }) => name);
}

function bindingsTo(variables: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(variables.map((name) => [name.replace('Canary.', 'EcsCanary.'), bindingTo(name)]));
}

// Octopus leaves the expression of a variable that it does not find as it is; nothing instead means the default.
function bindingTo(name: string): string {
  const isOptional = allVariables.find((variable) => variable.name === name)?.optional !== undefined;
  return isOptional ? `#{if ${name} != ""}#{${name}}#{/if}` : `#{${name}}`;
}
