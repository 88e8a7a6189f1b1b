import type { CallToAuthorize } from '../../src/emulator/authorization.ts';

/** One permission that AWS checks for a call, according to the service authorization reference. */
export interface IamRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | string[]>>;
}

/** Where the calls are made, and what only AWS knows about them. */
export interface Surroundings {
  readonly region: string;
  readonly account: string;
  /** Tags of load balancing resources, by ARN. */
  readonly tagsOf: (arn: string) => Promise<Readonly<Record<string, string>>>;
}

/** Every permission that AWS would check for a call that the steps or CloudFormation make. */
export async function iamRequests(call: CallToAuthorize, around: Surroundings): Promise<readonly IamRequest[]> {
  const { service, operation } = call;
  const input = call.input as Input;
  switch (service) {
    case 'cloudformation':
      return stackRequests(operation, input, around);
    case 'ecs':
      return ecsRequests(operation, input, around);
    case 'elb':
      return elbRequests(operation, input, around);
    case 'cloudwatch':
      return [{ action: `cloudwatch:${operation}`, resource: '*', context: {} }];
    case 's3': {
      const action = `s3:${operation}${input['VersionId'] === undefined ? '' : 'Version'}`;
      return [{ action, resource: `arn:aws:s3:::${input['Bucket']}/${input['Key']}`, context: {} }];
    }
  }
}

// biome-ignore lint/suspicious/noExplicitAny: the inputs of all operations, each of which has its own shape.
type Input = Record<string, any>;

const newId = '0123456789abcdef';

function stackRequests(operation: string, input: Input, { region, account }: Surroundings): IamRequest[] {
  const name = String(input['StackName']);
  const resource = name.startsWith('arn:')
    ? name
    : `arn:aws:cloudformation:${region}:${account}:stack/${name}/0f6a1b2c-0000-0000-0000-000000000000`;
  const role = input['RoleARN'] as string | undefined;
  return [
    { action: `cloudformation:${operation}`, resource, context: role ? { 'cloudformation:RoleArn': role } : {} },
    ...passRole(role, 'cloudformation.amazonaws.com'),
  ];
}

function ecsRequests(operation: string, input: Input, around: Surroundings): IamRequest[] {
  const arn = (resource: string) => `arn:aws:ecs:${around.region}:${around.account}:${resource}`;
  const cluster = lastPart(input['cluster']);
  const service = lastPart(input['service'] ?? input['serviceName']);
  const inCluster = { 'ecs:cluster': arn(`cluster/${cluster}`) };
  const inService = { ...inCluster, 'ecs:service': arn(`service/${cluster}/${service}`) };
  const action = `ecs:${operation}`;
  const created = (resource: string, context: IamRequest['context']) =>
    createdWithTags(action, resource, context, input);
  switch (operation) {
    case 'DescribeServices':
      return input['services'].map((name: string) => ({
        action,
        resource: arn(`service/${cluster}/${lastPart(name)}`),
        context: inCluster,
      }));
    case 'CreateService':
      return created(arn(`service/${cluster}/${service}`), inCluster);
    case 'UpdateService':
    case 'DeleteService':
      return [{ action, resource: arn(`service/${cluster}/${service}`), context: inCluster }];
    case 'CreateTaskSet':
      return created(arn(`task-set/${cluster}/${service}/ecs-svc/${newId}`), inService);
    case 'UpdateTaskSet':
    case 'DeleteTaskSet':
      return [{ action, resource: arn(`task-set/${cluster}/${service}/${input['taskSet']}`), context: inService }];
    case 'DescribeTaskSets':
      return input['taskSets'].map((id: string) => ({
        action,
        resource: arn(`task-set/${cluster}/${service}/${id}`),
        context: inService,
      }));
    case 'ListTasks':
      return [{ action, resource: arn(`container-instance/${cluster}/${newId}`), context: inCluster }];
    case 'DescribeTasks':
      // A crash loop leaves hundreds of tasks that a policy could not tell apart.
      return [...new Set<string>(input['tasks'].map((task: string) => task.replace(/[^/]+$/, newId)))].map(
        (resource) => ({
          ...{ action, resource, context: inCluster },
        }),
      );
    case 'DescribeTaskDefinition':
      return [{ action, resource: '*', context: {} }];
    case 'RegisterTaskDefinition':
      return [
        ...created(arn(`task-definition/${input['family']}:1`), {}),
        ...passRole(input['executionRoleArn'], 'ecs-tasks.amazonaws.com'),
        ...passRole(input['taskRoleArn'], 'ecs-tasks.amazonaws.com'),
      ];
    case 'TagResource':
      return [{ action, resource: input['resourceArn'], context: requestTags(tagsIn(input)) }];
    case 'UntagResource':
      return [{ action, resource: input['resourceArn'], context: { 'aws:TagKeys': input['tagKeys'] } }];
    default:
      throw new TypeError(`the test knows no permissions of ${action}`);
  }
}

async function elbRequests(operation: string, input: Input, around: Surroundings): Promise<IamRequest[]> {
  const action = `elasticloadbalancing:${operation}`;
  const arn = (resource: string) => `arn:aws:elasticloadbalancing:${around.region}:${around.account}:${resource}`;
  const existing = async (resource: string): Promise<IamRequest> => ({
    action,
    resource,
    context: Object.fromEntries(
      Object.entries(await around.tagsOf(resource)).map(([key, value]) => [`aws:ResourceTag/${key}`, value]),
    ),
  });
  if (operation.startsWith('Describe')) return [{ action, resource: '*', context: {} }];
  switch (operation) {
    case 'CreateRule': {
      const listener = String(input['ListenerArn']);
      const rule = `${listener.replace(':listener/', ':listener-rule/')}/${newId}`;
      return [
        { action, resource: listener, context: requestTags(tagsIn(input)) },
        ...addTags(rule, 'CreateRule', tagsIn(input)),
      ];
    }
    case 'CreateTargetGroup': {
      const group = arn(`targetgroup/${input['Name']}/${newId}`);
      return [
        { action, resource: group, context: requestTags(tagsIn(input)) },
        ...addTags(group, 'CreateTargetGroup', tagsIn(input)),
      ];
    }
    case 'CreateListener':
      return [await existing(input['LoadBalancerArn'])];
    case 'ModifyRule':
    case 'DeleteRule':
      return [await existing(input['RuleArn'])];
    case 'SetRulePriorities':
      return Promise.all(input['RulePriorities'].map(({ RuleArn }: { RuleArn: string }) => existing(RuleArn)));
    case 'ModifyListener':
    case 'DeleteListener':
      return [await existing(input['ListenerArn'])];
    case 'ModifyTargetGroup':
    case 'ModifyTargetGroupAttributes':
    case 'DeleteTargetGroup':
      return [await existing(input['TargetGroupArn'])];
    case 'AddTags':
    case 'RemoveTags':
      return Promise.all(input['ResourceArns'].map(existing));
    default:
      throw new TypeError(`the test knows no permissions of ${action}`);
  }
}

/** Tagging on creation is a permission of its own. */
function createdWithTags(action: string, resource: string, context: IamRequest['context'], input: Input): IamRequest[] {
  const tags = tagsIn(input);
  const tagged = requestTags(tags);
  const creation = { ...tagged, 'ecs:CreateAction': action.slice(action.indexOf(':') + 1) };
  return [
    { action, resource, context: { ...context, ...tagged } },
    ...(Object.keys(tags).length > 0 ? [{ action: 'ecs:TagResource', resource, context: creation }] : []),
  ];
}

function addTags(resource: string, creation: string, tags: Readonly<Record<string, string>>): IamRequest[] {
  if (Object.keys(tags).length === 0) return [];
  const context = { ...requestTags(tags), 'elasticloadbalancing:CreateAction': creation };
  return [{ action: 'elasticloadbalancing:AddTags', resource, context }];
}

function passRole(role: string | undefined, service: string): IamRequest[] {
  return role ? [{ action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': service } }] : [];
}

function requestTags(tags: Readonly<Record<string, string>>): Record<string, string | string[]> {
  const keys = Object.keys(tags);
  if (keys.length === 0) return {};
  return {
    'aws:TagKeys': keys,
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
  };
}

function tagsIn(input: Input): Readonly<Record<string, string>> {
  const tags = (input['Tags'] ?? input['tags'] ?? []) as readonly Record<string, string>[];
  return Object.fromEntries(tags.map((tag) => [tag['Key'] ?? tag['key'] ?? '', tag['Value'] ?? tag['value'] ?? '']));
}

function lastPart(nameOrArn: unknown): string {
  const text = String(nameOrArn ?? 'default');
  return text.slice(text.lastIndexOf('/') + 1);
}
