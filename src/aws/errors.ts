import { OperatorError } from '../canary/operator-error.ts';

/** Runs an AWS call and turns whatever it throws into an error that the operator can act on. */
export async function explaining<T>(operation: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw explainAwsError(operation, error);
  }
}

/** Whether CloudFormation says that no stack of that name exists; its error code has many other meanings. */
export function saysMissingStack(error: unknown): boolean {
  return codeOf(error) === 'ValidationError' && /does not exist/i.test(messageOf(error));
}

/** Whether CloudFormation says that an update would change nothing. */
export function saysNoUpdates(error: unknown): boolean {
  return codeOf(error) === 'ValidationError' && /no updates are to be performed/i.test(messageOf(error));
}

/** Whether AWS says that the rule is already gone. */
export function saysRuleNotFound(error: unknown): boolean {
  return /^RuleNotFound/.test(codeOf(error));
}

/** Whether AWS says that the listener is already gone. */
export function saysListenerNotFound(error: unknown): boolean {
  return /^ListenerNotFound/.test(codeOf(error));
}

/** Whether ECS says that there is no such task definition; its error code has many other meanings. */
export function saysMissingTaskDefinition(error: unknown): boolean {
  return /unable to describe task definition/i.test(messageOf(error));
}

/** Whether an event of a service is about a target or container that failed its health check. */
export function saysFailedCheck(message: string): boolean {
  return /is unhealthy in .+ due to|failed .*health checks/i.test(message);
}

/** A stack event's reason; where CloudFormation lacked a permission, with the policy that has it. */
export function namingStackPolicy(reason: string): string {
  const isDenied = /not authorized to perform|access ?denied/i.test(reason);
  return isDenied ? `${reason} (CloudFormation needs policies/cloudformation-*.json)` : reason;
}

/**
 * The operator's view of an AWS error.
 * @param operation as AWS names it, for example `elasticloadbalancing:ModifyRule`
 */
export function explainAwsError(operation: string, error: unknown): unknown {
  if (error instanceof OperatorError) return error;
  const code = codeOf(error);
  const said = `${operation} failed: ${code}: ${messageOf(error)}`;
  const explanation = explanations.find(({ codes }) => codes.test(code));
  if (explanation)
    return new OperatorError(explanation.as, said, explanation.hint(operation, messageOf(error), code), {
      cause: error,
    });
  const unreachable = (what: string) => new OperatorError('aws-unreachable', what, unreachableHint, { cause: error });
  if (isNetworkFault(error, code)) return unreachable(said);
  const status = statusOf(error);
  const ofAws = isAwsError(error);
  if (ofAws ? namelessCode.test(code) : status !== undefined) {
    const details = ofAws ? '' : `: ${messageOf(error)}`;
    return unreachable(
      `${operation} failed: the response (HTTP status ${status}) is not from AWS; a proxy or its sign-in page may have answered${details}`,
    );
  }
  if (Number(status) >= 500) return unreachable(said);
  if (!ofAws) return error;
  return new OperatorError('aws-refused', said, 'Correct what AWS reports above, then run the step again.', {
    cause: error,
  });
}

interface Explanation {
  readonly codes: RegExp;
  readonly as:
    | 'aws-access-denied'
    | 'aws-credentials'
    | 'aws-throttled'
    | 'aws-untrusted'
    | 'aws-unreachable'
    | 'proxy-refused';
  readonly hint: (operation: string, message: string, code: string) => string;
}

/** What the SDK calls an error in which it finds no code. */
const namelessCode = /^(Unknown|NotFound)$/;

const unreachableHint =
  'Check that the worker can reach AWS in this region (proxy, VPC endpoints, DNS) and that EcsCanary.AWS.Region is correct, then run the step again.';

const explanations: readonly Explanation[] = [
  {
    codes: /^ProxyRefusal$/,
    as: 'proxy-refused',
    hint: () =>
      "Correct the worker's HTTPS_PROXY (address, user and password), allow this host in the proxy, or exempt the host in NO_PROXY.",
  },
  {
    codes: /(CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS)/,
    as: 'aws-untrusted',
    hint: () =>
      'Make Node.js on the worker trust the proxy: set the environment variable NODE_EXTRA_CA_CERTS to the path of its root certificate.',
  },
  {
    codes: /^(AccessDenied|UnauthorizedOperation|NotAuthorized)/,
    as: 'aws-access-denied',
    hint: explainDenial,
  },
  {
    codes:
      /^(ExpiredToken|Request(Expired|TimeTooSkewed)|InvalidClientTokenId|InvalidAccessKeyId|InvalidToken|UnrecognizedClient|SignatureDoesNotMatch|InvalidSignature|AuthFailure|(Missing|Invalid)AuthenticationToken|IncompleteSignature|CredentialsProviderError|OptInRequired|SubscriptionRequired)/,
    as: 'aws-credentials',
    hint: (_operation, message, code) => explainCredentials(`${code} ${message}`),
  },
  {
    codes: /^(Throttl|TooManyRequests|RequestLimitExceeded|Rate exceeded|SlowDown)/i,
    as: 'aws-throttled',
    hint: () =>
      'Other work in this AWS account is using up the API limits. The step waits and retries; if it has ended, run it again.',
  },
  {
    // A rule was deleted between the reads of a listener's rules and of their tags.
    codes: /^RuleNotFound/,
    as: 'aws-unreachable',
    hint: () => 'A listener rule was deleted in the meantime. Run the step again.',
  },
  {
    codes: /^(InternalFailure|InternalError|ServerException|ServiceUnavailable|HealthUnavailable|RequestTimeout)/,
    as: 'aws-unreachable',
    hint: () => 'AWS has a temporary fault. Run the step again; if the fault persists, see the AWS Health Dashboard.',
  },
];

/** A wrong clock and a wrong region look like wrong credentials. */
function explainCredentials(said: string): string {
  if (/RequestExpired|TooSkewed|Signature (expired|not yet current)/.test(said))
    return "Correct the worker's clock, then run the step again.";
  if (/^Expired/.test(said))
    return 'Run the step again for new credentials. If they expire too soon, raise EcsCanary.AWS.AssumeRoleSessionDurationSeconds or lower EcsCanary.TimeoutMinutes.';
  return 'Check EcsCanary.AWS.Account, which takes the name of the account variable, and EcsCanary.AWS.Region, which that account must have enabled.';
}

/** AWS names the denied action, which may differ from the operation that was called, and often the kind of policy. */
function explainDenial(operation: string, message: string): string {
  const action = deniedAction(message) ?? operation;
  const above = /(service|resource) control policy|permissions boundary|session policy|VPC endpoint policy/.exec(
    message,
  );
  if (above)
    return `A ${above[0]} denies ${action}. Ask its administrator to allow it there too, or check EcsCanary.AWS.Region.`;
  return /explicit deny/.test(message)
    ? `A policy explicitly denies ${action}. Remove that statement from it (EcsCanary.AWS.Account).`
    : `Allow ${action} in the IAM policy of the account or role that the step uses (EcsCanary.AWS.Account).`;
}

function deniedAction(message: string): string | undefined {
  return /not authorized to perform:? ([\w-]+:\w+)/.exec(message)?.[1];
}

function codeOf(error: unknown): string {
  const named = error as { Code?: unknown; name?: unknown; code?: unknown };
  if (typeof named?.Code === 'string') return named.Code;
  if (typeof named?.name === 'string' && named.name !== 'Error') return named.name;
  return typeof named?.code === 'string' ? named.code : 'Error';
}

function messageOf(error: unknown): string {
  // The SDK appends advice for programmers, and the parser quotes what it read, which may be a secret.
  const unwanted = /\n {2}Deserialization error: .*|, [.]*".*(?= is not valid JSON)/gs;
  return error instanceof Error ? error.message.replace(unwanted, '') : String(error);
}

function isAwsError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && '$metadata' in error && '$fault' in error;
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode;
}

function isNetworkFault(error: unknown, code: string): boolean {
  const errno = (error as { code?: unknown } | null)?.code;
  return (
    /^(E(?!RR_)[A-Z_]+|UND_ERR.*)$/.test(typeof errno === 'string' ? errno : '') ||
    /^(TimeoutError|AbortError|NetworkingError)$/.test(code)
  );
}
