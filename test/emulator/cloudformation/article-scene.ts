import { readFileSync } from 'node:fs';
import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { ECS, type TaskSet } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { createEmulator, type Emulator } from '../../../src/emulator/emulator.ts';
import type { EmulatorOptions } from '../../../src/emulator/options.ts';
import { clientSettings } from '../scene.ts';
import { type StackScene, stackShorthands } from './stack-scene.ts';

/** The whole emulator with the article's cluster and load balancer, and clients like those of users. */
export interface ArticleScene {
  readonly emulator: Emulator;
  readonly cloudFormation: CloudFormation;
  readonly ecs: ECS;
  readonly elb: ElasticLoadBalancingV2;
  readonly stack: Omit<StackScene, 'world' | 'close'>;
  /** One of the article's templates, as text, for the existing load balancer, with further texts replaced. */
  template(file: string, ...replacements: readonly [string, string][]): string;
  /** Creates the article's stack from its first template and waits until it is complete. */
  deployFirst(file?: string): Promise<void>;
  outputs(): Promise<Record<string, string>>;
  taskSets(): Promise<TaskSet[]>;
  /** Weight by target group ARN, and the rule's ARN. */
  rule(): Promise<{ readonly arn: string; readonly weights: Record<string, number> }>;
  close(): Promise<void>;
}

const writtenLoadBalancer =
  'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/mytest/3a1496378bd20439';

export async function openArticleScene(options: Partial<EmulatorOptions> = {}): Promise<ArticleScene> {
  const emulator = await createEmulator({ timeScale: 400, ...options });
  const settings = clientSettings(emulator.url);
  const cloudFormation = new CloudFormation(settings);
  const ecs = new ECS(settings);
  const elb = new ElasticLoadBalancingV2(settings);
  await ecs.createCluster({ clusterName: 'test' });
  const { LoadBalancers } = await elb.createLoadBalancer({ Name: 'mytest', Subnets: ['subnet-1', 'subnet-2'] });
  const loadBalancer = LoadBalancers?.[0]?.LoadBalancerArn ?? '';
  const stack = stackShorthands(emulator.world);
  const template: ArticleScene['template'] = (file, ...replacements) => {
    const text = readFileSync(new URL(`../../fixtures/article/${file}`, import.meta.url), 'utf8');
    const all = [[writtenLoadBalancer, loadBalancer] as const, ...replacements];
    return all.reduce((result, [from, to]) => result.replaceAll(from, to), text);
  };
  return {
    ...{ emulator, cloudFormation, ecs, elb, stack, template },
    deployFirst: async (file = 'first-deployment.json') => {
      await cloudFormation.createStack({ StackName: 'canary', TemplateBody: template(file) });
      await stack.settle('CREATE_COMPLETE');
    },
    outputs: async () =>
      Object.fromEntries(
        ((await stack.stack()).Outputs ?? []).map((output) => [output.OutputKey, output.OutputValue ?? '']),
      ),
    taskSets: async () => {
      const { services } = await ecs.describeServices({ cluster: 'test', services: ['myservice'] });
      return services?.[0]?.taskSets ?? [];
    },
    rule: () => readRule(elb, stack),
    close: async () => {
      for (const client of [cloudFormation, ecs, elb]) client.destroy();
      await emulator.close();
    },
  };
}

async function readRule(elb: ElasticLoadBalancingV2, stack: ArticleScene['stack']) {
  const arn = (await stack.resources())['MyListenerRule']?.PhysicalResourceId ?? '';
  const { Rules } = await elb.describeRules({ RuleArns: [arn] });
  const groups = Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
  return { arn, weights: Object.fromEntries(groups.map((group) => [group.TargetGroupArn ?? '', group.Weight ?? -1])) };
}
