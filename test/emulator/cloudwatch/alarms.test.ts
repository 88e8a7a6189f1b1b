import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmulator, type Emulator } from '../../../src/emulator/emulator.ts';
import { requireProgram, runAwsCli } from '../../support/cross-check.ts';
import { clientSettings } from '../scene.ts';

let emulator: Emulator;
let cloudWatch: CloudWatch;
let cloudFormation: CloudFormation;

beforeAll(async () => {
  emulator = await createEmulator({ timeScale: 200, pageSize: 2 });
  cloudWatch = new CloudWatch(clientSettings(emulator.url));
  cloudFormation = new CloudFormation(clientSettings(emulator.url));
});
afterAll(async () => {
  cloudWatch.destroy();
  cloudFormation.destroy();
  await emulator.close();
});

const alarm = (AlarmName: string) => ({
  AlarmName,
  Namespace: 'AWS/ApplicationELB',
  MetricName: 'HTTPCode_Target_5XX_Count',
  Statistic: 'Sum' as const,
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 5,
  ComparisonOperator: 'GreaterThanThreshold' as const,
});

async function names(input: Parameters<CloudWatch['describeAlarms']>[0] = {}): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cloudWatch.describeAlarms({ ...input, NextToken });
    found.push(...(page.MetricAlarms ?? []).map(({ AlarmName }) => AlarmName));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

describe('an alarm', () => {
  beforeAll(async () => {
    for (const name of ['shop-errors', 'shop-latency', 'blog-errors'])
      await cloudWatch.putMetricAlarm({ ...alarm(name), AlarmActions: [`arn:aws:sns:us-east-1:1:${name}`] });
  });

  it('has no data at first, then the state that it is given', async () => {
    const [fresh] = (await cloudWatch.describeAlarms({ AlarmNames: ['shop-errors'] })).MetricAlarms ?? [];
    expect(fresh).toMatchObject({
      ...alarm('shop-errors'),
      StateValue: 'INSUFFICIENT_DATA',
      AlarmArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:shop-errors',
    });
    await cloudWatch.setAlarmState({ AlarmName: 'shop-errors', StateValue: 'ALARM', StateReason: 'too many' });
    const [set] = (await cloudWatch.describeAlarms({ AlarmNames: ['shop-errors'] })).MetricAlarms ?? [];
    expect(set).toMatchObject({ StateValue: 'ALARM', StateReason: 'too many' });
    expect(Number(set?.StateUpdatedTimestamp)).toBeGreaterThanOrEqual(Number(fresh?.StateUpdatedTimestamp));
    await cloudWatch.putMetricAlarm({ ...alarm('shop-errors'), Threshold: 7 });
    const [changed] = (await cloudWatch.describeAlarms({ AlarmNames: ['shop-errors'] })).MetricAlarms ?? [];
    expect(changed).toMatchObject({ StateValue: 'ALARM', Threshold: 7, AlarmActions: [] });
  });

  it('is found by name, prefix, state and action, page by page', async () => {
    expect(await names()).toEqual(['blog-errors', 'shop-errors', 'shop-latency']);
    expect(await names({ AlarmNames: ['shop-latency', 'nobody'] })).toEqual(['shop-latency']);
    expect(await names({ AlarmNamePrefix: 'shop' })).toEqual(['shop-errors', 'shop-latency']);
    expect(await names({ StateValue: 'ALARM' })).toEqual(['shop-errors']);
    expect(await names({ ActionPrefix: 'arn:aws:sns:us-east-1:1:blog' })).toEqual(['blog-errors']);
    expect(await names({ AlarmTypes: ['CompositeAlarm'] })).toEqual([]);
    expect(await names({ AlarmTypes: ['CompositeAlarm', 'MetricAlarm'] })).toHaveLength(3);
    await expect(names({ ChildrenOfAlarmName: 'shop' })).rejects.toThrow('The emulator has no composite alarms.');
  });

  it('is gone once it is deleted, with all that are named or none', async () => {
    const both = { AlarmNames: ['blog-errors', 'nobody'] };
    await expect(cloudWatch.deleteAlarms(both)).rejects.toMatchObject({ name: 'ResourceNotFound' });
    expect(await names({ AlarmNames: both.AlarmNames })).toEqual(['blog-errors']);
    await cloudWatch.deleteAlarms({ AlarmNames: ['blog-errors'] });
    expect(await names({ AlarmNames: both.AlarmNames })).toEqual([]);
  });

  it.each([
    ['without a metric', () => cloudWatch.putMetricAlarm({ AlarmName: 'x', EvaluationPeriods: 1 } as never)],
    [
      'in a state that does not exist',
      () => cloudWatch.setAlarmState({ AlarmName: 'shop-errors', StateValue: 'BAD' as never, StateReason: '' }),
    ],
  ])('%s is refused', async (_what, call) => {
    await expect(call()).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

it("a stack's alarm is created, changed and deleted with it", async () => {
  const { AlarmName: _, ...properties } = alarm('');
  const template = (Threshold: string) =>
    JSON.stringify({
      Resources: {
        Errors: { Type: 'AWS::CloudWatch::Alarm', Properties: { ...properties, Period: '60', Threshold } },
      },
      Outputs: { Name: { Value: { Ref: 'Errors' } }, Arn: { Value: { 'Fn::GetAtt': ['Errors', 'Arn'] } } },
    });
  const settle = async (status: string) => {
    const stack = async () => (await cloudFormation.describeStacks({ StackName: 'alarmed' })).Stacks?.[0];
    await expect.poll(async () => (await stack())?.StackStatus, { timeout: 40_000 }).toBe(status);
    return Object.fromEntries(((await stack())?.Outputs ?? []).map((each) => [each.OutputKey, each.OutputValue]));
  };
  await cloudFormation.createStack({ StackName: 'alarmed', TemplateBody: template('5') });
  const { Name = '', Arn } = await settle('CREATE_COMPLETE');
  const described = async () => (await cloudWatch.describeAlarms({ AlarmNames: [Name] })).MetricAlarms?.[0];
  expect(await described()).toMatchObject({ ...properties, AlarmArn: Arn, Threshold: 5 });
  await cloudFormation.updateStack({ StackName: 'alarmed', TemplateBody: template('7') });
  await settle('UPDATE_COMPLETE');
  expect(await described()).toMatchObject({ Threshold: 7 });
  await cloudFormation.deleteStack({ StackName: 'alarmed' });
  await expect.poll(described, { timeout: 40_000 }).toBeUndefined();
}, 120_000);

describe.runIf(requireProgram('aws'))('the AWS CLI', () => {
  it('sets and shows the state of an alarm', async () => {
    await cloudWatch.putMetricAlarm(alarm('from-cli'));
    const set = ['--alarm-name', 'from-cli', '--state-value', 'OK', '--state-reason', 'fine'];
    expect(await runAwsCli(emulator.url, ['cloudwatch', 'set-alarm-state', ...set])).toMatchObject({ status: 0 });
    const { stdout } = await runAwsCli(emulator.url, ['cloudwatch', 'describe-alarms', '--alarm-names', 'from-cli']);
    expect(JSON.parse(stdout).MetricAlarms).toMatchObject([{ AlarmName: 'from-cli', StateValue: 'OK' }]);
  }, 60_000);
});
