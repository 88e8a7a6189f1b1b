import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { CreateClusterCommand, ECSClient } from '@aws-sdk/client-ecs';
import {
  CreateLoadBalancerCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';

/** What a team has in AWS before its first canary. */
export interface Scene {
  readonly region: string;
  readonly cluster: string;
  readonly clusterArn: string;
  readonly loadBalancerArn: string;
  readonly vpcId: string;
  readonly subnets: readonly string[];
  readonly securityGroup: string;
  /** The listener rules that the stack owns. */
  readonly stackRules: (stackName: string) => Promise<readonly StackRule[]>;
  readonly close: () => void;
}

/** A listener rule, and what a request has to look like to match it. */
export interface StackRule {
  readonly arn: string;
  readonly path: string;
  readonly host: string | undefined;
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
    stackRules: (stackName) => stackRules(cloudFormation, elb, stackName),
    close: () => {
      for (const client of [ecs, elb, cloudFormation]) client.destroy();
    },
  };
}

/** Keys that only the emulator accepts. */
export const rehearsalCredentials = { accessKeyId: 'AKIAREHEARSAL0000000', secretAccessKey: 'rehearsal' } as const;

async function stackRules(
  cloudFormation: CloudFormationClient,
  elb: ElasticLoadBalancingV2Client,
  stackName: string,
): Promise<readonly StackRule[]> {
  // A first release that fails may leave no stack at all.
  const { StackResources } = await cloudFormation
    .send(new DescribeStackResourcesCommand({ StackName: stackName }))
    .catch((error: Error) => {
      if (/does not exist/.test(error.message)) return { StackResources: [] };
      throw error;
    });
  const arns = (StackResources ?? [])
    .filter(({ ResourceType }) => ResourceType === 'AWS::ElasticLoadBalancingV2::ListenerRule')
    .flatMap(({ PhysicalResourceId }) => (PhysicalResourceId === undefined ? [] : [PhysicalResourceId]));
  if (arns.length === 0) return [];
  const { Rules } = await elb.send(new DescribeRulesCommand({ RuleArns: arns }));
  return (Rules ?? []).map(describeRule);
}

function describeRule({ RuleArn, Conditions }: Rule): StackRule {
  const first = (field: string): string | undefined => Conditions?.find(({ Field }) => Field === field)?.Values?.[0];
  const path = first('path-pattern') ?? '/';
  // A wildcard matches any text, so one letter will do for it, and none at the end of a path.
  const fill = (pattern: string): string => pattern.replaceAll(/[*?]/g, 'x');
  const host = first('host-header');
  return { arn: RuleArn ?? '', path: fill(path.replace(/\*$/, '')), host: host === undefined ? undefined : fill(host) };
}
