import { resolve4 } from 'node:dns/promises';
import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { ECS } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Clock, realClock } from '../clock.ts';

/** Where a load balancer answers. */
export interface Node {
  readonly host: string;
  readonly port: number;
}

/** The AWS that is checked. */
export interface Target {
  /** As the report calls it. */
  readonly name: string;
  readonly region: string;
  readonly cloudFormation: CloudFormation;
  readonly ecs: ECS;
  readonly elb: ElasticLoadBalancingV2;
  readonly cloudWatch: CloudWatch;
  readonly clock: Clock;
  /** Every load balancer node behind a listener. */
  readonly nodesOf: (listenerArn: string, dnsName: string) => Promise<readonly Node[]>;
  readonly close: () => Promise<void>;
}

type Clients = Pick<Target, 'cloudFormation' | 'ecs' | 'elb' | 'cloudWatch'>;

type ClientSettings = NonNullable<ConstructorParameters<typeof ECS>[0]>;

/** The real AWS, or whatever AWS_ENDPOINT_URL says, with the credentials that the AWS CLI would use. */
export function connectToRealAws(region: string): Target {
  const clients = createClients({ region, customUserAgent: 'octopus-ecs-canary-verify' });
  return {
    name: `AWS in ${region}`,
    region,
    ...clients,
    clock: realClock,
    nodesOf: async (_listener, dnsName) => (await resolve4(dnsName)).map((host) => ({ host, port: 80 })),
    close: async () => closeClients(clients),
  };
}

/** A client for each service that the checks use. */
export function createClients(settings: ClientSettings): Clients {
  const common = { ...settings, maxAttempts: 6 };
  return {
    cloudFormation: new CloudFormation(common),
    ecs: new ECS(common),
    elb: new ElasticLoadBalancingV2(common),
    cloudWatch: new CloudWatch(common),
  };
}

/** Ends the connections of the clients. */
export function closeClients({ cloudFormation, ecs, elb, cloudWatch }: Clients): void {
  for (const client of [cloudFormation, ecs, elb, cloudWatch]) client.destroy();
}
