import { createCommand, type OptionsOf, renderList } from '../command-line/command.ts';
import { type Check, readOptions } from '../command-line/read-options.ts';
import { expecting, matching, oneOf } from '../command-line/value-parsers.ts';
import { policyFiles } from '../policies/policy-files.ts';
import { type PolicyScope, placeholderScope } from '../policies/policy-scope.ts';
import { nameCommand } from './command-name.ts';
import { aboutDirectories, namesFile } from './output-path.ts';

/** The parsed arguments of `policies`. */
export interface PoliciesCommand {
  readonly scope: PolicyScope;
  /** Whether to write the policy of that name. */
  readonly wanted: (name: string) => boolean;
  /** Undefined for standard output. */
  readonly output: string | undefined;
}

const policies = policyFiles(placeholderScope);
const purposes = policies.map(({ name, purpose }) => [name, purpose] as const);
const policy = oneOf(policies.map(({ name }) => name));

const wildcards = 'wildcards * and ? allowed';
const region = matching(/^([a-z]{2,}(-[a-z]+)+-\d+|\*)$/, 'a region such as eu-west-1, or *');
const account = matching(/^\d{12}$/, 'the 12 digits of an AWS account');
const stack = matching(/^[A-Za-z*?][A-Za-z0-9*?-]{0,127}$/, `the name of a CloudFormation stack (${wildcards})`);
const cluster = matching(/^[\w*?-]{1,255}$/, `the name (not the ARN) of an ECS cluster (${wildcards})`);
const service = matching(/^[\w*?-]{1,255}$/, `the name (not the ARN) of an ECS service (${wildcards})`);
const loadBalancer = matching(/^[A-Za-z0-9*?-]{1,32}$/, `the name (not the ARN) of a load balancer (${wildcards})`);
const taskFamily = matching(/^[\w*?-]{1,255}$/, `a task definition family (${wildcards})`);
const logGroup = matching(/^[\w.\-/#*?]{1,512}$/, `the name of a log group (${wildcards})`);
const templateBucket = matching(
  /^[a-z\d][a-z\d.-]{1,61}[a-z\d](\/[\w.-]+)*$/,
  'the name of an S3 bucket, optionally with a prefix',
);
const stackRole = matching(/^[\w+=.@/-]{1,576}$/, 'the name (not the ARN) of a role');
const partition = matching(/^aws(-[a-z]+)*$/, 'a partition such as aws, aws-cn or aws-us-gov');
const taskRoles = expecting<readonly string[]>('role names (not ARNs) separated by commas', (typed) =>
  /^[\w+=.@*?/-]+(, *[\w+=.@*?/-]+)*$/.test(typed) ? typed.split(/, */) : undefined,
);

/** The command `policies`. */
export function declarePolicies() {
  return createCommand(
    nameCommand('policies'),
    'Writes the IAM policies that the steps and CloudFormation need for one stack. Names may contain the wildcards * and ?.',
  )
    .requiredOption('--region <REGION>', 'a region such as eu-west-1, or * for every region', region)
    .requiredOption('--account <ID>', 'the 12 digits of the AWS account', account)
    .requiredOption('--stack <NAME>', 'the CloudFormation stack', stack)
    .requiredOption('--cluster <NAME>', 'the ECS cluster', cluster)
    .option(
      '--service <NAME>',
      'the ECS service, if EcsCanary.ServiceName sets its name (default: STACK-*, which matches the name that CloudFormation generates)',
      service,
    )
    .option('--load-balancer <NAME>', 'the Application Load Balancer (default: any)', loadBalancer)
    .option('--task-family <NAME>', "the task definition family (default: the stack's name)", taskFamily)
    .option('--task-roles <A,B>', 'the execution role and the task role, with their paths (default: none)', taskRoles)
    .option(
      '--log-group <NAME>',
      'the log group that the stack creates, if EcsCanary.LogGroup sets its name (default: STACK-LogGroup-*, which matches the name that CloudFormation generates)',
      logGroup,
    )
    .option(
      '--template-bucket <BUCKET/PREFIX>',
      'the S3 bucket that EcsCanary.TemplateBucket names (default: none)',
      templateBucket,
    )
    .option(
      '--default-actions',
      'let the steps change every listener of the load balancer; required if default actions split users too',
    )
    .option(
      '--stack-role <NAME>',
      'the service role that CloudFormation uses, with its path',
      stackRole,
      'octopus-ecs-canary-stack',
    )
    .option('--no-stack-role', 'CloudFormation uses the permissions of Deploy Stack and Prepare Blue instead')
    .option('--partition <PARTITION>', 'aws, aws-cn, aws-us-gov, … (default: that of the region)', partition)
    .option(
      '--policy <NAME>',
      'write only this policy, see below (default: all-steps; with --output, all of them)',
      policy,
    )
    .option(
      '--output <DIRECTORY>',
      'write each policy to a file in this directory; without it, one policy goes to standard output',
    )
    .addHelpText('after', renderList('Policies:', purposes));
}

type PoliciesOptions = OptionsOf<typeof declarePolicies>;

/**
 * Reads the arguments of `policies`.
 * @returns undefined after printing help
 * @throws UsageError with every problem at once
 */
export function readPoliciesCommand(
  args: readonly string[],
  write: (text: string) => void,
): PoliciesCommand | undefined {
  const values = readOptions(declarePolicies(), args, write, checkTogether);
  return values && { scope: toScope(values), wanted: (name) => isWanted(values, name), output: values.output };
}

const checkTogether: Check<PoliciesOptions> = ({ region, partition, policy, output }, isGiven) => {
  const problems: string[] = [];
  if (isGiven('stack-role') && isGiven('no-stack-role'))
    problems.push('--stack-role and --no-stack-role cannot both be given.');
  if (isGiven('no-stack-role') && policy?.startsWith('cloudformation-service-role'))
    problems.push(
      `--policy ${policy} is for the service role that --no-stack-role leaves out. Use --policy cloudformation-without-role, or leave out --no-stack-role.`,
    );
  if (isGiven('stack-role') && policy === 'cloudformation-without-role')
    problems.push(
      '--policy cloudformation-without-role is for a stack without the service role that --stack-role names. Use --policy cloudformation-service-role, or leave out --stack-role.',
    );
  if (output !== undefined && namesFile(output))
    problems.push(`--output must be a directory, not "${output}". ${aboutDirectories}`);
  if (region !== undefined && partition !== undefined && !fits(partition, region))
    problems.push(
      `--partition ${partition} does not match --region ${region}, which is in ${partitionOf(region)}. Leave out --partition.`,
    );
  return problems;
};

function toScope(values: PoliciesOptions): PolicyScope {
  const { region, account, stack, cluster, stackRole, templateBucket } = values;
  return {
    ...{ region, account, stack, cluster, templateBucket },
    logGroup: values.logGroup ?? `${stack}-LogGroup-*`,
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

/** Accepts a partition that is newer than the list. */
function fits(partition: string, region: string): boolean {
  const isKnown = partition === 'aws' || partitions.some(([, known]) => known === partition);
  return region === '*' || !isKnown || partition === partitionOf(region);
}

function partitionOf(region: string): string {
  return partitions.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws';
}
