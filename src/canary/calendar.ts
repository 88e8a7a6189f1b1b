/** When green may get more traffic, by the clock on a wall of one time zone. */
export interface Calendar {
  /** An IANA name, for example `Europe/Berlin`. */
  readonly zone: string;
  /** Empty for always. */
  readonly hours: readonly Hours[];
  readonly freezes: readonly Freeze[];
}

/** Hours of some days of the week. */
export interface Hours {
  /** As it was typed. */
  readonly text: string;
  /** Sunday first. */
  readonly days: readonly boolean[];
  /** Minutes since midnight; hours that end before they begin end on the next day. */
  readonly from: number;
  readonly until: number;
}

/** A time without any increase; minutes of the wall clock, as if they were UTC. */
export interface Freeze {
  readonly text: string;
  readonly from: number;
  readonly until: number;
}

/** Why green may get no more traffic at that time, as a part of a sentence; undefined if it may. @param at epoch milliseconds */
export function whyNotAt(calendar: Calendar, at: number): string | undefined {
  const { hours, freezes, zone } = calendar;
  const formatter = formatterOf(zone);
  const freeze = freezes.find((each) => isDuring(spanOf(each, formatter), at / minute));
  if (freeze) return `within the freeze ${freeze.text} (EcsCanary.Freezes)`;
  return isOpen(hours, wallMinutes(at, formatter))
    ? undefined
    : `outside ${hours.map(({ text }) => text).join(', ')} (EcsCanary.AllowedHours)`;
}

/** When the present allowed time ends, or the next one begins, in epoch milliseconds; undefined if neither is within 400 days. */
export function nextChange({ hours, freezes, zone }: Calendar, at: number): number | undefined {
  const formatter = formatterOf(zone);
  const first = Math.floor(at / minute);
  const frozen = freezes.map((each) => spanOf(each, formatter)).filter(({ until }) => until > first);
  // Nothing ever changes, which the search below would find out only after 400 days.
  if (hours.length + frozen.length === 0) return undefined;
  const isAllowed = (utc: number, offset: number) =>
    isOpen(hours, utc + offset) && !frozen.some((span) => isDuring(span, utc));
  let offset = 0;
  let now: boolean | undefined;
  for (let utc = first; utc < first + mostDays * 1440; utc += 1) {
    if (utc === first || utc % quarter === 0) offset = wallMinutes(utc * minute, formatter) - utc;
    now ??= isAllowed(utc, offset);
    if (isAllowed(utc, offset) !== now) return utc * minute;
  }
  return undefined;
}

/** A time as the zone's clock shows it, for example `Mon 2026-11-30 09:00`. */
export function showTime(at: number, zone: string): string {
  const wall = new Date(wallMinutes(at, formatterOf(zone)) * minute);
  return `${dayNames[wall.getUTCDay()]} ${wall.toISOString().slice(0, 16).replace('T', ' ')}`;
}

/** Sunday first. */
export const dayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

const minute = 60_000;
const mostDays = 400;

/** In minutes; clocks change only at quarters of an hour. */
const quarter = 15;

/** Minutes of UTC. */
interface Span {
  readonly from: number;
  readonly until: number;
}

function isDuring({ from, until }: Span, utc: number): boolean {
  return utc >= from && utc < until;
}

/** From when the clock first shows the beginning, or a later time, until it shows no time before the end any more. */
function spanOf({ from, until }: Freeze, formatter: Intl.DateTimeFormat): Span {
  const show = (utc: number) => wallMinutes(utc * minute, formatter);
  const first = quartersAround(from).find((utc) => show(utc) + quarter > from) ?? from;
  const last = quartersAround(until).findLast((utc) => show(utc) < until) ?? until;
  return { from: first + Math.max(0, from - show(first)), until: last + Math.min(quarter, until - show(last)) };
}

/** The quarters of an hour, as minutes of UTC, at which some zone's clock may show that time. */
function quartersAround(wall: number): readonly number[] {
  const first = Math.floor(wall / quarter) * quarter - 1440;
  return Array.from({ length: (2 * 1440) / quarter }, (_, index) => first + index * quarter);
}

function isOpen(hours: readonly Hours[], wall: number): boolean {
  const time = ((wall % 1440) + 1440) % 1440;
  const today = new Date(wall * minute).getUTCDay();
  return hours.length === 0 || hours.some((each) => isWithin(each, today, time));
}

function isWithin({ days, from, until }: Hours, today: number, time: number): boolean {
  if (from < until) return days[today] === true && time >= from && time < until;
  const yesterday = (today + 6) % 7;
  return (days[today] === true && time >= from) || (days[yesterday] === true && time < until);
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric' },
  });
}

/** What the wall clock shows, in minutes as if it were UTC. */
function wallMinutes(at: number, formatter: Intl.DateTimeFormat): number {
  const parts = Object.fromEntries(formatter.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute: minutes = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minutes) / minute;
}
