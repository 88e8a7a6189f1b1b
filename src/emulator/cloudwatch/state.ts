import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { MetricSource } from '../contract/metrics.ts';
import type { SharedWorld } from '../contract/shared-world.ts';

/** What CloudWatch needs: what all services share, and their metrics. */
export interface CloudWatchWorld extends SharedWorld {
  readonly metrics: MetricSource;
}

/** The state of the emulated CloudWatch. */
export interface CloudWatch {
  readonly world: CloudWatchWorld;
  /** By name. */
  readonly alarms: Map<string, MetricAlarm>;
}
