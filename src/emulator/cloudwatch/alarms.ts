import type {
  DeleteAlarmsInput,
  DescribeAlarmsInput,
  DescribeAlarmsOutput,
  MetricAlarm,
  PutMetricAlarmInput,
  SetAlarmStateInput,
} from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../contract/aws-error.ts';
import type { CloudWatch } from './state.ts';

/** Creates an alarm without a state, or changes one, which keeps its state; nothing evaluates it. */
export function putMetricAlarm({ world, alarms }: CloudWatch, input: PutMetricAlarmInput): object {
  const { Tags: _, AlarmName = '', ...settings } = input;
  if (!settings.MetricName && !settings.Metrics?.length && !settings.EvaluationCriteria)
    throw new AwsError('ValidationError', 'Exactly one of MetricName and Metrics must be specified.');
  const now = world.clock.now();
  const { region, accountId, partition } = world.options;
  const known = alarms.get(AlarmName);
  alarms.set(AlarmName, {
    ActionsEnabled: true,
    OKActions: [],
    AlarmActions: [],
    InsufficientDataActions: [],
    Dimensions: [],
    ...settings,
    AlarmName,
    AlarmArn: `arn:${partition}:cloudwatch:${region}:${accountId}:alarm:${AlarmName}`,
    AlarmConfigurationUpdatedTimestamp: now,
    StateValue: known?.StateValue ?? 'INSUFFICIENT_DATA',
    StateReason: known?.StateReason ?? 'Unchecked: Initial alarm creation',
    StateReasonData: known?.StateReasonData,
    StateUpdatedTimestamp: known?.StateUpdatedTimestamp ?? now,
    StateTransitionedTimestamp: known?.StateTransitionedTimestamp ?? now,
  });
  return {};
}

/** Gives an alarm a state, which it keeps until the next call. */
export function setAlarmState({ world, alarms }: CloudWatch, input: SetAlarmStateInput): object {
  const { AlarmName = '', StateValue, StateReason, StateReasonData } = input;
  const alarm = alarms.get(AlarmName);
  if (!alarm) throw new AwsError('ResourceNotFound', `Unknown alarm: ${AlarmName}`, 404);
  if (!['OK', 'ALARM', 'INSUFFICIENT_DATA'].includes(StateValue ?? ''))
    throw new AwsError('ValidationError', `StateValue must be one of OK, ALARM, INSUFFICIENT_DATA, not ${StateValue}.`);
  const now = world.clock.now();
  const StateTransitionedTimestamp = alarm.StateValue === StateValue ? alarm.StateTransitionedTimestamp : now;
  alarms.set(AlarmName, {
    ...alarm,
    StateValue,
    StateReason,
    StateReasonData,
    StateUpdatedTimestamp: now,
    StateTransitionedTimestamp,
  });
  return {};
}

/** Deletes all alarms of those names, or none if one of them is unknown. */
export function deleteAlarms({ alarms }: CloudWatch, { AlarmNames = [] }: DeleteAlarmsInput): object {
  const unknown = AlarmNames.filter((name) => !alarms.has(name));
  if (unknown.length > 0) throw new AwsError('ResourceNotFound', `Unknown alarms: ${unknown.join(', ')}`, 404);
  for (const name of AlarmNames) alarms.delete(name);
  return {};
}

/** The alarms that were asked for, by name; a name that no alarm has is left out. */
export function describeAlarms({ world, alarms }: CloudWatch, input: DescribeAlarmsInput): DescribeAlarmsOutput {
  const { ChildrenOfAlarmName, ParentsOfAlarmName, AlarmNames, AlarmNamePrefix, AlarmTypes, MaxRecords = 50 } = input;
  if (ChildrenOfAlarmName ?? ParentsOfAlarmName)
    throw new AwsError('ValidationError', 'The emulator has no composite alarms.');
  if (AlarmNames?.length && AlarmNamePrefix)
    throw new AwsError('InvalidParameterCombination', 'AlarmNames and AlarmNamePrefix cannot both be specified.');
  const wanted = AlarmTypes?.length && !AlarmTypes.includes('MetricAlarm') ? [] : [...alarms.values()];
  const found = wanted
    .filter((alarm) => meets(alarm, input))
    .sort((one, other) => ((one.AlarmName ?? '') < (other.AlarmName ?? '') ? -1 : 1));
  const from = readToken(input.NextToken);
  const end = from + Math.min(MaxRecords, world.options.pageSize);
  return {
    MetricAlarms: found.slice(from, end),
    CompositeAlarms: [],
    ...(end < found.length && { NextToken: Buffer.from(`from:${end}`).toString('base64url') }),
  };
}

function meets(
  alarm: MetricAlarm,
  { AlarmNames, AlarmNamePrefix = '', StateValue, ActionPrefix }: DescribeAlarmsInput,
) {
  const { AlarmName = '', OKActions = [], AlarmActions = [], InsufficientDataActions = [] } = alarm;
  const actions = [...OKActions, ...AlarmActions, ...InsufficientDataActions];
  return (
    (!AlarmNames?.length || AlarmNames.includes(AlarmName)) &&
    AlarmName.startsWith(AlarmNamePrefix) &&
    (StateValue === undefined || alarm.StateValue === StateValue) &&
    (ActionPrefix === undefined || actions.some((action) => action.startsWith(ActionPrefix)))
  );
}

function readToken(token: string | undefined): number {
  if (token === undefined) return 0;
  const from = /^from:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (from === undefined) throw new AwsError('InvalidNextToken', 'The next token is not valid.');
  return Number(from);
}
