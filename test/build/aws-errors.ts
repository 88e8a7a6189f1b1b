import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeServicesCommand, ECSClient, ECSServiceException } from '@aws-sdk/client-ecs';
import { DeleteRuleCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { explainAwsError } from '../../src/aws/errors.ts';

interface AwsError extends Error {
  readonly Code?: string;
  readonly $fault: string;
  readonly $metadata: { readonly httpStatusCode: number; readonly requestId: string };
}

/** What the product reads from, and says about, an error that an endpoint returns for every call. */
export async function describeErrors(endpoint: string): Promise<object[]> {
  const config = {
    endpoint,
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'A', secretAccessKey: 'S' },
  };
  const calls = {
    cloudFormation: () => new CloudFormationClient(config).send(new DescribeStacksCommand({ StackName: 'shop' })),
    loadBalancing: () => new ElasticLoadBalancingV2Client(config).send(new DeleteRuleCommand({ RuleArn: 'arn' })),
    ecs: () => new ECSClient(config).send(new DescribeServicesCommand({ services: ['shop'] })),
  };
  return Promise.all(Object.entries(calls).map(async ([service, call]) => describe(service, await failure(call))));
}

async function failure(call: () => Promise<unknown>): Promise<AwsError> {
  try {
    await call();
  } catch (error) {
    return error as AwsError;
  }
  throw new Error('The call did not fail.');
}

function describe(service: string, error: AwsError): object {
  const { message, Code, $fault, $metadata } = error;
  const { code, hint, message: told } = explainAwsError(service, error) as Error & { code: string; hint: string };
  const ofEcs = error instanceof ECSServiceException;
  const { httpStatusCode, requestId } = $metadata;
  return { service, message, Code, $fault, httpStatusCode, requestId, ofEcs, code, told, hint };
}
