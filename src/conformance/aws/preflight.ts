import { explainAwsError } from '../../aws/errors.ts';
import { OperatorError } from '../../canary/operator-error.ts';
import { type ProbeNames, permissionProbes } from './permissions.ts';
import type { Target } from './target.ts';

/** Everything that would keep the checks from running, each with what to do; changes nothing. */
export async function findObstacles(target: Target): Promise<readonly string[]> {
  const first = await obstacleTo('ecs:DescribeClusters', readAccount(target));
  if (typeof first === 'string') return [first];
  const names = namesIn(first.value);
  const denied = await Promise.all(
    permissionProbes.map(async ({ action, ask }) => obstacleTo(action, ask(target, names))),
  );
  const quota = await obstacleTo('elasticloadbalancing:DescribeAccountLimits', findFullQuotas(target));
  return [
    ...denied.filter((answer) => typeof answer === 'string'),
    ...(typeof quota === 'string' ? [quota] : (quota.value ?? [])),
  ];
}

/** The value of a call, undefined if AWS refused it for another reason than a missing permission; or the obstacle as a sentence. */
async function obstacleTo<T>(action: string, call: Promise<T>): Promise<string | { readonly value: T | undefined }> {
  try {
    return { value: await call };
  } catch (error) {
    const explained = explainAwsError(action, error);
    if (!(explained instanceof OperatorError)) throw error;
    const { code, message } = explained;
    const remedy = code === 'aws-unreachable' && isMissing(error) ? undefined : remedies[code];
    return remedy === undefined ? { value: undefined } : `${message}\n  ${remedy(action)}`;
  }
}

/** Which for a step means that a rule was deleted in the meantime. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && /NotFound/.test(error.name);
}

const signIn =
  'Sign in first, for example with aws sso login, and name the profile in AWS_PROFILE; or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';

const remedies: Readonly<Partial<Record<string, (action: string) => string>>> = {
  'aws-credentials': () => signIn,
  'aws-access-denied': (action) => `Allow ${action} for these credentials; docs/conformance.md has a policy.`,
  'aws-unreachable': () => 'Check --region and your network.',
  'aws-untrusted': () => 'Set NODE_EXTRA_CA_CERTS to the root certificate of your proxy.',
  'aws-throttled': () => 'Other work in this account is using up the API limits. Try again in a minute.',
};

/** An ARN of the account, which AWS names in the failure. */
async function readAccount({ ecs }: Target): Promise<string> {
  const { clusters = [], failures = [] } = await ecs.describeClusters({ clusters: ['ecs-canary-check-missing'] });
  return clusters[0]?.clusterArn ?? failures[0]?.arn ?? '';
}

function namesIn(arn = 'arn:aws:ecs:us-east-1:000000000000:cluster/missing'): ProbeNames {
  const [, partition, , region, account] = arn.split(':');
  const arnOf = (service: string): string => `arn:${partition}:${service}:${region}:${account}`;
  return { ecs: arnOf('ecs'), elb: arnOf('elasticloadbalancing'), name: 'ecs-canary-check-missing' };
}

/** The quotas of load balancing that leave no room for the checks. */
async function findFullQuotas({ elb }: Target): Promise<readonly string[]> {
  const { Limits = [] } = await elb.describeAccountLimits({});
  const most = Number(
    Limits.find(({ Name }) => Name === 'application-load-balancers')?.Max ?? Number.POSITIVE_INFINITY,
  );
  let used = 0;
  let Marker: string | undefined;
  do {
    const page = await elb.describeLoadBalancers({ Marker });
    used += (page.LoadBalancers ?? []).filter(({ Type }) => Type === 'application').length;
    Marker = page.NextMarker;
  } while (Marker !== undefined);
  if (used < most) return [];
  return [
    `The quota for Application Load Balancers is used up: ${used} of ${most}.\n  Delete one, choose another --region, or raise the quota in Service Quotas.`,
  ];
}
