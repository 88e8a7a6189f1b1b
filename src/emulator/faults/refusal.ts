import { AwsError } from '../contract/aws-error.ts';
import { isRead } from '../contract/operations.ts';
import type { ServiceOptions } from '../contract/options.ts';
import type { ServiceName } from '../contract/service.ts';

/** A call as AWS sees it before it reaches the service. */
export interface RefusedCall {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: object;
}

export type RefusalKind = 'throttle' | 'internal-error' | 'unavailable' | 'access-denied' | 'expired-credentials';

/** AWS's error for a call that it refuses before it reaches the service; codes differ between JSON services, query services and S3. */
export function refusal(kind: RefusalKind, call: RefusedCall, options: ServiceOptions): AwsError {
  const json = call.service === 'ecs';
  const s3 = call.service === 's3';
  switch (kind) {
    case 'throttle':
      return throttled(call.service);
    case 'internal-error':
      return s3
        ? new AwsError('InternalError', 'We encountered an internal error. Please try again.', 500)
        : new AwsError(
            'InternalFailure',
            'The request processing has failed because of an unknown error, exception or failure.',
            500,
          );
    case 'unavailable':
      return new AwsError(
        'ServiceUnavailable',
        'The request has failed due to a temporary failure of the server.',
        503,
      );
    case 'access-denied':
      return new AwsError(json ? 'AccessDeniedException' : 'AccessDenied', denial(call, options), json ? 400 : 403);
    case 'expired-credentials':
      return s3
        ? new AwsError('ExpiredToken', 'The provided token has expired.')
        : new AwsError(
            json ? 'ExpiredTokenException' : 'ExpiredToken',
            'The security token included in the request is expired',
            json ? 400 : 403,
          );
  }
}

/** The error for a call that exceeds the account's rate. */
export function throttled(service: ServiceName): AwsError {
  if (service === 's3') return new AwsError('SlowDown', 'Please reduce your request rate.', 503);
  return new AwsError(service === 'ecs' ? 'ThrottlingException' : 'Throttling', 'Rate exceeded');
}

const actionPrefixes: Readonly<Record<ServiceName, string>> = {
  ecs: 'ecs',
  elb: 'elasticloadbalancing',
  cloudformation: 'cloudformation',
  s3: 's3',
  cloudwatch: 'cloudwatch',
};

function denial(call: RefusedCall, options: ServiceOptions): string {
  const action = `${actionPrefixes[call.service]}:${call.operation}`;
  const resource = resourceOf(call, options);
  const where = resource === undefined ? '' : ` on resource: ${resource}`;
  return `User: arn:${options.partition}:iam::${options.accountId}:user/octopus is not authorized to perform: ${action}${where} because no identity-based policy allows the ${action} action`;
}

/** Undefined for reads of load balancing, which AWS does not restrict by resource. */
function resourceOf({ service, operation, input }: RefusedCall, options: ServiceOptions): string | undefined {
  if (service === 'elb' && isRead(operation)) return undefined;
  if (service === 's3') {
    const { Bucket: bucket, Key: key } = input as { readonly Bucket: string; readonly Key?: string };
    return `"arn:${options.partition}:s3:::${bucket}${key === undefined ? '' : `/${key}`}"`;
  }
  const { StackName: stack } = input as { readonly StackName?: string };
  if (stack !== undefined && !stack.startsWith('arn:'))
    return `arn:${options.partition}:cloudformation:${options.region}:${options.accountId}:stack/${stack}/*`;
  return /"(arn:[^"]*)"/.exec(JSON.stringify(input))?.[1] ?? '*';
}
