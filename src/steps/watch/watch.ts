import { summarise, trafficOutputs } from '../../canary/summary.ts';
import { observeTraffic } from '../../observation/observe-traffic.ts';
import { firstParameters, lastParameters, middleParameters } from '../../parameters/shared-parameters.ts';
import { trafficActions, trafficOutputDescriptions } from '../shared/traffic-outputs.ts';
import { defineStep } from '../step.ts';
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

export const watch = defineStep({
  id: 'watch',
  name: 'Watch Canary',
  summary:
    'Compares green with blue by the errors and latency that CloudWatch has for both, and writes what they show, and what nobody can know yet, for the next approval. Changes nothing. Can fail the deployment if green is worse.',
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
    RequestsBlue: 'Requests of blue that were compared.',
    RequestsGreen: 'Requests of green that were compared.',
    ErrorsBlue: 'How many of them failed.',
    ErrorsGreen: 'How many of them failed.',
    Evidence: 'All figures as JSON; docs/evidence.md explains each.',
  },
  actions: [...trafficActions, 'cloudwatch:GetMetricData', 'cloudwatch:DescribeAlarms'],
  observe: async ({ reader, values, run }) => ({ traffic: await observeTraffic(reader, values.stackName, run.region) }),
  decide: ({ traffic }) => ({
    kind: 'done',
    reason: 'Nothing was compared yet.',
    outputs: {
      ...trafficOutputs(traffic),
      Summary: summarise('Watch', traffic),
      Verdict: 'NoEvidence',
      RequestsBlue: '0',
      RequestsGreen: '0',
      ErrorsBlue: '0',
      ErrorsGreen: '0',
      Evidence: '{}',
    },
  }),
});
