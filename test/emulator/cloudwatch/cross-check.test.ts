import { CloudWatch, type PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MotoServer, requireProgram, startMotoServer } from '../../support/cross-check.ts';
import { clientSettings, openScene, type Scene } from '../scene.ts';

const present = requireProgram('moto_server');

const alarm: PutMetricAlarmInput = {
  AlarmName: 'errors',
  AlarmDescription: 'too many errors',
  Namespace: 'AWS/ApplicationELB',
  MetricName: 'HTTPCode_Target_5XX_Count',
  Dimensions: [{ Name: 'LoadBalancer', Value: 'app/shop/1' }],
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 2,
  Threshold: 5,
  ComparisonOperator: 'GreaterThanThreshold',
  AlarmActions: ['arn:aws:sns:us-east-1:123456789012:pager'],
};

const metric = {
  Namespace: 'AWS/ApplicationELB',
  MetricName: 'RequestCount',
  Dimensions: [{ Name: 'LoadBalancer', Value: 'app/shop/1' }],
};

type Step = readonly [name: string, call: (client: CloudWatch) => Promise<object>];

const conversation: readonly Step[] = [
  ['create an alarm', (client) => client.putMetricAlarm(alarm)],
  ['describe it', (client) => client.describeAlarms({ AlarmNames: ['errors'] })],
  [
    'set its state',
    (client) => client.setAlarmState({ AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'six errors' }),
  ],
  ['describe its state', (client) => client.describeAlarms({ AlarmNamePrefix: 'err', StateValue: 'ALARM' })],
  ['describe an alarm that is not there', (client) => client.describeAlarms({ AlarmNames: ['nobody'] })],
  [
    'set the state of an alarm that is not there',
    (client) => client.setAlarmState({ AlarmName: 'nobody', StateValue: 'OK', StateReason: 'so' }),
  ],
  [
    'read a metric without points',
    (client) =>
      client.getMetricData({
        MetricDataQueries: [{ Id: 'requests', MetricStat: { Metric: metric, Period: 60, Stat: 'Sum' } }],
        StartTime: new Date('2026-01-02T14:00:00Z'),
        EndTime: new Date('2026-01-02T14:10:00Z'),
      }),
  ],
  ['delete the alarm', (client) => client.deleteAlarms({ AlarmNames: ['errors'] })],
  ['describe what is deleted', (client) => client.describeAlarms({ AlarmNames: ['errors'] })],
];

/** Where moto_server's answers differ, in which steps, and why the emulator does not follow it. */
const differences: readonly { readonly path: RegExp; readonly steps: RegExp; readonly why: string }[] = [
  {
    path: /\.(StateValue|StateReasonData)$/,
    steps: /describe it/,
    why: 'AWS creates an alarm without data; moto calls it OK',
  },
  {
    path: /\.(StateTransitionedTimestamp|Metrics)$/,
    steps: /^describe/,
    why: 'AWS says when the state changed, and lists Metrics only of an alarm on metric math; moto does neither',
  },
  { path: /\.Label$/, steps: /read a metric/, why: 'AWS labels a lone metric with its name; moto adds the statistic' },
  { path: /^Messages$/, steps: /read a metric/, why: 'AWS answers with an empty list of messages; moto leaves it out' },
];

describe.runIf(present)('the same CloudWatch conversation with moto_server', () => {
  let scene: Scene;
  let moto: MotoServer;
  let ours: Map<string, unknown>;
  let theirs: Map<string, unknown>;

  beforeAll(async () => {
    [scene, moto] = await Promise.all([openScene(), startMotoServer()]);
    ours = await converse(scene.emulator.url);
    theirs = await converse(moto.url);
  }, 60_000);
  afterAll(() => Promise.all([scene?.close(), moto?.close()]));

  const differing = (step: string): string[] => {
    const [mine, other] = [flatten(ours.get(step)), flatten(theirs.get(step))];
    return [...new Set([...mine.keys(), ...other.keys()])].filter((path) => mine.get(path) !== other.get(path));
  };

  it.each(conversation.map(([step]) => step))('%s: the same, except for known differences', (step) => {
    const known = differences.filter(({ steps }) => steps.test(step));
    const unknown = differing(step).filter((path) => !known.some((difference) => difference.path.test(path)));
    expect(unknown).toEqual([]);
  });

  it.each(differences)('$why ($path): still different', ({ path, steps }) => {
    const affected = conversation.filter(([step]) => steps.test(step));
    expect(affected.flatMap(([step]) => differing(step)).filter((each) => path.test(each))).not.toEqual([]);
  });
});

async function converse(endpoint: string): Promise<Map<string, unknown>> {
  const client = new CloudWatch(clientSettings(endpoint));
  const outcomes = new Map<string, unknown>();
  for (const [name, call] of conversation) {
    const { $metadata: _, ...answer } = (await call(client).catch(({ name: error }: Error) => ({ error }))) as {
      readonly $metadata?: object;
    };
    outcomes.set(name, answer);
  }
  client.destroy();
  return outcomes;
}

/** Every leaf by its path, including empty lists; times differ in every run. */
function flatten(value: unknown, path = ''): Map<string, unknown> {
  if (value instanceof Date) return new Map([[path, 'TIME']]);
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (entries.length === 0) return new Map(value === undefined ? [] : [[path, JSON.stringify(value)]]);
  return new Map(entries.flatMap(([key, item]) => [...flatten(item, path ? `${path}.${key}` : key)]));
}
