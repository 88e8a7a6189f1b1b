import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CreateClusterCommand, ECSClient } from '@aws-sdk/client-ecs';
import { CreateLoadBalancerCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { readStackTraffic, type StackTraffic } from './stack-traffic.ts';

/** What a team has in AWS before its first canary. */
export interface Scene {
  readonly region: string;
  readonly cluster: string;
  readonly clusterArn: string;
  readonly loadBalancerArn: string;
  readonly vpcId: string;
  readonly subnets: readonly string[];
  readonly securityGroup: string;
  /** Reads how requests reach a stack; the parameters of the step that deploys may name its parts. */
  readonly stackTraffic: (stackName: string, parameters: Readonly<Record<string, string>>) => Promise<StackTraffic>;
  readonly close: () => void;
}

/** Creates clusters and a load balancer in the emulated AWS, through the real clients. */
export async function setScene(endpoint: string, region: string, clusters: readonly string[]): Promise<Scene> {
  const config = { endpoint, region, credentials: rehearsalCredentials };
  const ecs = new ECSClient(config);
  const elb = new ElasticLoadBalancingV2Client(config);
  const cloudFormation = new CloudFormationClient(config);
  const subnets = ['subnet-0a1b2c3d4e5f60001', 'subnet-0a1b2c3d4e5f60002'];
  const securityGroup = 'sg-0a1b2c3d4e5f60001';
  const names = clusters.length === 0 ? ['rehearsal'] : clusters;
  const created = await Promise.all(names.map((clusterName) => ecs.send(new CreateClusterCommand({ clusterName }))));
  const { LoadBalancers } = await elb.send(
    new CreateLoadBalancerCommand({ Name: 'rehearsal', Subnets: subnets, SecurityGroups: [securityGroup] }),
  );
  return {
    region,
    cluster: names[0] ?? '',
    clusterArn: created[0]?.cluster?.clusterArn ?? '',
    loadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn ?? '',
    vpcId: LoadBalancers?.[0]?.VpcId ?? '',
    subnets,
    securityGroup,
    stackTraffic: (stackName, parameters) => readStackTraffic({ cloudFormation, elb }, stackName, parameters),
    close: () => {
      for (const client of [ecs, elb, cloudFormation]) client.destroy();
    },
  };
}

/** Keys that only the emulator accepts. */
export const rehearsalCredentials = { accessKeyId: 'AKIAREHEARSAL0000000', secretAccessKey: 'rehearsal' } as const;
