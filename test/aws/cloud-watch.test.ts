import { describe, expect, it } from 'vitest';
import type { Aws, CloudWatch, TrafficPlace } from '../../src/aws/aws.ts';
import { connectToAws } from '../../src/aws/clients.ts';
import { interceptAws } from '../../src/aws/intercept.ts';
import { facing } from '../support/foreign-aws.ts';
import { type Asked, recordingAws } from '../support/recording-aws.ts';

const elb = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012';
const balancer = `${elb}:loadbalancer/app/shop/50dc6c495c0c9188`;
const blue = `${elb}:targetgroup/blue/6d0ecf831eec9f09`;
const green = `${elb}:targetgroup/green/73e2d6bc24d8a067`;
const place: TrafficPlace = { loadBalancerArn: balancer, targetGroupArns: [blue, green] };

/** A past hour, in seconds, and the minutes after it in milliseconds. */
const hour = Date.parse('2020-01-02T14:00:00Z') / 1000;
const at = (minutes: number): number => (hour + minutes * 60) * 1000;

function cloudWatchOf({ cloudWatch }: Aws): CloudWatch {
  if (!cloudWatch) throw new TypeError('it has no CloudWatch');
  return cloudWatch;
}

interface Query {
  readonly Id: string;
  readonly MetricStat: {
    readonly Metric: { readonly MetricName: string; readonly Dimensions: readonly { Name: string; Value: string }[] };
    readonly Period: number;
    readonly Stat: string;
  };
}
const queriesIn = ({ input }: Asked): readonly Query[] => input['MetricDataQueries'] as readonly Query[];
const nameOf = ({ MetricStat: { Metric, Stat } }: Query): string => {
  const group = Metric.Dimensions.find(({ Name }) => Name === 'TargetGroup')?.Value.split('/')[1] ?? 'all';
  return `${group} ${Metric.MetricName} ${Stat}`;
};

/** A CloudWatch that has these points: name of the query → minute → value, and says the status that the test wants. */
const having =
  (points: Readonly<Record<string, Readonly<Record<number, number>>>>, statusOf = (_: string) => 'Complete') =>
  (asked: Asked): string =>
    JSON.stringify({
      Messages: [],
      MetricDataResults: queriesIn(asked).map((query) => {
        const own = Object.entries(points[nameOf(query)] ?? {});
        return {
          Id: query.Id,
          Timestamps: own.map(([minute]) => hour + Number(minute) * 60),
          Values: own.map(([, value]) => value),
          StatusCode: statusOf(nameOf(query)),
        };
      }),
    });

describe('the traffic of a load balancer and its groups', () => {
  it('is asked for in one call', async () => {
    const { aws, asked } = await recordingAws(having({}));
    await cloudWatchOf(aws).readTraffic([place], at(0));
    expect(asked.map(({ operation }) => operation)).toEqual(['GetMetricData']);
    const queries = asked.flatMap(queriesIn);
    expect(queries.map(nameOf)).toEqual([
      'all RequestCount Sum',
      ...[5, 502, 503, 504].map((code) => `all HTTPCode_ELB_${code === 5 ? '5XX' : code}_Count Sum`),
      ...['blue', 'green'].flatMap((group) => [
        `${group} RequestCount Sum`,
        ...[2, 3, 4, 5].map((hundred) => `${group} HTTPCode_Target_${hundred}XX_Count Sum`),
        `${group} TargetConnectionErrorCount Sum`,
        ...['p50', 'p90', 'p99'].map((stat) => `${group} TargetResponseTime ${stat}`),
        `${group} HealthyHostCount Minimum`,
      ]),
    ]);
    expect(queries[6]?.MetricStat).toMatchObject({
      Period: 60,
      Metric: {
        Namespace: 'AWS/ApplicationELB',
        Dimensions: [
          { Name: 'LoadBalancer', Value: 'app/shop/50dc6c495c0c9188' },
          { Name: 'TargetGroup', Value: 'targetgroup/blue/6d0ecf831eec9f09' },
        ],
      },
    });
    expect(asked[0]?.input['StartTime']).toBe(hour);
  });

  it('has a minute only where something was measured, and there what is absent is zero', async () => {
    const points = {
      'blue RequestCount Sum': { 1: 900, 2: 0, 4: 850 },
      'blue HTTPCode_Target_2XX_Count Sum': { 1: 899, 4: 850 },
      'blue HTTPCode_Target_5XX_Count Sum': { 1: 1 },
      'blue TargetResponseTime p50': { 1: 0.1 },
      'blue TargetResponseTime p90': { 1: 0.2 },
      'blue TargetResponseTime p99': { 1: 0.9 },
      'blue HealthyHostCount Minimum': { 1: 4, 2: 4, 3: 4 },
      'green HTTPCode_Target_5XX_Count Sum': { 1: 2 },
      'all RequestCount Sum': { 1: 900 },
      'all HTTPCode_ELB_5XX_Count Sum': { 3: 7 },
      'all HTTPCode_ELB_502_Count Sum': { 3: 6 },
    };
    const { aws } = await recordingAws(having(points));
    const { groups, loadBalancers, incomplete } = await cloudWatchOf(aws).readTraffic([place], at(0));
    const none = { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 };
    expect(groups[blue]).toEqual([
      {
        start: at(1),
        requests: 900,
        answers: { ...none, '2xx': 899, '5xx': 1 },
        connectionErrors: 0,
        seconds: { p50: 0.1, p90: 0.2, p99: 0.9 },
        healthy: 4,
      },
      { start: at(4), requests: 850, answers: { ...none, '2xx': 850 }, connectionErrors: 0 },
    ]);
    expect(groups[green]).toEqual([{ start: at(1), requests: 0, answers: { ...none, '5xx': 2 }, connectionErrors: 0 }]);
    expect(loadBalancers[balancer]).toEqual([
      { start: at(1), requests: 900, errors: { all: 0, '502': 0, '503': 0, '504': 0 } },
      { start: at(3), requests: 0, errors: { all: 7, '502': 6, '503': 0, '504': 0 } },
    ]);
    expect(incomplete).toEqual([]);
  });

  it('has the minutes in which it counted targets, with and without requests', async () => {
    const points = {
      'blue RequestCount Sum': { 1: 900 },
      'blue HealthyHostCount Minimum': { 1: 4, 2: 0 },
      'green UnHealthyHostCount Minimum': { 1: 1 },
    };
    const { aws } = await recordingAws(having(points));
    const { targetMinutes } = await cloudWatchOf(aws).readTraffic([place], at(0));
    expect(targetMinutes).toEqual({ [blue]: [at(1), at(2)], [green]: [] });
  });

  it("lists only minutes that began at that time, and by AWS's clock ended two minutes ago", async () => {
    const answer = having({ 'blue RequestCount Sum': { 0: 1, 1: 1, 2: 1, 3: 1, 4: 1 } });
    const aws = await answering((asked) => [answer(asked), new Date(at(6.5)).toUTCString()]);
    const { now, until, groups } = await cloudWatchOf(aws).readTraffic([place], at(0.5));
    expect([now, until]).toEqual([expect.any(Number), at(4)]);
    expect(Math.abs(now - at(6.5))).toBeLessThan(30_000);
    expect(groups[blue]?.map(({ start }) => start)).toEqual([at(1), at(2), at(3)]);
  });

  it('is asked for up to a time that hides nothing, even if the clock of the worker is slow', async () => {
    const day = 86_400_000;
    const ahead = Date.now() + 400 * day;
    const ends: number[] = [];
    const aws = await answering((asked) => {
      ends.push(Number(asked.input['EndTime']) * 1000);
      return [having({})(asked), new Date(ahead).toUTCString()];
    });
    await cloudWatchOf(aws).readTraffic([place], ahead - day);
    await cloudWatchOf(aws).readTraffic([place], at(0));
    expect(ends[0]).toBeGreaterThan(ahead - day);
    expect(ends[1]).toBeGreaterThan(ahead);
  });

  it('is read page by page, and a metric is complete if its last page says so', async () => {
    const pages = [
      ['page 2', 'PartialData', { 1: 10 }],
      [undefined, 'Complete', { 2: 20 }],
    ] as const;
    const tokens: unknown[] = [];
    const { aws } = await recordingAws((asked) => {
      const [next, status, values] = pages[tokens.push(asked.input['NextToken']) - 1] ?? [];
      const page = JSON.parse(having({ 'blue RequestCount Sum': values ?? {} }, () => status ?? '')(asked));
      return JSON.stringify({ ...page, NextToken: next });
    });
    const { groups, incomplete } = await cloudWatchOf(aws).readTraffic([place], at(0));
    expect(tokens).toEqual([undefined, 'page 2']);
    expect(groups[blue]?.map(({ requests }) => requests)).toEqual([10, 20]);
    expect(incomplete).toEqual([]);
  });

  it.each(['PartialData', 'InternalError', 'Forbidden'])(
    'leaves a group out, and names it, if one of its metrics is %s: no errors may be said of it',
    async (status) => {
      const points = { 'blue RequestCount Sum': { 1: 10 }, 'green RequestCount Sum': { 1: 10 } };
      const statusOf = (name: string) => (name === 'green HTTPCode_Target_5XX_Count Sum' ? status : 'Complete');
      const { aws } = await recordingAws(having(points, statusOf));
      const { groups, incomplete } = await cloudWatchOf(aws).readTraffic([place], at(0));
      expect([groups[blue]?.length, groups[green], incomplete]).toEqual([1, [], [green]]);
    },
  );

  it('is asked for in parts of 500 metrics', async () => {
    const { aws, asked } = await recordingAws(having({}));
    const targetGroupArns = Array.from({ length: 60 }, (_, index) => `${elb}:targetgroup/g${index}/1`);
    await cloudWatchOf(aws).readTraffic([{ loadBalancerArn: balancer, targetGroupArns }], at(0));
    expect(asked.map((one) => queriesIn(one).length)).toEqual([500, 105]);
  });
});

describe('alarms', () => {
  it('are asked for by name, composite ones too, a hundred at a time and page by page', async () => {
    const { aws, asked } = await recordingAws(({ input }) => {
      const [first] = input['AlarmNames'] as readonly string[];
      const alarm = { AlarmName: first, StateValue: 'ALARM', StateReason: 'Threshold crossed' };
      return input['NextToken'] || first !== 'a0'
        ? JSON.stringify({ MetricAlarms: [], CompositeAlarms: [{ ...alarm, AlarmName: `all of ${first}` }] })
        : JSON.stringify({ MetricAlarms: [alarm], NextToken: 'page 2' });
    });
    const names = Array.from({ length: 101 }, (_, index) => `a${index}`);
    const alarms = await cloudWatchOf(aws).listAlarms(names);
    const rest = { state: 'ALARM', reason: 'Threshold crossed' };
    expect(alarms).toEqual(['a0', 'all of a0', 'all of a100'].map((name) => ({ name, ...rest })));
    expect(asked.map(({ input }) => [(input['AlarmNames'] as string[]).length, input['NextToken']])).toEqual([
      [100, undefined],
      [100, 'page 2'],
      [1, undefined],
    ]);
    expect(asked[0]?.input['AlarmTypes']).toEqual(['MetricAlarm', 'CompositeAlarm']);
  });

  it('have their state since it changed, or since the last update if AWS does not say when it changed', async () => {
    const alarms = [
      { AlarmName: 'both', StateTransitionedTimestamp: hour, StateUpdatedTimestamp: hour + 60 },
      { AlarmName: 'updated', StateUpdatedTimestamp: hour + 60 },
      { AlarmName: 'neither' },
    ];
    const { aws } = await recordingAws(() => JSON.stringify({ MetricAlarms: alarms }));
    const found = await cloudWatchOf(aws).listAlarms(alarms.map(({ AlarmName }) => AlarmName));
    expect(found.map(({ since }) => since?.getTime())).toEqual([at(0), at(1), undefined]);
  });

  it('are not asked for without names, which would list all', async () => {
    const { aws, asked } = await recordingAws(() => '{}');
    expect(await cloudWatchOf(aws).listAlarms([])).toEqual([]);
    expect(asked).toEqual([]);
  });
});

describe('CloudWatch', () => {
  it('is intercepted like the other services', async () => {
    const { aws } = await recordingAws(() => '{}');
    const calls: string[] = [];
    const intercepted = interceptAws(aws, (carryOut, { service, method }) => {
      calls.push(`${service} ${method}`);
      return carryOut();
    });
    await cloudWatchOf(intercepted).listAlarms(['a']);
    expect(calls).toEqual(['cloudWatch listAlarms']);
  });

  it('is there only if it is asked for', () => {
    const aws = connectToAws('eu-west-1', []);
    expect([aws.cloudWatch, interceptAws(aws, (carryOut) => carryOut()).cloudWatch]).toEqual([undefined, undefined]);
  });
});

describe('an error', () => {
  const denied = (action: string) => `User: arn:aws:iam::1:user/x is not authorized to perform: ${action}`;
  const reads = {
    'cloudwatch:GetMetricData': (aws: CloudWatch) => aws.readTraffic([place], at(0)),
    'cloudwatch:DescribeAlarms': (aws: CloudWatch) => aws.listAlarms(['a']),
  };

  it.each(Object.entries(reads))('of a missing permission names %s', async (action, read) => {
    const aws = await failing('AccessDeniedException', denied(action), 'AccessDenied;Sender');
    await expect(read(cloudWatchOf(aws))).rejects.toMatchObject({
      code: 'aws-access-denied',
      hint: expect.stringContaining(`Allow ${action} in the IAM policy`),
    });
  });

  it.each([
    ['ThrottlingException', 'Throttling;Sender', 'aws-throttled'],
    ['ExpiredTokenException', 'ExpiredToken;Sender', 'aws-credentials'],
    ['InternalServiceFault', 'InternalServiceError;Receiver', 'aws-unreachable'],
    ['InvalidParameterValueException', 'InvalidParameterValue;Sender', 'aws-refused'],
  ])('%s is explained', async (type, header, code) => {
    const aws = await failing(type, 'so', header, header.endsWith('Receiver') ? 500 : 400);
    await expect(cloudWatchOf(aws).readTraffic([place], at(0))).rejects.toMatchObject({ code });
  });

  it('is an answer that is not from AWS', async () => {
    const { aws } = await recordingAws(() => '{}');
    await expect(cloudWatchOf(aws).readTraffic([place], at(0))).rejects.toMatchObject({ code: 'aws-unreachable' });
  });
});

function failing(type: string, message: string, queryError: string, status = 400): Promise<Aws> {
  return facing((_request, response) => {
    response.writeHead(status, { 'x-amzn-query-error': queryError });
    response.end(JSON.stringify({ __type: `com.amazonaws.cloudwatch#${type}`, message }));
  });
}

/** An AWS whose answers have this text and this time. */
function answering(answer: (asked: Asked) => readonly [text: string, date: string]): Promise<Aws> {
  return facing((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const [text, date] = answer({ operation: '', input: JSON.parse(Buffer.concat(parts).toString()) });
      response.writeHead(200, { date, 'x-amzn-RequestId': 'an-id' });
      response.end(text);
    });
  });
}
