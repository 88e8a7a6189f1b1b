import { describeRetreat, retreatOf } from '../../canary/retreat.ts';
import type { Traffic } from '../../canary/traffic.ts';

/** What a Guard did to this green, as the first paragraph of a card; empty if nothing. @param now epoch milliseconds */
export function retreatLine({ stable, service, green }: Traffic, now: number): readonly string[] {
  const retreat = stable === 'Blue' ? retreatOf(service, green.taskSet.id) : undefined;
  return retreat ? [describeRetreat(retreat, now), ''] : [];
}
