import type { EntryCounts } from './ledger-entry.ts';
import { lockTagKey } from './lock.ts';
import type { Service } from './service.ts';
import { greenIdleTagKey } from './settling.ts';
import { timeOfDay } from './time-of-day.ts';
import { formatPercent } from './weights.ts';

/** The service tag that says that traffic was taken from green without a person, so that nobody gives it back unawares. */
export const retreatTagKey = 'EcsCanaryRetreated';

/** What the tag says once a person has given green traffic again, or another canary has begun. */
export const noRetreat = 'none';

/** Why a Guard takes traffic from green. */
export type RetreatCause = 'Worse' | 'lease-ended' | 'silent';

/** What a Guard did to green. */
export interface Retreat {
  /** Epoch milliseconds, by AWS's clock; whole seconds. */
  readonly at: number;
  /** Green's shares before and after, in percent. */
  readonly from: number;
  readonly to: number;
  readonly cause: RetreatCause;
  /** Absent if nothing was compared. */
  readonly counts?: { readonly green: EntryCounts; readonly blue: EntryCounts };
  /** In which ways green was worse, in the words of the tag, for example `errors`. */
  readonly kinds: readonly string[];
}

/** What a Guard has decided, before its first write. */
export interface PlannedRetreat {
  /** What it decided on; if this changes before the first write, it looks at the figures again. */
  readonly basis: string;
  /** Green's share at each rule, in percent, by ARN. */
  readonly shares: Readonly<Record<string, number>>;
  /** The lock, and when green lost its traffic before; if one of them changes, somebody has ended the canary. */
  readonly ending: string;
  readonly retreat: Retreat;
  /** What the figures showed, as outputs. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** What the end of a canary changes: Rollback and Prepare Blue write both tags, even without a lock the second. */
export function endingOf({ tags }: Pick<Service, 'tags'>): string {
  return JSON.stringify([tags[lockTagKey], tags[greenIdleTagKey]]);
}

/** What a Guard did to this green; undefined if nothing, if a person confirmed a share since, or if the tag is of another green. */
export function retreatOf({ tags }: Pick<Service, 'tags'>, greenTaskSet: string): Retreat | undefined {
  const found = form.exec(tags[retreatTagKey] ?? '')?.groups;
  const at = Date.parse(found?.['at'] ?? '');
  if (!found || Number.isNaN(at) || found['id'] !== greenTaskSet) return undefined;
  const [from = 0, to = 0] = [found['from'], found['to']].map(Number);
  const { green, blue, kinds } = found;
  return {
    ...{ at, from, to, cause: found['cause'] as RetreatCause },
    ...(green !== undefined && blue !== undefined && { counts: { green: readCounts(green), blue: readCounts(blue) } }),
    kinds: (kinds ?? '').split('+').filter(Boolean),
  };
}

/** The tag's value, such as `ecs-svc/1 2026-11-29T02:14:05Z from 25 to 0 green 41/2050 blue 3/6100 Worse errors+latency`. */
export function formatRetreat(retreat: Retreat, greenTaskSet: string): string {
  const { at, from, to, cause, counts, kinds } = retreat;
  const count = ({ errors, requests }: EntryCounts): string => `${errors}/${requests}`;
  return [
    greenTaskSet,
    `${new Date(at).toISOString().slice(0, 19)}Z`,
    `from ${tenths(from)} to ${tenths(to)}`,
    ...(counts ? [`green ${count(counts.green)} blue ${count(counts.blue)}`] : []),
    [cause, kinds.map((kind) => kind.replaceAll(' ', '-')).join('+')].filter(Boolean).join(' '),
  ].join(' ');
}

/** What happened, and why, as one sentence. @param now epoch milliseconds, to leave out today's date */
export function describeRetreat({ at, from, to, ...retreat }: Retreat, now: number): string {
  return `Guard took green from ${formatPercent(from)} to ${formatPercent(to)} at ${timeOfDay(at, now)} UTC: ${causeOf(retreat)}.`;
}

/** Why a Guard takes traffic from green, as a part of a sentence. */
export function causeOf({ cause, counts, kinds }: Pick<Retreat, 'cause' | 'counts' | 'kinds'>): string {
  if (cause === 'lease-ended') return 'the lease on that share had expired';
  if (cause === 'silent') return 'CloudWatch had no figures for green, although it had some for blue';
  const failed = counts
    ? `${number(counts.green.errors)} of ${number(counts.green.requests)} requests failed, blue ${number(counts.blue.errors)} of ${number(counts.blue.requests)}`
    : '';
  const isAboutErrors = kinds.length === 0 || kinds.some((kind) => kind.startsWith('error'));
  const others = kinds.flatMap((kind) => otherReasons[kind] ?? []);
  return [...(isAboutErrors && failed !== '' ? [failed] : []), ...others].join('; ') || 'it was worse than blue';
}

const otherReasons: Readonly<Record<string, string>> = {
  health: 'it had no healthy target',
  'crash-loop': 'its tasks kept failing',
  latency: 'it was slower than blue',
  'latency-ceiling': 'its latency was above EcsCanary.MaxLatency',
  alarm: 'an alarm went into ALARM',
};

function number(value: number): string {
  return value.toLocaleString('en-US');
}

function tenths(percent: number): string {
  return String(Number(percent.toFixed(1)));
}

function readCounts(text: string): EntryCounts {
  const [errors = 0, requests = 0] = text.split('/').map(Number);
  return { errors, requests };
}

const form =
  /^(?<id>\S+) (?<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) from (?<from>\d{1,3}(?:\.\d)?) to (?<to>\d{1,3}(?:\.\d)?)(?: green (?<green>\d{1,15}\/\d{1,15}) blue (?<blue>\d{1,15}\/\d{1,15}))? (?<cause>Worse|lease-ended|silent)(?: (?<kinds>[a-z]+(?:[-+][a-z]+)*))?$/;
