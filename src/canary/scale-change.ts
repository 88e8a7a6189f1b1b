import type { Change } from './change.ts';
import type { Side, Traffic } from './traffic.ts';

/** The write that scales a side; percent of the service's desired count. */
export function scaleChange(
  traffic: Pick<Traffic, 'service' | 'cluster'>,
  side: Pick<Side, 'taskSet'>,
  percent: number,
): Change {
  return {
    kind: 'scale-task-set',
    serviceArn: traffic.service.arn,
    cluster: traffic.cluster,
    taskSetId: side.taskSet.id,
    percent,
  };
}
