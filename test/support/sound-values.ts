import { readFileSync } from 'node:fs';

const loadBalancer = 'elasticloadbalancing:us-east-1:123456789012';

/** A valid value for each parameter of each step, except those of Deploy Own Template only. */
export const soundValues: Readonly<Record<string, string>> = {
  'EcsCanary.StackName': 'canary',
  'EcsCanary.TimeoutMinutes': '45',
  'EcsCanary.DryRun': 'False',
  'EcsCanary.GreenPercent': '10',
  'EcsCanary.Image': '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/web:1.4.2',
  'EcsCanary.ExecutionRoleArn': 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
  'EcsCanary.TaskRoleArn': 'arn:aws:iam::123456789012:role/path/task',
  'EcsCanary.Environment': 'COLOUR=dark green\nURL=https://example.com/?a=b',
  'EcsCanary.Secrets': 'PASSWORD=arn:aws:ssm:us-east-1:123456789012:parameter/shop/password',
  'EcsCanary.LogGroup': '/ecs/shop',
  'EcsCanary.Cluster': 'arn:aws:ecs:us-east-1:123456789012:cluster/production',
  'EcsCanary.ServiceName': 'shop',
  'EcsCanary.VpcId': 'vpc-0a1b2c3d4e5f60718',
  'EcsCanary.Subnets': 'subnet-0a1b2c3d4e5f60718, subnet-1a1b2c3d4e5f60718',
  'EcsCanary.SecurityGroups': 'sg-0a1b2c3d4e5f60718',
  'EcsCanary.CapacityProviders': 'FARGATE=1\nFARGATE_SPOT=3',
  'EcsCanary.Tags': 'Owner=team-a\nPurpose=a shop',
  'EcsCanary.LoadBalancerArn': `arn:aws:${loadBalancer}:loadbalancer/app/shop/50dc6c495c0c9188`,
  'EcsCanary.PathPatterns': '/shop/*\n/cart',
  'EcsCanary.HostHeaders': 'shop.example.com, *.example.org',
  'EcsCanary.HealthCheckPath': '/health?deep=1',
  'EcsCanary.HealthCheckMatcher': '200-299',
  'EcsCanary.TestHeader': 'X-Canary: green',
  'EcsCanary.ApprovalStep': 'Approve 10%',
  'EcsCanary.Parts': `BlueTaskSet=BlueTaskSet\nListenerRule=ListenerRule\nListenerRule=arn:aws:${loadBalancer}:listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee`,
};

/** What Deploy Own Template needs in addition: the article's template with a parameter. */
export const soundTemplate: Readonly<Record<string, string>> = {
  'EcsCanary.Template': articleTemplate('first-deployment.yaml').replace(
    'Resources:',
    'Parameters: {Password: {Type: String, NoEcho: true}}\nResources:',
  ),
  'EcsCanary.TemplateParameters': '{"Password": "hunter2"}',
  'EcsCanary.Parts': 'ListenerRule=MyListenerRule',
};

/** The article's template as text. */
export function articleTemplate(file: string): string {
  return readFileSync(new URL(`../fixtures/article/${file}`, import.meta.url), 'utf8');
}
