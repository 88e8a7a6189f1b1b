import { type Calendar, nextChange, showTime, whyNotAt } from '../../canary/calendar.ts';
import { leastGreen } from '../../canary/production-rules.ts';
import type { WatchRequest } from './assessment.ts';
import type { Sighting } from './sighting.ts';
import { shorten } from './wording.ts';

/** Whether the operator's hours and freezes let the next approval proceed, and until when that holds; Markdown. */
export function describeHours({ traffic, now }: Sighting, request: WatchRequest): readonly string[] {
  const { nextPercent = 0, allowedHours: hours, freezes, timeZone: zone } = request;
  const calendar: Calendar = { hours, freezes, zone };
  if (hours.length + freezes.length === 0 || nextPercent <= leastGreen(traffic.productionRules)) return [];
  const change = nextChange(calendar, now);
  const why = whyNotAt(calendar, now);
  if (why !== undefined) {
    const next = change === undefined ? '' : ` The next allowed time begins on ${showTime(change, zone)}.`;
    return [
      `**Hours**: Proceed would fail now. It is ${showTime(now, zone)} (${zone}), ${shorten(why, 300)}.${next} To proceed now, the note must say \`/override\` and a reason.`,
    ];
  }
  if (change === undefined) return [];
  return [
    `**Hours**: green may get a larger share until ${showTime(change, zone)} (${zone}). From then on, Proceed fails unless the note says \`/override\` and a reason.`,
  ];
}
