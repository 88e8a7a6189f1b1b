import type { Traffic } from '../../canary/traffic.ts';
import { describeTaken, type TakenShare, takenFrom } from '../shared/taken-share.ts';

/** What was taken from this green, as the first paragraph of a card; empty if nothing. @param now epoch milliseconds */
export function retreatLine(traffic: Traffic, now: number): readonly string[] {
  const taken = takenNow(traffic, now);
  return taken ? [describeTaken(taken), ''] : [];
}

/** The command that the next approval needs for its share, if traffic was taken from green. @param next green's share, in percent */
export function confirmCommand(traffic: Traffic, now: number, next: number | undefined): string {
  const taken = takenNow(traffic, now);
  return taken?.needsNote && next !== undefined && next > taken.to ? `/weight ${next}!` : '';
}

function takenNow(traffic: Traffic, now: number): TakenShare | undefined {
  return traffic.stable === 'Blue' ? takenFrom(traffic, now) : undefined;
}
