import { mostMinutes } from '../../canary/settling.ts';
import { firstParameters, lastParameters, middleParameters } from '../../parameters/shared-parameters.ts';
import { trafficActions, trafficOutputDescriptions } from '../shared/traffic-outputs.ts';
import { defineStep } from '../step.ts';
import { decideWatch } from './decision.ts';
import {
  alarms,
  countErrors,
  latencyMargin,
  maxErrorRate,
  maxLatency,
  nextPercent,
  watchMinutes,
  whenWorse,
} from './parameters.ts';
import { observeWatch } from './sighting.ts';

/** What CloudWatch's lag and the wait for a whole minute add to a watch. */
const overhead = 5;

export const watch = defineStep({
  id: 'watch',
  name: 'Watch Canary',
  summary:
    'Compares the errors and latency of green and blue in CloudWatch, and tells the next approver what they show and what they cannot show yet. Changes nothing. Can fail the deployment if green is worse.',
  parameters: {
    ...firstParameters,
    watchMinutes,
    whenWorse,
    alarms,
    ...middleParameters,
    latencyMargin,
    countErrors,
    maxErrorRate,
    maxLatency,
    nextPercent,
    ...lastParameters,
  },
  outputs: {
    ...trafficOutputDescriptions,
    Summary:
      'Markdown for the instructions of a manual intervention: the verdict, the figures of both colours, and what they mean.',
    Verdict: 'What the figures say about green: `Worse`, `NoWorse`, `Better`, `CannotTell` or `NoEvidence`.',
    RequestsBlue: 'Requests to blue that were compared; blank if none were measured.',
    RequestsGreen: 'Requests to green that were compared; blank if none were measured.',
    ErrorsBlue: "How many of blue's requests failed; blank if none were measured.",
    ErrorsGreen: "How many of green's requests failed; blank if none were measured.",
    Evidence: 'All figures as JSON; docs/evidence.md explains each.',
  },
  actions: [...trafficActions, 'cloudwatch:GetMetricData', 'cloudwatch:DescribeAlarms'],
  checks: [
    ({ watchMinutes, timeoutMinutes }) =>
      watchMinutes === 0 || watchMinutes + overhead <= timeoutMinutes
        ? []
        : [
            `EcsCanary.WatchMinutes, EcsCanary.TimeoutMinutes: to watch for ${watchMinutes} minutes, set the time limit to at least ${watchMinutes + overhead} (at most ${mostMinutes}).`,
          ],
  ],
  observe: ({ reader, values, run }) => observeWatch(reader, values.stackName, values.alarms, run),
  seen: ({ traffic, now }) => ({ productionRules: traffic.productionRules, awsTime: now }),
  decide: (sighting, { values }) => decideWatch(sighting, values),
});
