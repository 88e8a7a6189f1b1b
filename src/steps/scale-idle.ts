import type { Decision } from '../canary/decision.ts';
import { scaleChange } from '../canary/scale-change.ts';
import type { Side, Traffic } from '../canary/traffic.ts';

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
