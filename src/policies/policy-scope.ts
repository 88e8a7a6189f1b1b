/** What the policies apply to. Each text goes into ARNs unchanged, and may contain `*` and `?`. */
export interface PolicyScope {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  /** Name of the CloudFormation stack. */
  readonly stack: string;
  /** Name of the ECS cluster. */
  readonly cluster: string;
  /** Name of the ECS service. */
  readonly service: string;
  /** Name of the Application Load Balancer. */
  readonly loadBalancer: string;
  /** Family of the task definitions. */
  readonly taskFamily: string;
  /** Name, with its path, of CloudFormation's service role; undefined if CloudFormation uses its caller's permissions. */
  readonly stackRole: string | undefined;
  /** Names, with their paths, of the execution role and the task role. */
  readonly taskRoles: readonly string[];
  /** Name of the log group that the stack creates. */
  readonly logGroup: string;
  /** Bucket, and perhaps prefix, for large templates; undefined if there is none. */
  readonly templateBucket: string | undefined;
  /** Whether default actions of listeners split users; their weights can only be changed by changing the listener. */
  readonly defaultActions: boolean;
}

/** The placeholders in the committed files, for people to replace. */
export const placeholderScope: PolicyScope = {
  partition: 'PARTITION',
  region: 'REGION',
  account: 'ACCOUNT',
  stack: 'STACK',
  cluster: 'CLUSTER',
  service: 'SERVICE',
  loadBalancer: 'LOAD_BALANCER',
  taskFamily: 'TASK_FAMILY',
  stackRole: 'STACK_ROLE',
  taskRoles: ['EXECUTION_ROLE', 'TASK_ROLE'],
  logGroup: 'LOG_GROUP',
  templateBucket: 'TEMPLATE_BUCKET',
  defaultActions: true,
};

/** The ARN of something in the region, for example `arn:aws:ecs:eu-west-1:123456789012:cluster/shop`. */
export function regionalArn({ partition, region, account }: PolicyScope, service: string, resource: string): string {
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}

/** The ARN of a role; IAM has no regions. */
export function roleArn({ partition, account }: PolicyScope, name: string): string {
  return `arn:${partition}:iam::${account}:role/${name}`;
}
