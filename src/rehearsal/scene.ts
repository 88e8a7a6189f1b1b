import { setTimeout } from 'node:timers/promises';
import {
  type Capability,
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateClusterCommand, ECSClient } from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { readStackTraffic, type StackTraffic } from './stack-traffic.ts';

/** What a team has in AWS before its first canary. */
export interface Scene {
  readonly region: string;
  readonly cluster: string;
  readonly clusterArn: string;
  readonly loadBalancerArn: string;
  /** The listeners that the operator's texts name, by the ARN there. */
  readonly listeners: ReadonlyMap<string, string>;
  readonly vpcId: string;
  readonly subnets: readonly string[];
  readonly securityGroup: string;
  /** Reads how requests reach a stack; the parameters of the step that deploys may name its parts. */
  readonly stackTraffic: (stackName: string, parameters: Readonly<Record<string, string>>) => Promise<StackTraffic>;
  /** Deploys a stack beside the canary's. @throws Error with its first failure */
  readonly deployOther: (stackName: string, template: string) => Promise<void>;
  readonly close: () => void;
}

/**
 * Creates clusters, a load balancer and listeners in the emulated AWS, through the real clients.
 * @param listeners ARNs of which each stands for a listener to create
 */
export async function setScene(
  endpoint: string,
  region: string,
  clusters: readonly string[],
  listeners: readonly string[] = [],
): Promise<Scene> {
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
  const loadBalancerArn = LoadBalancers?.[0]?.LoadBalancerArn ?? '';
  return {
    region,
    cluster: names[0] ?? '',
    clusterArn: created[0]?.cluster?.clusterArn ?? '',
    loadBalancerArn,
    listeners: new Map(
      await Promise.all(
        listeners.map(async (named, at) => [named, await createListener(elb, loadBalancerArn, at)] as const),
      ),
    ),
    vpcId: LoadBalancers?.[0]?.VpcId ?? '',
    subnets,
    securityGroup,
    stackTraffic: (stackName, parameters) => readStackTraffic({ cloudFormation, elb }, stackName, parameters),
    deployOther: (stackName, template) => deployOther(cloudFormation, stackName, template),
    close: () => {
      for (const client of [ecs, elb, cloudFormation]) client.destroy();
    },
  };
}

async function deployOther(client: CloudFormationClient, StackName: string, TemplateBody: string): Promise<void> {
  const Capabilities: Capability[] = ['CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'];
  await client.send(new CreateStackCommand({ StackName, TemplateBody, Capabilities }));
  for (;;) {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
    const status = Stacks?.[0]?.StackStatus ?? '';
    if (status === 'CREATE_COMPLETE') return;
    if (status !== 'CREATE_IN_PROGRESS') break;
    await setTimeout(50);
  }
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName }));
  const failed = StackEvents.findLast(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
  throw new Error(`${failed?.LogicalResourceId}: ${failed?.ResourceStatusReason}`);
}

/** The ports that teams use are left to the listeners of their templates. */
const firstPort = 8000;

async function createListener(elb: ElasticLoadBalancingV2Client, LoadBalancerArn: string, at: number): Promise<string> {
  const { Listeners } = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn,
      Protocol: 'HTTP',
      Port: firstPort + at,
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    }),
  );
  return Listeners?.[0]?.ListenerArn ?? '';
}

/** Keys that only the emulator accepts. */
export const rehearsalCredentials = { accessKeyId: 'AKIAREHEARSAL0000000', secretAccessKey: 'rehearsal' } as const;
