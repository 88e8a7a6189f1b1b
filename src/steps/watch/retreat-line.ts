import type { Traffic } from '../../canary/traffic.ts';
import { takenFrom } from '../shared/taken-share.ts';

/** What was taken from this green, as the first paragraph of a card; empty if nothing. @param now epoch milliseconds */
export function retreatLine(traffic: Traffic, now: number): readonly string[] {
  const taken = traffic.stable === 'Blue' ? takenFrom(traffic, now) : undefined;
  return taken ? [taken.why, ''] : [];
}
