import type { Decision } from '../../canary/decision.ts';
import { scaleChange } from '../../canary/scale-change.ts';
import type { Traffic } from '../../canary/traffic.ts';

/** The decision to scale blue up for all of the traffic, or undefined when it is large enough already. */
export function restoreBlue(traffic: Traffic): Decision | undefined {
  const { scalePercent } = traffic.blue.taskSet;
  if (scalePercent >= 100) return undefined;
  return {
    kind: 'change',
    reason: `Scaling blue from ${scalePercent} % to 100 %, so that it can serve all traffic.`,
    change: scaleChange(traffic, traffic.blue, 100),
  };
}
