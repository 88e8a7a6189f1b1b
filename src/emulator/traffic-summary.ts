import type { TrafficRecord } from './elb/state.ts';

/** The requests that took one path through the load balancer; times are emulated epoch milliseconds. */
export interface TrafficSplit {
  readonly listenerArn: string;
  readonly ruleArn: string;
  readonly targetGroupArn?: string;
  readonly taskDefinitionArn?: string;
  readonly taskSetId?: string;
  readonly requests: number;
  readonly first: number;
  readonly last: number;
  /** HTTP status → number of answers. */
  readonly statuses: Readonly<Record<string, number>>;
}

/** One entry for each combination of listener rule, target group, task definition and task set that received a request. */
export function summarizeTraffic(records: readonly TrafficRecord[]): readonly TrafficSplit[] {
  const ways = new Map<string, TrafficRecord[]>();
  for (const record of records) {
    const key = [record.ruleArn, record.targetGroupArn, record.taskDefinitionArn, record.taskSetId].join(' ');
    const way = ways.get(key);
    if (way) way.push(record);
    else ways.set(key, [record]);
  }
  return [...ways.values()].map(summarizeWay);
}

function summarizeWay(records: readonly TrafficRecord[]): TrafficSplit {
  const { time: _time, status: _status, ...way } = records[0] as TrafficRecord;
  const statuses: Record<string, number> = {};
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const { time, status } of records) {
    statuses[status] = (statuses[status] ?? 0) + 1;
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  return { ...way, requests: records.length, first, last, statuses };
}
