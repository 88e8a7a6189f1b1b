import { bindOperations, type OperationTable } from '../contract/operations.ts';
import type { Service } from '../contract/service.ts';
import { deleteAlarms, describeAlarms, putMetricAlarm, setAlarmState } from './alarms.ts';
import { getMetricData } from './metric-data.ts';
import type { CloudWatch, CloudWatchWorld } from './state.ts';

/** An emulated CloudWatch without alarms; its metrics are those that the other services measure. */
export function createCloudWatchService(world: CloudWatchWorld): Service {
  return { operations: bindOperations({ world, alarms: new Map() }, operations), close: async () => {} };
}

const operations: OperationTable<CloudWatch> = {
  GetMetricData: getMetricData,
  DescribeAlarms: describeAlarms,
  PutMetricAlarm: putMetricAlarm,
  SetAlarmState: setAlarmState,
  DeleteAlarms: deleteAlarms,
};
