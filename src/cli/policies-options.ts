import { createCommand, type OptionsOf, renderList } from '../command-line/command.ts';
import { type Check, readOptions } from '../command-line/read-options.ts';
import { expecting, matching, oneOf } from '../command-line/value-parsers.ts';
import { policyFiles } from '../policies/policy-files.ts';
import { type PolicyScope, placeholderScope } from '../policies/policy-scope.ts';

/** What `policies` was asked to write. */
export interface PoliciesCommand {
  readonly scope: PolicyScope;
  /** Whether the file of that name is to be written. */
  readonly wanted: (name: string) => boolean;
  /** Undefined for standard output. */
  readonly output: string | undefined;
}

const policies = policyFiles(placeholderScope);
const purposes = policies.map(({ name, purpose }) => [name, purpose] as const);
const policy = oneOf(policies.map(({ name }) => name));

// Names may hold * and ? for several; none is an ARN.
const several = 'with * and ? for several';
const region = matching(/^([a-z]{2,}(-[a-z]+)+-\d+|\*)$/, 'a region such as eu-west-1, or *');
const account = matching(/^\d{12}$/, 'the 12 digits of an AWS account');
const stack = matching(/^[A-Za-z*?][A-Za-z0-9*?-]{0,127}$/, `the name of a CloudFormation stack, ${several}`);
const cluster = matching(/^[\w*?-]{1,255}$/, `the name of an ECS cluster, ${several}; not its ARN`);
const service = matching(/^[\w*?-]{1,255}$/, `the name of an ECS service, ${several}; not its ARN`);
const loadBalancer = matching(/^[A-Za-z0-9*?-]{1,32}$/, `the name of a load balancer, ${several}; not its ARN`);
const taskFamily = matching(/^[\w*?-]{1,255}$/, `the family of task definitions, ${several}`);
const logGroup = matching(/^[\w.\-/#*?]{1,512}$/, `the name of a log group, ${several}`);
const stackRole = matching(/^[\w+=.@/-]{1,576}$/, 'the name of a role; not its ARN');
const partition = matching(/^aws(-[a-z]+)*$/, 'a partition such as aws, aws-cn or aws-us-gov');
const taskRoles = expecting<readonly string[]>('names of roles separated by commas; not their ARNs', (typed) =>
  /^[\w+=.@*?/-]+(, *[\w+=.@*?/-]+)*$/.test(typed) ? typed.split(/, */) : undefined,
);

/** The command `policies`. */
export function declarePolicies() {
  return createCommand(
    'octopus-ecs-canary policies',
    'Writes the IAM policies of the steps, and of CloudFormation, for one stack. Names may hold * and ? to stand for several.',
  )
    .requiredOption('--region <REGION>', 'a region such as eu-west-1, or * for every region', region)
    .requiredOption('--account <ID>', 'the 12 digits of the AWS account', account)
    .requiredOption('--stack <NAME>', 'the CloudFormation stack', stack)
    .requiredOption('--cluster <NAME>', 'the ECS cluster', cluster)
    .option(
      '--service <NAME>',
      'the ECS service, if EcsCanary.ServiceName names it (default: STACK-*, as CloudFormation names it)',
      service,
    )
    .option('--load-balancer <NAME>', 'the Application Load Balancer (default: any)', loadBalancer)
    .option('--task-family <NAME>', "the family of the task definitions (default: the stack's name)", taskFamily)
    .option(
      '--task-roles <A,B>',
      'the execution and the task role, with their paths, that tasks get (default: none)',
      taskRoles,
    )
    .option('--log-group <NAME>', 'the log group, if the stack creates it (default: none)', logGroup)
    .option(
      '--default-actions',
      'the steps may change every listener of the load balancer, because default actions split users too',
    )
    .option(
      '--stack-role <NAME>',
      'the role that CloudFormation works with, with its path',
      stackRole,
      'octopus-ecs-canary-stack',
    )
    .option('--no-stack-role', 'CloudFormation uses the rights of Deploy Stack and Prepare Blue instead')
    .option('--partition <PARTITION>', 'aws, aws-cn, aws-us-gov, … (default: that of the region)', partition)
    .option('--policy <NAME>', 'one policy only, see below (default: all-steps; with --output, every one)', policy)
    .option('--output <DIRECTORY>', 'writes every policy into a file there; without it, one goes to standard output')
    .addHelpText('after', renderList('Policies:', purposes));
}

type PoliciesOptions = OptionsOf<typeof declarePolicies>;

/**
 * Reads the arguments of `policies`; undefined where they ask for help, which is written.
 * @throws UsageError with every problem at once
 */
export function readPoliciesCommand(
  args: readonly string[],
  write: (text: string) => void,
): PoliciesCommand | undefined {
  const values = readOptions(declarePolicies(), args, write, checkTogether);
  return values && { scope: toScope(values), wanted: (name) => isWanted(values, name), output: values.output };
}

const checkTogether: Check<PoliciesOptions> = ({ region, partition }, isGiven) => {
  const problems: string[] = [];
  if (isGiven('stack-role') && isGiven('no-stack-role'))
    problems.push('--stack-role and --no-stack-role cannot both be given.');
  if (region !== undefined && partition !== undefined && !fits(partition, region))
    problems.push(
      `--partition ${partition} does not fit --region ${region}, which is in ${partitionOf(region)}; leave it out.`,
    );
  return problems;
};

function toScope(values: PoliciesOptions): PolicyScope {
  const { region, account, stack, cluster, stackRole, logGroup } = values;
  return {
    ...{ region, account, stack, cluster, logGroup },
    service: values.service ?? `${stack}-*`,
    loadBalancer: values.loadBalancer ?? '*',
    taskFamily: values.taskFamily ?? stack,
    taskRoles: values.taskRoles ?? [],
    defaultActions: values.defaultActions ?? false,
    stackRole: typeof stackRole === 'string' ? stackRole : undefined,
    partition: values.partition ?? partitionOf(region),
  };
}

function isWanted({ policy, output, stackRole }: PoliciesOptions, name: string): boolean {
  if (policy !== undefined) return name === policy;
  if (output === undefined) return name === 'all-steps';
  return !(stackRole === false ? /^cloudformation-service-role/ : /^cloudformation-without-role$/).test(name);
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

/** A partition that is newer than the list is taken as it comes. */
function fits(partition: string, region: string): boolean {
  const isKnown = partition === 'aws' || partitions.some(([, known]) => known === partition);
  return region === '*' || !isKnown || partition === partitionOf(region);
}

function partitionOf(region: string): string {
  return partitions.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws';
}
