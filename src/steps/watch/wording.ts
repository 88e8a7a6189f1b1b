import { plainMarkdown } from '../../canary/summary.ts';
import type { Counts } from '../../evidence/minute.ts';

/** A whole number with separators, for example "4,500". */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A share of 0 to 1 as a percentage with two significant digits, for example "0.067 %". */
export function percentage(share: number): string {
  const percent = share * 100;
  return `${percent >= 10 ? Number(percent.toFixed(1)) : Number(percent.toPrecision(2))} %`;
}

/** The error rate; a dash without requests, which say nothing. */
export function rate({ errors, requests }: Counts): string {
  return requests === 0 ? '–' : percentage(errors / requests);
}

/** "1.6 times". */
export function times(ratio: number): string {
  return `${ratio >= 10 ? count(ratio) : Number(ratio.toPrecision(2))} times`;
}

/** Seconds as milliseconds; a dash where nothing was measured. */
export function milliseconds(seconds: number | undefined): string {
  if (seconds === undefined) return '–';
  const value = seconds * 1000;
  return `${value >= 10 ? count(value) : Number(value.toPrecision(2))} ms`;
}

/** A number of requests per second, for example "18.9". */
export function perSecond(value: number): string {
  return value >= 100 ? count(value) : String(Number(value.toPrecision(2)));
}

/** "1 minute", "2 minutes". */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${Math.round(value) === 1 ? '' : 's'}`;
}

/** A number that is only an estimate, with two significant digits. */
export function about(value: number): string {
  return count(Number(value.toPrecision(2)));
}

/** The first few names, each shortened, and how many more there are; Markdown. */
export function listNames(names: readonly string[], most = 3): string {
  const more = names.length > most ? ` and ${count(names.length - most)} more` : '';
  return `${names
    .slice(0, most)
    .map((name) => plainMarkdown(shorten(name, 60)))
    .join(', ')}${more}`;
}

/** What AWS said, as Markdown that leaves room for the rest. */
export function quote(why: string): string {
  return plainMarkdown(shorten(why, 400));
}

/** A time in the largest unit that fits, for example "20 seconds" or "2 days". */
export function duration(seconds: number): string {
  if (seconds < 120) return plural(seconds, 'second');
  if (seconds < 7200) return plural(seconds / 60, 'minute');
  return seconds < 172_800 ? plural(seconds / 3600, 'hour') : plural(seconds / 86_400, 'day');
}

/** The beginning of a text that is too long. */
export function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
