import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { HttpHandlerOptions, RetryStrategyV2 } from '@smithy/types';
import type { Aws } from './aws.ts';
import { type Answering, createAwsTime } from './aws-time.ts';
import { createCloudFormation } from './cloud-formation.ts';
import { createEcs } from './ecs.ts';
import { createLoadBalancing } from './load-balancing.ts';
import { proxyAgents } from './proxy.ts';

/** Options for callers other than steps, to reach several emulated clouds from one process; times are real milliseconds. */
export interface AwsOverrides {
  readonly endpoint?: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  readonly requestTimeoutMs?: number;
  readonly connectionTimeoutMs?: number;
  /** Tries of one call, the first included. */
  readonly maxAttempts?: number;
  /** In place of the SDK's standard one, for clouds whose time runs faster. */
  readonly retryStrategy?: RetryStrategyV2;
}

/** Adds to AWS what only some steps need, so that the bundles of the others do not contain it. */
export type Extend = (aws: Aws, connection: Connection) => Aws;

/** What an extension needs to make calls of its own. */
export interface Connection {
  readonly cloudFormation: CloudFormationClient;
  /** For a client of another service. */
  readonly config: ReturnType<typeof configure>;
  /** Limits the time of a client's calls, retries included, and takes AWS's time from its responses. */
  readonly prepare: <C extends Client>(client: C) => C;
}

/**
 * AWS through the SDK, with credentials from the environment as Octopus sets them.
 * @param userAgent name and version pairs that CloudTrail shows beside each call
 */
export function connectToAws(
  region: string,
  userAgent: readonly (readonly [string, string])[],
  overrides: AwsOverrides = {},
  extend: Extend = (aws) => aws,
): Aws {
  const config = configure(region, userAgent, overrides);
  const { now, follow } = createAwsTime();
  const prepare = <C extends Client>(client: C): C =>
    endCalls(follow(client), config.requestHandler.requestTimeout * 4);
  const cloudFormation = prepare(new CloudFormationClient(config));
  const aws: Aws = {
    region,
    now,
    cloudFormation: createCloudFormation(cloudFormation),
    ecs: createEcs(prepare(new ECSClient(config))),
    loadBalancing: createLoadBalancing(prepare(new ElasticLoadBalancingV2Client(config))),
  };
  return extend(aws, { cloudFormation, config, prepare });
}

function configure(
  region: string,
  userAgent: readonly (readonly [string, string])[],
  { requestTimeoutMs = 30_000, connectionTimeoutMs = 5000, maxAttempts, ...overrides }: AwsOverrides,
) {
  return {
    region,
    // The SDK's standard mode backs off exponentially with jitter; beyond it the reconcile loop waits and looks again.
    retryMode: 'standard',
    // Set here so that an AWS_DEFAULTS_MODE on the worker cannot make the SDK query instance metadata.
    defaultsMode: 'legacy' as const,
    maxAttempts: maxAttempts ?? 5,
    requestHandler: {
      connectionTimeout: connectionTimeoutMs,
      // Until the headers arrive; socketTimeout ends a body that stalls.
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      socketTimeout: requestTimeoutMs,
      // A little less than the SDK waits, whose error would not name the proxy.
      ...proxyAgents(process.env, connectionTimeoutMs * 0.9),
    },
    customUserAgent: userAgent.map(([name, value]): [string, string] => [name, value.replace(/[^\w.+-]/g, '_')]),
    ...overrides,
  };
}

type Client = Sender & Answering;

interface Sender {
  send(command: never, options: HttpHandlerOptions): Promise<unknown>;
}

/** Limits every call of a client, retries included: a body that arrives byte by byte stays within the SDK's limits. */
function endCalls<C extends Sender>(client: C, milliseconds: number): C {
  const send = client.send.bind(client);
  client.send = async (command: never) => {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), milliseconds).unref();
    try {
      return await send(command, { abortSignal: controller.signal });
    } catch (error) {
      if (!controller.signal.aborted) throw error;
      throw Object.assign(new Error(`no complete response in ${milliseconds} ms`), { name: 'TimeoutError' });
    } finally {
      clearTimeout(timer);
    }
  };
  return client;
}
