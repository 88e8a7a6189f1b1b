import { CloudFormationClient, DescribeStackEventsCommand } from '@aws-sdk/client-cloudformation';
import { DescribeTasksCommand, ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';

/** How the SDK reads dates in an endpoint's answers, and which hosts it would call in these regions. */
export async function askSdk(endpoint: string, regions: readonly string[]): Promise<object> {
  const credentials = { accessKeyId: 'A', secretAccessKey: 'S' };
  const config = { endpoint, region: 'eu-west-1', credentials, defaultsMode: 'legacy' as const };
  const [events, tasks] = await Promise.all([
    new CloudFormationClient(config).send(new DescribeStackEventsCommand({ StackName: 'shop' })),
    new ECSClient(config).send(new DescribeTasksCommand({ tasks: ['shop'] })),
  ]);
  return {
    events: events.StackEvents?.map(({ Timestamp }) => Timestamp),
    tasks: tasks.tasks?.map(({ createdAt, stoppedAt }) => [createdAt, stoppedAt]),
    hosts: Object.fromEntries(regions.map((region) => [region, hostsIn(region)])),
  };
}

function hostsIn(region: string): string[] {
  return [CloudFormationClient, ECSClient, ElasticLoadBalancingV2Client].flatMap((Client) => {
    const { endpointProvider } = new Client({ region }).config;
    return variants.map(([UseFIPS, UseDualStack]) => {
      try {
        return endpointProvider({ Region: region, UseFIPS, UseDualStack }).url.hostname;
      } catch (error) {
        return String(error);
      }
    });
  });
}

const variants = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const;
