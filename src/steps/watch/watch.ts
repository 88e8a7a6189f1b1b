import { mostMinutes } from '../../canary/settling.ts';
import { allowedHours, freezes, timeZone } from '../../parameters/calendar-parameters.ts';
import { firstParameters, lastParameters, middleParameters } from '../../parameters/shared-parameters.ts';
import { trafficActions, trafficOutputDescriptions } from '../shared/traffic-outputs.ts';
import { defineStep } from '../step.ts';
import { leaveClosed } from './closed-canary.ts';
import { decideWatch } from './decision.ts';
import { attachFinalReport } from './final-report.ts';
import { observeGuard, type WatchState } from './guard.ts';
import {
  alarms,
  countErrors,
  latencyMargin,
  maxErrorRate,
  maxLatency,
  nextPercent,
  onSilence,
  retreatTo,
  watchMinutes,
  whenWorse,
} from './parameters.ts';
import { decideRetreat } from './retreat-decision.ts';
import { observeWatch } from './sighting.ts';

/** What CloudWatch's lag and the wait for a whole minute add to a watch. */
const overhead = 6;

export const watch = defineStep({
  id: 'watch',
  name: 'Watch Canary',
  summary:
    'Compares green with blue by the errors and latency that CloudWatch has for both, and writes what they show, and what nobody can know yet, for the next approval. If green is worse, it leaves the decision to the next approval, fails the deployment, or takes the traffic back to blue, as you choose; otherwise it changes nothing.',
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
    retreatTo,
    onSilence,
    nextPercent,
    allowedHours,
    timeZone,
    freezes,
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
    Retreated: '`True` if this step took traffic from green.',
    ConfirmCommand:
      'The note that the next approval needs, such as `/weight 50!`, because traffic was taken from green; otherwise empty.',
    Evidence: 'All figures as JSON; docs/evidence.md explains each.',
  },
  actions: [
    ...trafficActions,
    'cloudwatch:GetMetricData',
    'cloudwatch:DescribeAlarms',
    // Only a Guard writes.
    'ecs:TagResource',
    'elasticloadbalancing:ModifyRule',
    'elasticloadbalancing:ModifyListener',
  ],
  checks: [
    ({ watchMinutes, timeoutMinutes }) =>
      watchMinutes === 0 || watchMinutes + overhead <= timeoutMinutes
        ? []
        : [
            `EcsCanary.WatchMinutes, EcsCanary.TimeoutMinutes: to watch for ${watchMinutes} minutes, set the time limit to at least ${watchMinutes + overhead} (at most ${mostMinutes}).`,
          ],
  ],
  observe: async ({ reader, values, run }): Promise<WatchState> =>
    values.whenWorse === 'Retreat'
      ? observeGuard(reader, values, run)
      : { kind: 'seen', sighting: await observeWatch(reader, values.stackName, values.alarms, run) },
  seen: (state) => {
    if (state.kind === 'closed') return { planned: undefined };
    if (state.kind === 'planned') return { productionRules: state.traffic.productionRules };
    const { sighting, planned } = state;
    return { productionRules: sighting.traffic.productionRules, awsTime: sighting.now, planned };
  },
  attach: async ({ reader, values, run }) =>
    run.planned ? attachFinalReport(reader, values.stackName, run) : { artifacts: [] },
  decide: (state, { values, run }) => {
    if (state.kind === 'closed') return leaveClosed(state);
    if (state.kind === 'planned') return decideRetreat(state.traffic, state.planned, run);
    const { sighting, planned } = state;
    return planned ? decideRetreat(sighting.traffic, planned, run) : decideWatch(sighting, values, run);
  },
});
