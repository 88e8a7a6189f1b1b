import { connectToAws } from '../aws/clients.ts';
import { readProfileRegion } from '../aws/profile-region.ts';
import { ledgerOf } from '../canary/ledger.ts';
import type { LedgerEntry } from '../canary/ledger-entry.ts';
import { noHints } from '../canary/location-hints.ts';
import { OperatorError } from '../canary/operator-error.ts';
import { createCanaryReader } from '../observation/canary-reader.ts';
import { version } from '../version.ts';

/** The ledger of a stack's service. */
export interface ServiceLedger {
  readonly stack: string;
  readonly region: string;
  /** ARN. */
  readonly service: string;
  /** Oldest first. */
  readonly entries: readonly LedgerEntry[];
}

/** Where to read a ledger. */
export interface LedgerPlace {
  readonly stack: string;
  readonly region: string;
  /** Logical id of the service, for a stack that has several. */
  readonly service: string | undefined;
  readonly endpoint: string | undefined;
}

/** Why a ledger cannot be read, and what to do. */
export class UnreadableLedger extends Error {}

/** Reads a ledger with the user's own credentials. @throws UnreadableLedger */
export async function readServiceLedger({ stack, region, service, endpoint }: LedgerPlace): Promise<ServiceLedger> {
  const aws = connectToAws(region, [['octopus-ecs-canary', version]], {
    maxAttempts: 3,
    ...(endpoint !== undefined && { endpoint }),
  });
  const reader = createCanaryReader(aws, stack, { ...noHints, serviceLogicalId: service });
  try {
    const resources = await reader.resources();
    if (!resources)
      throw new UnreadableLedger(
        `There is no stack named ${stack} in ${region}.\nCheck --stack and --region, and whether the credentials are those of the right account.\nIf the stack was deleted, so was its ledger. ${artifacts}`,
      );
    const found = await reader.unfinishedService();
    const services = resources.filter(({ type }) => type === 'AWS::ECS::Service').map(({ logicalId }) => logicalId);
    if (!found || found.status === 'INACTIVE') throw withoutService(stack, service, services);
    return { stack, region, service: found.arn, entries: ledgerOf(found) };
  } catch (error) {
    throw explain(error);
  }
}

const artifacts = 'The Octopus tasks of its deployments still have the entries, in ecs-canary-ledger.json.';

/** The region that the user's AWS CLI would use; undefined if there is none. */
export async function findRegion(): Promise<string | undefined> {
  return process.env['AWS_REGION'] || process.env['AWS_DEFAULT_REGION'] || (await readProfileRegion());
}

function withoutService(stack: string, chosen: string | undefined, services: readonly string[]): UnreadableLedger {
  const list = services.join(', ');
  if (services.length === 0) return new UnreadableLedger(`The stack ${stack} has no ECS service, and so no ledger.`);
  if (chosen !== undefined && !services.includes(chosen))
    return new UnreadableLedger(`The stack ${stack} has no ECS service ${chosen}; it has ${list}.\nCorrect --service.`);
  if (chosen === undefined && services.length > 1)
    return new UnreadableLedger(`The stack ${stack} has several ECS services: ${list}.\nName one with --service.`);
  return new UnreadableLedger(
    `The ECS service ${chosen ?? list} of ${stack} no longer exists, nor does its ledger.\n${artifacts}`,
  );
}

/** The hints of the errors are for steps. */
function explain(error: unknown): unknown {
  if (!(error instanceof OperatorError)) return error;
  const advice = advices.find(([codes]) => codes.test(error.code))?.[1];
  return new UnreadableLedger([error.message, advice ?? error.hint].join('\n'), { cause: error });
}

const advices: readonly (readonly [RegExp, string])[] = [
  [
    /^aws-credentials$/,
    'Sign in first, for example with aws sso login, and name the profile in AWS_PROFILE; or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  ],
  [/^aws-access-denied$/, 'Your credentials need cloudformation:ListStackResources and ecs:DescribeServices.'],
  [/^aws-throttled$/, 'Other work in this AWS account is using up the API limits. Try again in a minute.'],
  [/^aws-(unreachable|untrusted)$/, 'Check --region, --endpoint-url or AWS_ENDPOINT_URL, and your network.'],
];
