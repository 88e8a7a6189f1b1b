import type { Traffic as Metrics } from '../../aws/aws.ts';
import type { Side, Traffic } from '../../canary/traffic.ts';
import { minuteLength, recentRate, type Span } from '../../evidence/minute.ts';
import { minutesBefore } from './sighting.ts';

/** How much load each task carries, in requests per second. */
export interface Capacity {
  /** Recent requests of both colours together. */
  readonly total: number;
  /** What one healthy task has carried recently; undefined without healthy targets. */
  readonly blue: number | undefined;
  readonly green: number | undefined;
  /** The most that one task of either colour carried in a counted minute, or in those just before green had traffic. */
  readonly proven: number;
  /** The share of the busiest minute, in percent, that green's healthy tasks can carry at that load. */
  readonly largestPercent: number;
}

/** What the tasks carried in the counted minutes; undefined without requests. */
export function measureCapacity({ blue, green, groups }: Traffic, metrics: Metrics, span: Span): Capacity | undefined {
  const { from, until, minutes } = span;
  const carried = ([blue, green] as const).flatMap((side) =>
    (metrics.groups[side === blue ? groups.blue : groups.green] ?? [])
      .filter(({ start }) => start >= from - minutesBefore * minuteLength && start < until)
      // A minute with fewer targets at one moment tells nothing about the load of each.
      .flatMap(({ requests, healthy = side.healthy }) =>
        healthy > 0 && healthy === side.healthy ? [ofSecond(requests) / healthy] : [],
      ),
  );
  const busiest = Math.max(0, ...minutes.map((minute) => ofSecond(minute.blue.requests + minute.green.requests)));
  const proven = Math.max(0, ...carried);
  if (busiest === 0 || proven === 0) return undefined;
  const lately = recentRate(span);
  const share = (side: Side, requests: number) => (side.healthy > 0 ? requests / 60 / side.healthy : undefined);
  return {
    total: (lately.blue + lately.green) / 60,
    blue: share(blue, lately.blue),
    green: share(green, lately.green),
    proven,
    largestPercent: Math.min(100, ((green.healthy * proven) / busiest) * 100),
  };
}

function ofSecond(requestsInMinute: number): number {
  return requestsInMinute / (minuteLength / 1000);
}

/** How long the blast radius assumes that the next share lasts. */
export const nextMinutes = 30;

/** The requests that green gets at the next share, and how many of them fail at the worst rate still possible. */
export function blastRadius(total: number, nextPercent: number, greatestRate: number) {
  const requests = Math.round((total * 60 * nextMinutes * nextPercent) / 100);
  return { requests, failures: Math.round(requests * greatestRate) };
}
