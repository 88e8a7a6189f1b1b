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
      readonly format: 'cbor';
      readonly service: ServiceName | undefined;
      readonly operation: string;
      readonly body: Uint8Array;
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

const targets: Readonly<Record<string, ServiceName>> = {
  AmazonEC2ContainerServiceV20141113: 'ecs',
  GraniteServiceVersion20100801: 'cloudwatch',
};

/** Reads an AWS JSON, RPC v2 CBOR, AWS query or S3 request; throws AwsError if it is none of them. */
export function readApiRequest(line: RequestLine, headers: IncomingHttpHeaders, bytes: Buffer): ApiRequest {
  if (headers['smithy-protocol'] === 'rpc-v2-cbor') return readRpcRequest(line, bytes);
  const body = bytes.toString();
  if (signedFor(headers.authorization) === 's3')
    return { format: 'rest', service: 's3', ...readS3Request(line, headers, body) };
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const [prefix = '', name = ''] = target.split('.');
    const service = targets[prefix];
    return { format: 'json', service, operation: service ? name : target, body };
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
  if (service === 'elb') return 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/';
  return service === 'cloudwatch'
    ? 'http://monitoring.amazonaws.com/doc/2010-08-01/'
    : 'http://cloudformation.amazonaws.com/doc/2010-05-15/';
}

function readRpcRequest({ url = '' }: RequestLine, body: Uint8Array): ApiRequest {
  const [, target = '', operation = ''] = /\/service\/([^/]+)\/operation\/([^/?]+)$/.exec(url) ?? [];
  return { format: 'cbor', service: targets[target], operation: operation || url, body };
}

function queryService(version: string | null, authorization: string | undefined): ServiceName | undefined {
  const scope = signedFor(authorization);
  if (version === '2010-05-15' && scope !== 'elasticloadbalancing') return 'cloudformation';
  if (version === '2015-12-01') return 'elb';
  if (version === '2010-08-01') return 'cloudwatch';
  if (version === null && scope === 'cloudformation') return 'cloudformation';
  return version === null && scope === 'elasticloadbalancing' ? 'elb' : undefined;
}

/** Credential=AKID/date/region/service/aws4_request names the service, even if nothing else does. */
function signedFor(authorization: string | undefined): string | undefined {
  return /Credential=[^/]*\/[^/]*\/[^/]*\/([^/]+)\//.exec(authorization ?? '')?.[1];
}
