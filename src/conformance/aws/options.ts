import { isIPv4 } from 'node:net';
import { createCommand } from '../../command-line/command.ts';
import { readOptions } from '../../command-line/read-options.ts';
import { expecting, matching, splitList } from '../../command-line/value-parsers.ts';
import type { NetworkChoice } from './network-template.ts';

/** The parsed options of `npm run verify-aws`. */
export interface VerifyAwsCommand extends NetworkChoice {
  readonly region: string | undefined;
  readonly image: string;
  /** Path of the report without its extension; undefined for one named after the run. */
  readonly report: string | undefined;
  readonly yes: boolean;
  readonly emulated: boolean;
  /** The run to remove, instead of checking anything. */
  readonly cleanUp: string | undefined;
}

/** `npm run verify-aws`. */
export function declareVerifyAws() {
  return createCommand(
    'npm run verify-aws --',
    `Checks whether AWS does what the steps and the emulated AWS rely on, in a sandbox that it creates and removes. It shows what it will create and what that costs, and asks first.
It finds your AWS credentials as the AWS CLI does: environment variables, AWS_PROFILE, single sign-on.`,
  )
    .option('--region <REGION>', 'the region (default: that of the environment or the profile)', region)
    .option('--vpc <ID>', 'an existing VPC, with --subnets (default: a VPC is created)', vpc)
    .option('--subnets <A,B>', 'two subnets of it in two zones, with a route to an internet gateway', subnets)
    .option('--allow-from <CIDR>', 'who can send requests to the load balancer', cidr, '0.0.0.0/0')
    .option('--image <IMAGE>', 'an image with a shell and BusyBox’s httpd', imageName, publicImage)
    .option('--report <PATH>', 'write the report to PATH.json and PATH.md (default: verify-aws-RUN here)')
    .option('--emulated', 'check the emulated AWS instead, in this process')
    .option('--clean-up <RUN>', 'only remove what a killed run left behind', run)
    .option('--yes', 'do not ask');
}

const publicImage = 'public.ecr.aws/docker/library/busybox:stable';
const imageName = matching(/^\S+$/, 'the name of a container image');
const region = matching(/^[a-z]{2,}(-[a-z]+)+-\d+$/, 'a region such as eu-west-1');
const vpc = matching(/^vpc-[0-9a-f]{8,17}$/, 'the id of a VPC such as vpc-0a1b2c3d4e5f60718');
const cidr = expecting('an IPv4 range such as 203.0.113.7/32', (typed) => {
  const [address = '', bits = '', ...more] = typed.split('/');
  return isIPv4(address) && /^(\d|[12]\d|3[0-2])$/.test(bits) && more.length === 0 ? typed : undefined;
});
const run = matching(/^[a-z0-9-]{1,30}$/, 'the id of a run such as 1128-0f3a9c');
const subnets = expecting<readonly string[]>('the ids of two subnets separated by a comma', (typed) => {
  const ids = splitList(typed);
  return ids.length === 2 && ids.every((id) => /^subnet-[0-9a-f]{8,17}$/.test(id)) ? ids : undefined;
});

/**
 * Reads the options of `npm run verify-aws`; undefined after printing help.
 * @throws UsageError that names every mistake
 */
export function readVerifyAwsCommand(
  args: readonly string[],
  write: (text: string) => void,
): VerifyAwsCommand | undefined {
  const values = readOptions(declareVerifyAws(), args, write, ({ emulated }, isGiven) => [
    ...(isGiven('vpc') === isGiven('subnets') ? [] : ['--vpc and --subnets need each other.']),
    ...(emulated && isGiven('clean-up') ? ['--emulated leaves nothing behind, so it cannot go with --clean-up.'] : []),
  ]);
  if (values === undefined) return undefined;
  const { vpc: vpcId, subnets: ids, image, allowFrom, yes = false, emulated = false } = values;
  return {
    ...{ allowFrom, image, yes, emulated },
    region: values.region,
    report: values.report,
    cleanUp: values.cleanUp,
    existing: vpcId !== undefined && ids !== undefined ? { vpcId, subnets: ids } : undefined,
  };
}
