import type { Decision } from '../canary/decision.ts';
import { scaleChange } from '../canary/scale-change.ts';
import type { Side, Traffic } from '../canary/traffic.ts';

/** The decision to scale blue up for all of the traffic, or undefined when it is large enough already. */
export function restoreBlue(traffic: Traffic): Decision | undefined {
  const { scalePercent } = traffic.blue.taskSet;
  if (scalePercent >= 100) return undefined;
  return {
    kind: 'change',
    reason: `Scaling blue, which is to serve everything, from ${scalePercent} % to 100 %.`,
    change: scaleChange(traffic, traffic.blue, 100),
  };
}

/** The decision to scale the colour that serves nothing down, or undefined when it is small enough already. */
export function scaleIdle(
  traffic: Pick<Traffic, 'service' | 'cluster'>,
  idle: Pick<Side, 'colour' | 'taskSet'>,
  percent: number,
): Decision | undefined {
  if (idle.taskSet.scalePercent <= percent) return undefined;
  return {
    kind: 'change',
    reason: `Scaling ${idle.colour.toLowerCase()}, which serves nothing now, from ${idle.taskSet.scalePercent} % down to ${percent} %.`,
    change: scaleChange(traffic, idle, percent),
  };
}
