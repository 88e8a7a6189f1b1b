import { describe, expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { recordingAws, result } from '../support/recording-aws.ts';

const elb = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012';
const listener = `${elb}:listener/app/shop/lb1/listener1`;
const balancer = `${elb}:loadbalancer/app/shop/lb1`;
const service = 'arn:aws:ecs:eu-west-1:123456789012:service/main/shop';

describe('what is asked', () => {
  const answers: Readonly<Record<string, string>> = {
    DescribeStacks: result('DescribeStacks', '<Stacks><member/></Stacks>'),
    GetTemplate: result('GetTemplate', '<TemplateBody>{}</TemplateBody>'),
    DescribeStackEvents: result('DescribeStackEvents', '<StackEvents/>'),
    DescribeServices: '{"services":[]}',
    DescribeTargetHealth: result('DescribeTargetHealth', '<TargetHealthDescriptions/>'),
    DescribeListeners: result('DescribeListeners', '<Listeners><member/></Listeners>'),
    DescribeLoadBalancers: result('DescribeLoadBalancers', '<LoadBalancers><member/></LoadBalancers>'),
  };

  it.each<[string, (aws: Aws) => Promise<unknown>, readonly object[]]>([
    [
      'of a stack',
      ({ cloudFormation }) => cloudFormation.describeStack('shop'),
      [{ operation: 'DescribeStacks', input: { StackName: 'shop' } }],
    ],
    [
      'of a template is the text as it was submitted',
      ({ cloudFormation }) => cloudFormation.readTemplate('shop'),
      [{ operation: 'GetTemplate', input: { StackName: 'shop', TemplateStage: 'Original' } }],
    ],
    [
      'of the last operation',
      ({ cloudFormation }) => cloudFormation.latestToken('shop'),
      [{ operation: 'DescribeStackEvents', input: { StackName: 'shop' } }],
    ],
    [
      'of a service includes its tags',
      ({ ecs }) => ecs.describeService('main', service),
      [{ operation: 'DescribeServices', input: { cluster: 'main', services: [service], include: ['TAGS'] } }],
    ],
    [
      'of a target group',
      ({ loadBalancing }) => loadBalancing.targetHealth('arn:blue'),
      [{ operation: 'DescribeTargetHealth', input: { TargetGroupArn: 'arn:blue' } }],
    ],
    [
      'of a listener is asked of it and of its load balancer',
      ({ loadBalancing }) => loadBalancing.listenerAddress(listener),
      [
        { operation: 'DescribeListeners', input: { 'ListenerArns.member.1': listener } },
        { operation: 'DescribeLoadBalancers', input: { 'LoadBalancerArns.member.1': balancer } },
      ],
    ],
  ])('%s', async (_, read, expected) => {
    const { aws, asked } = await recordingAws(({ operation }) => answers[operation] ?? '');
    await read(aws);
    expect([...asked].sort((one, other) => one.operation.localeCompare(other.operation))).toEqual(expected);
  });
});

describe('the events of one operation', () => {
  interface Event {
    readonly id: string;
    readonly token?: string;
  }
  const page = (events: readonly Event[], next?: string): string =>
    result(
      'DescribeStackEvents',
      `<StackEvents>${events.map(({ id, token }) => `<member><EventId>${id}</EventId>${token ? `<ClientRequestToken>${token}</ClientRequestToken>` : ''}</member>`).join('')}</StackEvents>${next ? `<NextToken>${next}</NextToken>` : ''}`,
    );
  const ours = (...ids: readonly string[]): readonly Event[] => ids.map((id) => ({ id, token: 'ours' }));
  const theirs = (...ids: readonly string[]): readonly Event[] => ids.map((id) => ({ id, token: 'theirs' }));

  /** What is found, oldest first, and with which tokens the pages were asked for. */
  async function eventsOf(pages: readonly (readonly Event[])[], seen?: string) {
    const { aws, asked } = await recordingAws(({ input }) => {
      const index = Number(input['NextToken'] ?? 0);
      return page(pages[index] ?? [], index + 1 < pages.length ? String(index + 1) : undefined);
    });
    const found = await aws.cloudFormation.listEvents('shop', 'ours', seen);
    return { found: found.map(({ id }) => id), turned: asked.map(({ input }) => input['NextToken']) };
  }

  it('are read back to where another one ends, and no further', async () => {
    const pages = [ours('5', '4'), [...ours('3'), ...theirs('2')], theirs('1')];
    expect(await eventsOf(pages)).toEqual({ found: ['3', '4', '5'], turned: [undefined, '1'] });
  });

  it('are read back to the first event of the stack where there was no other', async () => {
    expect(await eventsOf([ours('3', '2'), ours('1')])).toEqual({ found: ['1', '2', '3'], turned: [undefined, '1'] });
  });

  it('are read back to the one that was seen last, on whatever page that is', async () => {
    const pages = [ours('6', '5'), ours('4', '3'), ours('2', '1')];
    expect(await eventsOf(pages, '3')).toEqual({ found: ['4', '5', '6'], turned: [undefined, '1'] });
    expect(await eventsOf(pages, '6')).toEqual({ found: [], turned: [undefined] });
  });

  it('go on with those of its rollback, which may have no token', async () => {
    expect((await eventsOf([[{ id: '3' }, ...ours('2'), ...theirs('1')]])).found).toEqual(['2', '3']);
    expect((await eventsOf([[{ id: '3' }], [{ id: '2' }]], '1')).found).toEqual(['2', '3']);
  });

  it('are not those without a token that came before it', async () => {
    expect((await eventsOf([[...ours('3', '2'), { id: '1' }]])).found).toEqual(['2', '3']);
  });

  it('are none, without turning a page, while it has not begun', async () => {
    expect(await eventsOf([[{ id: '4' }, { id: '3' }], ours('2')])).toEqual({ found: [], turned: [undefined] });
    expect(await eventsOf([theirs('4', '3'), ours('2')])).toEqual({ found: [], turned: [undefined] });
  });

  it('tell its token by the newest one', async () => {
    for (const [events, token] of [
      [[...ours('2'), ...theirs('1')], 'ours'],
      [[{ id: '2' }, ...ours('1')], ''],
      [[], ''],
    ] as const) {
      const { aws } = await recordingAws(() => page(events));
      expect(await aws.cloudFormation.latestToken('shop')).toBe(token);
    }
  });
});

describe('a service', () => {
  it('is told with its task sets, each with what it wants, has and is', async () => {
    const taskSet = {
      id: 'ecs-svc/1',
      taskSetArn: 'arn:task-set/1',
      status: 'ACTIVE',
      stabilityStatus: 'STEADY_STATE',
      taskDefinition: 'arn:task-definition/shop:2',
      computedDesiredCount: 4,
      runningCount: 3,
      pendingCount: 1,
      scale: { unit: 'PERCENT', value: 40 },
      loadBalancers: [{ targetGroupArn: 'arn:green', containerName: 'web' }],
      createdAt: 1_700_000_000,
    };
    const failedCheck =
      '(service shop) (port 80) is unhealthy in (target-group arn:green) due to (reason Health checks failed with these codes: [503])';
    const young = { id: 'ecs-svc/2', stabilityStatus: 'STABILIZING', scale: { unit: 'PERCENT', value: 0 } };
    const { aws } = await recordingAws(() =>
      JSON.stringify({
        services: [
          {
            serviceArn: service,
            serviceName: 'shop',
            status: 'ACTIVE',
            deploymentController: { type: 'EXTERNAL' },
            desiredCount: 10,
            tags: [{ key: 'StableStack', value: 'Blue' }],
            taskSets: [taskSet, young],
            events: [
              { createdAt: 1_700_000_002, message: '(service shop) has reached a steady state.' },
              { createdAt: 1_700_000_001, message: failedCheck },
            ],
          },
        ],
      }),
    );
    expect(await aws.ecs.describeService('main', service)).toEqual({
      arn: service,
      name: 'shop',
      status: 'ACTIVE',
      deploymentController: 'EXTERNAL',
      desiredCount: 10,
      tags: { StableStack: 'Blue' },
      taskSets: [
        {
          id: 'ecs-svc/1',
          arn: 'arn:task-set/1',
          status: 'ACTIVE',
          steady: true,
          taskDefinition: 'arn:task-definition/shop:2',
          computedDesired: 4,
          running: 3,
          pending: 1,
          scalePercent: 40,
          targetGroupArns: ['arn:green'],
          container: 'web',
          createdAt: new Date(1_700_000_000_000),
        },
        expect.objectContaining({
          id: 'ecs-svc/2',
          steady: false,
          scalePercent: 0,
          targetGroupArns: [],
          container: '',
        }),
      ],
      failedChecks: [{ at: new Date(1_700_000_001_000), message: failedCheck }],
    });
  });
});
