import { leastGreen } from '../../canary/production-rules.ts';
import { minuteLength, type Span } from '../../evidence/minute.ts';
import type { Sighting } from './sighting.ts';

/** CloudWatch may be late for one target group and not for the other. */
const fewestMinutes = 5;

/** How seldom green may get no request by chance for its silence to count. */
const byChance = 1e-6;

/**
 * Whether green is silent: in the last five minutes that CloudWatch has settled, or in the last WatchMinutes if those
 * are more, all of them at the present share, CloudWatch has nothing of green, not even how many targets are healthy,
 * while it counts blue's targets, and blue had so many requests that at green's share this would happen by chance once
 * in a million times. A green that only gets no requests, as with stickiness, is not silent. CloudWatch that is denied,
 * unreachable or incomplete says nothing about green.
 */
export function isSilent(
  { traffic, metrics }: Pick<Sighting, 'traffic' | 'metrics'>,
  { from, until }: Span,
  watchMinutes: number,
): boolean {
  const since = until - Math.max(fewestMinutes, watchMinutes) * minuteLength;
  if (metrics.kind === 'unread' || metrics.value.incomplete.length > 0 || since < from) return false;
  const { groups, targetMinutes } = metrics.value;
  const isMeant = (start: number) => start >= since && start < until;
  const [blue, green] = [traffic.groups.blue, traffic.groups.green].map((arn) => ({
    minutes: (groups[arn] ?? []).filter(({ start }) => isMeant(start)),
    isCounted: (targetMinutes[arn] ?? []).some(isMeant),
  }));
  const requests = (blue?.minutes ?? []).reduce((sum, minute) => sum + minute.requests, 0);
  const chance = (1 - leastGreen(traffic.productionRules) / 100) ** requests;
  const isUnseen = green?.minutes.length === 0 && !green.isCounted;
  return isUnseen && blue?.isCounted === true && chance < byChance;
}
