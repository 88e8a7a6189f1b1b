import type { IncomingHttpHeaders } from 'node:http';
import { AwsError } from '../contract/aws-error.ts';
import type { ServiceName } from '../contract/service.ts';
import { type RequestLine, readS3Request } from './rest.ts';

/** The operation that an HTTP request calls; `format` is the format of its answer. */
export type ApiRequest =
  | {
      readonly format: 'json';
      readonly service: ServiceName | undefined;
      readonly operation: string;
      readonly body: string;
    }
  | {
      readonly format: 'query';
      readonly service: ServiceName | undefined;
      readonly operation: string;
      readonly form: URLSearchParams;
    }
  | {
      readonly format: 'rest';
      readonly service: 's3';
      readonly operation: string;
      readonly input: object;
    };

const ecsTarget = 'AmazonEC2ContainerServiceV20141113.';

/** Reads an AWS JSON 1.1, AWS query or S3 request; throws AwsError if it is none of them. */
export function readApiRequest(line: RequestLine, headers: IncomingHttpHeaders, body: string): ApiRequest {
  if (signedFor(headers.authorization) === 's3')
    return { format: 'rest', service: 's3', ...readS3Request(line, headers, body) };
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const service = target.startsWith(ecsTarget) ? 'ecs' : undefined;
    return { format: 'json', service, operation: service ? target.slice(ecsTarget.length) : target, body };
  }
  const form = new URLSearchParams(body);
  const operation = form.get('Action');
  if (!operation) {
    throw new AwsError('MissingAction', 'the request has neither an X-Amz-Target header nor an Action parameter');
  }
  return { format: 'query', service: queryService(form.get('Version'), headers.authorization), operation, form };
}

/** XML namespace of a query service's answers. */
export function queryNamespace(service: ServiceName | undefined): string {
  return service === 'elb'
    ? 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/'
    : 'http://cloudformation.amazonaws.com/doc/2010-05-15/';
}

function queryService(version: string | null, authorization: string | undefined): ServiceName | undefined {
  const scope = signedFor(authorization);
  if (version === '2010-05-15' && scope !== 'elasticloadbalancing') return 'cloudformation';
  if (version === '2015-12-01') return 'elb';
  if (version === null && scope === 'cloudformation') return 'cloudformation';
  return version === null && scope === 'elasticloadbalancing' ? 'elb' : undefined;
}

/** Credential=AKID/date/region/service/aws4_request names the service, even if nothing else does. */
function signedFor(authorization: string | undefined): string | undefined {
  return /Credential=[^/]*\/[^/]*\/[^/]*\/([^/]+)\//.exec(authorization ?? '')?.[1];
}
