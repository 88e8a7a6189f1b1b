import { describe, expect, it } from 'vitest';
import { type Asked, recordingAws, result } from '../support/recording-aws.ts';

const listener = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shop/lb1/listener1';
const inputs = (asked: readonly Asked[]) => asked.map(({ input }) => input);
const numbers = (count: number) => Array.from({ length: count }, (_, index) => `arn:${index}`);

describe('a listing turns every page, and gives what was on each', () => {
  /** Three pages, each of which is asked for with what the last one said. */
  const pageOf = (token: unknown): [item: string, next: string | undefined] =>
    token === undefined ? ['first', 'page 2'] : token === 'page 2' ? ['second', 'page 3'] : ['third', undefined];

  it('of rules, by Marker', async () => {
    const { aws, asked } = await recordingAws(({ input }) => {
      const [item, next] = pageOf(input['Marker']);
      const rules = `<Rules><member><RuleArn>${item}</RuleArn><Priority>1</Priority></member></Rules>`;
      return result('DescribeRules', `${rules}${next ? `<NextMarker>${next}</NextMarker>` : ''}`);
    });
    const found = await aws.loadBalancing.listRules(listener);
    expect(found).toEqual(
      ['first', 'second', 'third'].map((arn) => ({ arn, priority: '1', conditions: [], actions: [] })),
    );
    expect(asked.map(({ operation }) => operation)).toEqual(Array(3).fill('DescribeRules'));
    expect(inputs(asked)).toEqual([
      { ListenerArn: listener },
      { ListenerArn: listener, Marker: 'page 2' },
      { ListenerArn: listener, Marker: 'page 3' },
    ]);
  });

  it('of listeners, by Marker', async () => {
    const { aws, asked } = await recordingAws(({ input }) => {
      const [item, next] = pageOf(input['Marker']);
      const listeners = `<Listeners><member><ListenerArn>${item}</ListenerArn></member></Listeners>`;
      return result('DescribeListeners', `${listeners}${next ? `<NextMarker>${next}</NextMarker>` : ''}`);
    });
    expect(await aws.loadBalancing.listListeners('arn:balancer')).toEqual(['first', 'second', 'third']);
    expect(inputs(asked)).toEqual([
      { LoadBalancerArn: 'arn:balancer' },
      { LoadBalancerArn: 'arn:balancer', Marker: 'page 2' },
      { LoadBalancerArn: 'arn:balancer', Marker: 'page 3' },
    ]);
  });

  it('of resources, by NextToken', async () => {
    const { aws, asked } = await recordingAws(({ input }) => {
      const [item, next] = pageOf(input['NextToken']);
      const resource = `<member><LogicalResourceId>${item}</LogicalResourceId><PhysicalResourceId>arn:${item}</PhysicalResourceId><ResourceType>AWS::ECS::TaskSet</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>`;
      return result(
        'ListStackResources',
        `<StackResourceSummaries>${resource}</StackResourceSummaries>${next ? `<NextToken>${next}</NextToken>` : ''}`,
      );
    });
    expect(await aws.cloudFormation.listResources('shop')).toEqual(
      ['first', 'second', 'third'].map((logicalId) => ({
        logicalId,
        physicalId: `arn:${logicalId}`,
        type: 'AWS::ECS::TaskSet',
        status: 'CREATE_COMPLETE',
      })),
    );
    expect(asked.map(({ operation }) => operation)).toEqual(Array(3).fill('ListStackResources'));
    expect(inputs(asked)).toEqual([
      { StackName: 'shop' },
      { StackName: 'shop', NextToken: 'page 2' },
      { StackName: 'shop', NextToken: 'page 3' },
    ]);
  });

  it.each([
    ['RUNNING', { startedBy: 'ecs-svc/1' }],
    ['STOPPED', { serviceName: 'shop', desiredStatus: 'STOPPED' }],
  ] as const)('of tasks that are %s, by nextToken', async (status, filter) => {
    const { aws, asked } = await recordingAws(({ operation, input }) => {
      const [item, nextToken] = pageOf(input['nextToken']);
      if (operation === 'ListTasks') return JSON.stringify({ taskArns: [item], nextToken });
      const tasks = (input['tasks'] as readonly string[]).map((taskArn) => ({ taskArn, startedBy: 'ecs-svc/1' }));
      return JSON.stringify({ tasks });
    });
    const found = await aws.ecs.listTasks('main', 'shop', 'ecs-svc/1', status);
    expect(found.map(({ arn }) => arn)).toEqual(['first', 'second', 'third']);
    expect(asked).toEqual([
      { operation: 'ListTasks', input: { cluster: 'main', ...filter } },
      { operation: 'ListTasks', input: { cluster: 'main', ...filter, nextToken: 'page 2' } },
      { operation: 'ListTasks', input: { cluster: 'main', ...filter, nextToken: 'page 3' } },
      { operation: 'DescribeTasks', input: { cluster: 'main', tasks: ['first', 'second', 'third'] } },
    ]);
  });
});

describe('what AWS tells of few things a call is asked for in parts', () => {
  it.each([
    [100, [100]],
    [101, [100, 1]],
    [250, [100, 100, 50]],
  ])('%i tasks', async (count, chunks) => {
    const { aws, asked } = await recordingAws(({ operation, input }) => {
      if (operation === 'ListTasks') return JSON.stringify({ taskArns: numbers(count) });
      const tasks = (input['tasks'] as readonly string[]).map((taskArn) => ({ taskArn, startedBy: 'ecs-svc/1' }));
      return JSON.stringify({ tasks });
    });
    const found = await aws.ecs.listTasks('main', 'shop', 'ecs-svc/1', 'RUNNING');
    expect(found.map(({ arn }) => arn)).toEqual(numbers(count));
    const parts = inputs(asked.slice(1)).map(({ tasks }) => (tasks as readonly string[]).length);
    expect(parts).toEqual(chunks);
  });

  it.each([
    [20, [20]],
    [21, [20, 1]],
    [45, [20, 20, 5]],
  ])('the tags of %i rules', async (count, chunks) => {
    const { aws, asked } = await recordingAws(({ input }) => {
      const tagged = Object.values(input).map(
        (arn) =>
          `<member><ResourceArn>${arn}</ResourceArn><Tags><member><Key>of</Key><Value>${arn}</Value></member></Tags></member>`,
      );
      return result('DescribeTags', `<TagDescriptions>${tagged.join('')}</TagDescriptions>`);
    });
    const tags = await aws.loadBalancing.readTags(numbers(count));
    expect(tags).toEqual(Object.fromEntries(numbers(count).map((arn) => [arn, { of: arn }])));
    expect(inputs(asked).map((input) => Object.keys(input).length)).toEqual(chunks);
    expect(inputs(asked)[0]).toMatchObject({ 'ResourceArns.member.1': 'arn:0', 'ResourceArns.member.20': 'arn:19' });
  });

  it('and nothing at all for nobody', async () => {
    const { aws, asked } = await recordingAws(() => JSON.stringify({ taskArns: [] }));
    expect(await aws.ecs.listTasks('main', 'shop', 'ecs-svc/1', 'STOPPED')).toEqual([]);
    expect(await aws.loadBalancing.readTags([])).toEqual({});
    expect(asked.map(({ operation }) => operation)).toEqual(['ListTasks']);
  });
});

describe('a task', () => {
  it('of another task set of the service is none of those that were asked for', async () => {
    const { aws } = await recordingAws(({ operation }) =>
      operation === 'ListTasks'
        ? JSON.stringify({ taskArns: ['a', 'b'] })
        : JSON.stringify({
            tasks: [
              { taskArn: 'a', startedBy: 'ecs-svc/1' },
              { taskArn: 'b', startedBy: 'ecs-svc/2' },
            ],
          }),
    );
    const found = await aws.ecs.listTasks('main', 'shop', 'ecs-svc/2', 'STOPPED');
    expect(found.map(({ arn }) => arn)).toEqual(['b']);
  });
});
