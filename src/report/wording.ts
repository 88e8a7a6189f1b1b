/** A whole number with separators, for example "4,500". */
export function count(value: number): string {
  return numbers.format(value);
}

/** "1 minute", "2 minutes". */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${Math.round(value) === 1 ? '' : 's'}`;
}

/** "1 minute", "2 hours", "3 days": the length of a bar. */
export function duration(minutes: number): string {
  if (minutes % 1440 === 0) return plural(minutes / 1440, 'day');
  return minutes % 60 === 0 ? plural(minutes / 60, 'hour') : plural(minutes, 'minute');
}

/** A share of 0 to 1 as a percentage with two significant digits, for example "0.067 %". */
export function percentage(share: number): string {
  const percent = share * 100;
  return measure(percent >= 10 ? Number(percent.toFixed(1)) : Number(percent.toPrecision(2)), '%');
}

/** A share of 0 to 100, for example "12.5 %". */
export function percent(value: number): string {
  return measure(Number(value.toFixed(1)), '%');
}

/** Seconds as milliseconds, for example "120 ms". */
export function milliseconds(seconds: number): string {
  const value = seconds * 1000;
  return measure(value >= 10 ? count(value) : Number(value.toPrecision(2)), 'ms');
}

/** A time with at most one decimal, for example "2.9 s". */
export function seconds(value: number): string {
  return measure(Number(value.toFixed(1)), 's');
}

/** Evidence as a number that people can compare with 1 and 20. @param log its natural logarithm */
export function evidence(log: number): string {
  const value = Math.exp(log);
  if (value > 1e6) return 'more than 1,000,000';
  if (value < 0.001) return 'less than 0.001';
  return value >= 100 ? count(value) : String(Number(value.toPrecision(2)));
}

/** The beginning of a text, and how many characters follow. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most)}… (${count(text.length - most)} more characters)`;
}

/** Whether a number is a plausible time: a record that somebody edited may hold any number. */
export function isTime(epochMs: number): boolean {
  return epochMs > 0 && epochMs <= lastTime;
}

/** In the year 9999, after which dates are written differently. */
const lastTime = Date.UTC(9999, 11, 31);

/** The date in UTC, for example "14 March 2027". */
export function dateOf(epochMs: number): string {
  if (!isTime(epochMs)) return notRecorded;
  return dates.format(epochMs);
}

/** The time of day in UTC, for example "14:02"; with its date if that differs from the other one's. */
export function timeOf(epochMs: number, other?: number): string {
  if (!isTime(epochMs)) return notRecorded;
  const time = new Date(epochMs).toISOString().slice(11, 16);
  const isOtherDay = other !== undefined && Math.floor(other / day) !== Math.floor(epochMs / day);
  return isOtherDay ? `${dateOf(epochMs)}, ${time}` : time;
}

/** A time for machines, in ISO 8601. */
export function isoTime(epochMs: number): string {
  return isTime(epochMs) ? new Date(epochMs).toISOString() : '';
}

/** Stands in for what was not recorded. */
export const notRecorded = 'not recorded';

/** A number with its unit, which never wraps to the next line. */
function measure(value: number | string, unit: string): string {
  return `${value}\u00a0${unit}`;
}

const day = 86_400_000;

// Made once, because a report formats a thousand numbers.
const numbers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const dates = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' });
