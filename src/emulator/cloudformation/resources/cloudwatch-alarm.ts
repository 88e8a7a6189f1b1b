import type { Properties } from '../template/template.ts';
import type { HandlerContext, ResourceHandler } from './handler.ts';
import { createRecordedHandler } from './recorded.ts';
import { type Shape, toPascal } from './shape.ts';

const recorded = createRecordedHandler('AWS::CloudWatch::Alarm') as ResourceHandler;

/** AWS::CloudWatch::Alarm: recorded as other types are, and there for DescribeAlarms and SetAlarmState. */
export const alarmHandler: ResourceHandler = {
  ...recorded,
  create: async (context, properties) => {
    const created = await recorded.create(context, properties);
    await put(context, created.physicalId, properties);
    return created;
  },
  update: async (context, resource, next) => {
    await put(context, resource.physicalId, next);
    return resource.attributes;
  },
  delete: async (context, { physicalId }) => {
    const { MetricAlarms } = await context.call<{ MetricAlarms: readonly object[] }>('cloudwatch', 'DescribeAlarms', {
      AlarmNames: [physicalId],
    });
    if (MetricAlarms.length > 0) await context.call('cloudwatch', 'DeleteAlarms', { AlarmNames: [physicalId] });
  },
};

async function put(context: HandlerContext, AlarmName: string, properties: Properties): Promise<void> {
  await context.call('cloudwatch', 'PutMetricAlarm', { ...(toPascal(properties, shape) as object), AlarmName });
}

const shape: Shape = {
  ActionsEnabled: 'flag',
  DatapointsToAlarm: 'number',
  EvaluationCriteria: 'verbatim',
  EvaluationInterval: 'number',
  EvaluationPeriods: 'number',
  Period: 'number',
  Threshold: 'number',
  Metrics: { MetricStat: { Period: 'number' }, Period: 'number', ReturnData: 'flag' },
};
