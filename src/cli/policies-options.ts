import { policyFiles } from '../policies/policy-files.ts';
import { type PolicyScope, placeholderScope } from '../policies/policy-scope.ts';
import { type ReadArguments, readArguments } from './arguments.ts';
import { UsageError } from './usage-error.ts';

/** What `policies` was asked to write. */
export interface PoliciesCommand {
  readonly help: boolean;
  readonly scope: PolicyScope;
  /** Whether the file of that name is to be written. */
  readonly wanted: (name: string) => boolean;
  /** Undefined for standard output. */
  readonly output: string | undefined;
}

const names = policyFiles(placeholderScope).map(({ name }) => name);

export const policiesHelp = `Usage: octopus-ecs-canary policies --region REGION --account ID --stack NAME --cluster NAME [options]

Writes the IAM policies of the steps, and of CloudFormation, for one stack. Names may hold * and ? to stand for several.

  --region REGION           for example eu-west-1; * for every region
  --account ID              the 12 digits of the AWS account
  --stack NAME              the CloudFormation stack
  --cluster NAME            the ECS cluster
  --service NAME            the ECS service, if EcsCanary.ServiceName names it (as CloudFormation names it: STACK-*)
  --load-balancer NAME      the Application Load Balancer (any)
  --task-family NAME        the family of the task definitions (the stack's name)
  --task-roles A,B          the execution and the task role, with their paths, that tasks get (none)
  --log-group NAME          the log group, if the stack creates it (none)
  --default-actions         the steps may change every listener of the load balancer, because default actions split
                            users too
  --stack-role NAME         the role that CloudFormation works with, with its path (octopus-ecs-canary-stack)
  --no-stack-role           CloudFormation uses the rights of the steps that change the stack instead
  --partition PARTITION     aws, aws-cn, aws-us-gov, … (that of the region)
  --policy NAME             one policy only: ${names.slice(0, 5).join(', ')},
                            ${names.slice(5, 8).join(', ')},
                            ${names.slice(8).join(', ')}
  --output DIRECTORY        writes every policy into a file there; without it, one goes to standard output (all-steps)
  --help                    this text`;

/** The last line of what a usage error prints. */
export const seeHelp = 'See octopus-ecs-canary policies --help.';

/**
 * Reads the arguments of `policies`.
 * @throws UsageError with every problem at once
 */
export function readPoliciesCommand(args: readonly string[]): PoliciesCommand {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const read = readArguments(args, {
    ...Object.fromEntries(Object.keys(shapes).map((name) => [name, text])),
    'no-stack-role': flag,
    'default-actions': flag,
    policy: text,
    output: text,
    help: flag,
  });
  const output = read.values.get('output')?.[0];
  const command = { help: read.values.has('help'), scope: readScope(read), wanted: readWanted(read, output), output };
  if (read.problems.length > 0 && !command.help) throw new UsageError(read.problems, seeHelp);
  return command;
}

const aName = 'with * and ? for several';
const shapes = {
  region: [/^([a-z]{2,}(-[a-z]+)+-\d+|\*)$/, 'a region such as eu-west-1, or *'],
  account: [/^\d{12}$/, 'the 12 digits of an AWS account'],
  stack: [/^[A-Za-z*?][A-Za-z0-9*?-]{0,127}$/, `the name of a CloudFormation stack, ${aName}`],
  cluster: [/^[\w*?-]{1,255}$/, `the name of an ECS cluster, ${aName}; not its ARN`],
  service: [/^[\w*?-]{1,255}$/, `the name of an ECS service, ${aName}; not its ARN`],
  'load-balancer': [/^[A-Za-z0-9*?-]{1,32}$/, `the name of a load balancer, ${aName}; not its ARN`],
  'task-family': [/^[\w*?-]{1,255}$/, `the family of task definitions, ${aName}`],
  'task-roles': [/^[\w+=.@*?/-]+(, *[\w+=.@*?/-]+)*$/, 'names of roles separated by commas; not their ARNs'],
  'log-group': [/^[\w.\-/#*?]{1,512}$/, `the name of a log group, ${aName}`],
  'stack-role': [/^[\w+=.@/-]{1,576}$/, 'the name of a role; not its ARN'],
  partition: [/^aws(-[a-z]+)*$/, 'a partition such as aws, aws-cn or aws-us-gov'],
} as const satisfies Record<string, readonly [RegExp, string]>;

type OptionName = keyof typeof shapes;

function readScope(read: ReadArguments): PolicyScope {
  const region = need(read, 'region');
  const stack = need(read, 'stack');
  return {
    region,
    stack,
    account: need(read, 'account'),
    cluster: need(read, 'cluster'),
    service: take(read, 'service') ?? `${stack}-*`,
    loadBalancer: take(read, 'load-balancer') ?? '*',
    taskFamily: take(read, 'task-family') ?? stack,
    taskRoles: take(read, 'task-roles')?.split(/, */) ?? [],
    logGroup: take(read, 'log-group'),
    defaultActions: read.values.has('default-actions'),
    stackRole: readStackRole(read),
    partition: readPartition(read, region),
  };
}

function take({ values, problems }: ReadArguments, name: OptionName): string | undefined {
  const given = values.get(name)?.[0];
  const [shape, words] = shapes[name];
  if (given !== undefined && !shape.test(given)) problems.push(`--${name} must be ${words}, not "${given}".`);
  return given;
}

function need(read: ReadArguments, name: OptionName): string {
  const given = take(read, name);
  if (given === undefined) read.problems.push(`--${name} is needed: ${shapes[name][1]}.`);
  return given ?? '';
}

function readStackRole(read: ReadArguments): string | undefined {
  const given = take(read, 'stack-role');
  if (!read.values.has('no-stack-role')) return given ?? 'octopus-ecs-canary-stack';
  if (given !== undefined) read.problems.push('--stack-role and --no-stack-role cannot both be given.');
  return undefined;
}

const partitions: readonly (readonly [prefix: string, partition: string])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
  ['eusc-', 'aws-eusc'],
];

/** A partition that is newer than this list is taken as it comes. */
function readPartition(read: ReadArguments, region: string): string {
  const own = partitionOf(region);
  const given = take(read, 'partition') ?? own;
  const isKnown = given === 'aws' || partitions.some(([, partition]) => partition === given);
  if (shapes.region[0].test(region) && region !== '*' && isKnown && given !== own)
    read.problems.push(`--partition ${given} does not fit --region ${region}, which is in ${own}; leave it out.`);
  return given;
}

function partitionOf(region: string): string {
  return partitions.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws';
}

function readWanted({ values, problems }: ReadArguments, output: string | undefined): PoliciesCommand['wanted'] {
  const policy = values.get('policy')?.[0];
  if (policy !== undefined && !names.includes(policy))
    problems.push(`--policy must be one of ${names.join(', ')}, not "${policy}".`);
  if (policy !== undefined) return (name) => name === policy;
  if (output === undefined) return (name) => name === 'all-steps';
  const useless = values.has('no-stack-role') ? /^cloudformation-service-role/ : /^cloudformation-without-role$/;
  return (name) => !useless.test(name);
}
