import { describeRules } from '../../canary/bypass-rules.ts';
import { stickySeconds } from '../../canary/listener-rule.ts';
import { leastGreen, mostGreen } from '../../canary/production-rules.ts';
import { plainMarkdown } from '../../canary/summary.ts';
import { minuteLength, type Span } from '../../evidence/minute.ts';
import { measureShare, type ServedShare } from '../../evidence/served-share.ts';
import type { Sighting } from './sighting.ts';
import { plural } from './wording.ts';

/** The share that green actually served, and the one that the weights ask for; shares are 0 to 1. */
export interface Proof extends ServedShare {
  readonly requested: number;
  /** Why the two differ, likely causes first; Markdown. */
  readonly causes: readonly string[];
}

/** Compares both shares in the minutes at the present weights; undefined before there are any. */
export function proveTraffic(sighting: Sighting, { minutes }: Span): Proof | undefined {
  const { productionRules } = sighting.traffic;
  const since = Math.ceil(sighting.counting.shareSince / minuteLength) * minuteLength;
  const present = minutes.filter(({ start }) => start >= since);
  if (present.length === 0) return undefined;
  // CloudWatch counts per target group, so rules with different weights give only bounds.
  const [least, most] = [leastGreen(productionRules) / 100, mostGreen(productionRules) / 100];
  const low = measureShare({ minutes: present }, least);
  const high = measureShare({ minutes: present }, most);
  const served =
    high.kind === 'too much' ? high : low.kind === 'too little' ? low : { ...high, kind: 'as requested' as const };
  return { ...served, requested: most, causes: served.kind === 'as requested' ? [] : causesOf(sighting, served.kind) };
}

function causesOf({ traffic, now, counting }: Sighting, kind: ServedShare['kind']): readonly string[] {
  const { productionRules, bypassRules, rulesToBlue, blue, green, known } = traffic;
  const sticky = Math.max(...productionRules.map(({ rule }) => stickySeconds(rule)));
  const others = kind === 'too much' ? bypassRules : rulesToBlue;
  const empty = [kind === 'too much' ? blue : green].filter(({ healthy }) => healthy === 0);
  const causes = [
    ...empty.map(({ colour }) => `${colour} has no healthy target`),
    ...(others.length > 0
      ? [`other rules send users there: ${plainMarkdown(describeRules(others, known.names))}`]
      : []),
    ...(sticky > 0 ? [`stickiness keeps clients on their colour for up to ${plural(sticky / 60, 'minute')}`] : []),
    ...(now - counting.shareSince < 5 * minuteLength ? ['the split changed only a few minutes ago'] : []),
    ...(kind === 'too much' ? ["testers' requests count as green's"] : []),
  ];
  return causes.length > 0
    ? causes
    : ['another rule or listener of the load balancer may forward to the same target groups'];
}
