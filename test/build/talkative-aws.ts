import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An endpoint that answers with more members than the steps read, and records its requests. */
export interface TalkativeAws {
  readonly endpoint: string;
  /** Operation and body of each request since it was last read. */
  readonly takeRequests: () => readonly string[];
  readonly close: () => Promise<void>;
}

export async function startTalkativeAws(): Promise<TalkativeAws> {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const target = request.headers['x-amz-target']?.toString().split('.')[1];
    requests.push(`${target ?? ''} ${body}`);
    const operation = target ?? new URLSearchParams(body).get('Action') ?? '';
    response.setHeader('content-type', target ? 'application/x-amz-json-1.1' : 'text/xml');
    const answer = answers[operation] ?? {};
    const whole = { [`${operation}Result`]: answer, ResponseMetadata: { RequestId: 'r' } };
    response.end(target ? JSON.stringify(answer) : `<R>${toXml(whole)}</R>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeRequests: () => requests.splice(0),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function toXml(value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => `<member>${toXml(item)}</member>`).join('');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([name, inner]) => `<${name}>${toXml(inner)}</${name}>`)
    .join('');
}

const time = '2026-11-22T10:00:00.123Z';
const resource = { LogicalResourceId: 'Blue', PhysicalResourceId: 'b-1', ResourceType: 'AWS::ECS::TaskSet' };
const taskSet = {
  ...{ id: 'ecs-svc/1', taskSetArn: 'ts-1', status: 'ACTIVE', stabilityStatus: 'STEADY_STATE', taskDefinition: 'td:1' },
  ...{ computedDesiredCount: 3, runningCount: 2, pendingCount: 1, scale: { value: 40.5, unit: 'PERCENT' } },
  ...{
    loadBalancers: [{ targetGroupArn: 'tg-1', containerName: 'web', containerPort: 80 }],
    createdAt: 1795341600.123,
    unheardOf: { a: [1] },
  },
};
const logOptions = { 'awslogs-group': 'g', 'awslogs-stream-prefix': 'p', 'awslogs-region': 'eu-west-1' };
const task = {
  ...{ taskArn: 't-1', lastStatus: 'STOPPED', startedBy: 'ecs-svc/1', stopCode: 'EssentialContainerExited' },
  ...{ stoppedReason: 'Essential container exited', stoppedAt: 1795341600, connectivity: 'CONNECTED' },
  attachments: [{ id: 'a', details: [{ name: 'privateIPv4Address', value: '10.0.0.1' }] }],
  startedAt: 1795341500,
  containers: [
    { name: 'web', exitCode: 7, reason: 'OutOfMemory', healthStatus: 'UNHEALTHY', networkBindings: [{ hostPort: 1 }] },
  ],
};

const answers: Readonly<Record<string, object>> = {
  DescribeStacks: {
    Stacks: [
      {
        ...{ StackId: 'stack-1', StackName: 'shop', StackStatus: 'UPDATE_COMPLETE', StackStatusReason: 'because' },
        ...{ Outputs: [{ OutputKey: 'A', OutputValue: 'a', ExportName: 'e' }], CreationTime: time },
        ...{ Parameters: [{ ParameterKey: 'P', ParameterValue: 'p' }], Capabilities: ['CAPABILITY_IAM'] },
      },
    ],
  },
  ListStackResources: { StackResourceSummaries: [{ ...resource, ResourceStatus: 'CREATE_COMPLETE' }] },
  GetTemplate: { TemplateBody: 'text', StagesAvailable: ['Original'] },
  DescribeStackEvents: {
    StackEvents: [
      {
        ...{ ...resource, EventId: 'e-1', Timestamp: time, ClientRequestToken: 'token-1', StackName: 'shop' },
        ...{ ResourceStatus: 'CREATE_FAILED', ResourceStatusReason: 'no room', ResourceProperties: '{}' },
      },
    ],
  },
  DescribeServices: {
    services: [
      {
        ...{ serviceArn: 'service-1', serviceName: 'shop', status: 'ACTIVE', desiredCount: 5, taskSets: [taskSet] },
        ...{ deploymentController: { type: 'EXTERNAL' }, tags: [{ key: 'StableStack', value: 'Blue' }] },
        ...{
          deployments: [{ id: 'd' }],
          events: [{ id: 'e', createdAt: 1795341600, message: 'failed container health checks' }],
          createdAt: 1,
        },
      },
    ],
  },
  DescribeTaskDefinition: {
    taskDefinition: {
      family: 'shop',
      containerDefinitions: [
        { name: 'web', image: 'shop', logConfiguration: { logDriver: 'awslogs', options: logOptions } },
      ],
    },
  },
  ListTasks: { taskArns: ['t-1'] },
  DescribeTasks: { tasks: [task] },
};
