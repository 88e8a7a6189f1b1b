import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Aws } from './aws.ts';
import { createCloudFormation } from './cloud-formation.ts';
import { createEcs } from './ecs.ts';
import { createLoadBalancing } from './load-balancing.ts';

/**
 * AWS through the SDK, with credentials from the environment as Octopus sets them.
 * @param userAgent name and version pairs that CloudTrail shows beside each call
 */
export function connectToAws(region: string, userAgent: readonly (readonly [string, string])[]): Aws {
  const config = {
    region,
    // The SDK's standard mode backs off exponentially with jitter; beyond it the reconcile loop waits and looks again.
    retryMode: 'standard',
    maxAttempts: 5,
    requestHandler: { connectionTimeout: 5000, requestTimeout: 30_000, throwOnRequestTimeout: true },
    customUserAgent: userAgent.map(([name, value]): [string, string] => [name, value.replace(/[^\w.+-]/g, '_')]),
  };
  return {
    region,
    cloudFormation: createCloudFormation(new CloudFormationClient(config)),
    ecs: createEcs(new ECSClient(config)),
    loadBalancing: createLoadBalancing(new ElasticLoadBalancingV2Client(config)),
  };
}
