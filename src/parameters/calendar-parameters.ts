import { dayNames, type Freeze, type Hours } from '../canary/calendar.ts';
import { type Parameter, ParameterProblem } from './parameters.ts';
import { named, parseEach, quote, text } from './parsers.ts';

/** When green may get more traffic. */
export const allowedHours: Parameter<readonly Hours[]> = {
  name: 'EcsCanary.AllowedHours',
  label: 'Advanced: allowed hours',
  help: 'When green may get more traffic, for example `Mon-Fri 09:00-17:00`; blank for always. Separate several with commas or line breaks; `22:00-06:00` ends the next morning. At other times Shift Traffic and Promote refuse a larger share, unless the note says `/override` and a reason.',
  control: 'MultiLineText',
  defaultValue: '',
  parse: (raw) => parseLines(raw, readHours).flat(),
};

/** The time zone of both calendars. */
export const timeZone: Parameter<string> = {
  name: 'EcsCanary.TimeZone',
  label: 'Advanced: time zone',
  help: 'The time zone of *allowed hours* and *freezes*, for example `Europe/Berlin`.',
  control: 'SingleLineText',
  defaultValue: 'UTC',
  parse: (raw) => readZone(text(raw)),
};

/** When green gets no more traffic, whatever the hours. */
export const freezes: Parameter<readonly Freeze[]> = {
  name: 'EcsCanary.Freezes',
  label: 'Advanced: freezes',
  help: 'Times when green may not get a larger share, one per line, for example `2026-12-20 to 2027-01-03`, which includes both days, or `2026-12-24 12:00 to 2026-12-27 08:00`. Blank for none.',
  control: 'MultiLineText',
  defaultValue: '',
  parse: (raw) => parseLines(raw, readFreeze),
};

function parseLines<T>(raw: string, parse: (line: string) => T): T[] {
  const lines = text(raw)
    .split(/\r\n|\r|\n/)
    .map((line, index) => ({ line: line.trim(), place: `line ${index + 1}` }))
    .filter(({ line }) => line !== '');
  return parseEach(lines, ({ line, place }) => named(place, () => parse(line)));
}

/** The parts of a line, between commas: days without hours belong to the hours after them, or are whole days. */
function readHours(line: string): Hours[] {
  const all: Hours[] = [];
  let waiting: readonly string[] = [];
  const add = (typed: readonly string[], from: number, until: number, hours: string): void => {
    const days = typed.length > 0 ? typed : (all.at(-1)?.text.split(' ')[0]?.split(',') ?? []);
    const isAny = days.length === 0 || /^\d/.test(days[0] ?? '');
    const set = dayNames.map((_, day) => isAny || days.some((each) => readDays(each).includes(day)));
    all.push({ text: [isAny ? '' : days.join(','), hours].filter(Boolean).join(' '), days: set, from, until });
  };
  for (const part of line.split(',').map((each) => each.trim())) {
    if (part === '') throw new ParameterProblem(`${quote(line)} has one comma too many.`);
    const [, days = '', from, until] = /^(\S*?)\s*(\d\S*?)\s*-\s*(\S+)$/.exec(part) ?? [];
    if (from === undefined || until === undefined) {
      readDays(part);
      waiting = [...waiting, part];
      continue;
    }
    if (days !== '') readDays(days);
    const [begin, end] = [readTime(from, false), readTime(until, true)];
    if (begin === end) throw new ParameterProblem(`${quote(part)} is empty; a whole day is 00:00-24:00.`);
    add([...waiting, ...(days === '' ? [] : [days])], begin, end, `${from}-${until}`);
    waiting = [];
  }
  if (waiting.length > 0) add(waiting, 0, 1440, '');
  return all;
}

/** Days by number, Sunday being 0. */
function readDays(typed: string): readonly number[] {
  const [first = '', last = first, ...more] = typed.split('-').map((each) => each.trim());
  const [from, to] = [first, last].map((name) =>
    dayNames.findIndex((day) => new RegExp(`^${day}(${longNames[day]})?$`, 'i').test(name)),
  );
  if (from === undefined || to === undefined || from < 0 || to < 0 || more.length > 0)
    throw new ParameterProblem(
      `${quote(typed)} is not a day such as Mon, days such as Mon-Fri, or hours such as Mon-Fri 09:00-17:00.`,
    );
  return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, index) => (from + index) % 7);
}

const longNames = {
  Sun: 'day',
  Mon: 'day',
  Tue: 's?day',
  Wed: 'nesday',
  Thu: 'rsday',
  Fri: 'day',
  Sat: 'urday',
} as const;

/** Minutes since midnight. */
function readTime(typed: string, mayBeMidnight: boolean): number {
  const [, hour, minute] = /^(\d{1,2}):(\d\d)$/.exec(typed) ?? [];
  const time = Number(hour) * 60 + Number(minute);
  if (Number.isNaN(time) || Number(minute) > 59 || time > (mayBeMidnight ? 1440 : 1439))
    throw new ParameterProblem(
      `${quote(typed)} is not a time from 00:00 to ${mayBeMidnight ? '24:00' : '23:59'}, such as 09:00 or 17:30.`,
    );
  return time;
}

function readZone(zone: string): string {
  try {
    if (/^[a-z]/i.test(zone) && new Intl.DateTimeFormat('en', { timeZone: zone })) return zone;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw new ParameterProblem(`${quote(zone)} is not a time zone; type UTC, or an IANA name such as Europe/Berlin.`);
}

function readFreeze(line: string): Freeze {
  const [, from, until] = /^(\S+(?: \S+)?) +to +(\S+(?: \S+)?)$/.exec(line.replace(/\s+/g, ' ')) ?? [];
  if (from === undefined || until === undefined)
    throw new ParameterProblem(`${quote(line)} is not of the form 2026-12-20 to 2027-01-03.`);
  const [begin, end] = [readMoment(from, 0), readMoment(until, 1440)];
  if (end <= begin) throw new ParameterProblem(`${quote(line)} ends before it begins.`);
  return { text: `${from} to ${until}`, from: begin, until: end };
}

/** Minutes of the wall clock. @param without the minutes of a day without a time */
function readMoment(typed: string, without: number): number {
  const [, date = '', time] = /^(\d{4}-\d\d-\d\d)(?: (\S+))?$/.exec(typed) ?? [];
  const day = new Date(`${date}T00:00:00Z`);
  // JavaScript reads 2026-02-30 as the second of March.
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== date)
    throw new ParameterProblem(`${quote(typed)} is not a date such as 2026-12-20 or a time such as 2026-12-20 18:00.`);
  return day.getTime() / 60_000 + (time === undefined ? without : readTime(time, true));
}
