import type { Service } from './service.ts';

/** The service tag that says until when green may keep its share. */
export const leaseTagKey = 'EcsCanaryLease';

/** What the tag says once a share has no lease. */
export const noLease = 'none';

/** A share that a person approved for some time only; shares in percent. */
export interface Lease {
  readonly percent: number;
  /** Epoch milliseconds, by AWS's clock; whole seconds. */
  readonly until: number;
  /** The share before, to which a Guard steps back. */
  readonly back: number;
  /** Which decision it is of; empty if Octopus names none. */
  readonly by: string;
}

/** The lease of this green's share; undefined without one. */
export function leaseOf({ tags }: Pick<Service, 'tags'>, greenTaskSet: string): Lease | undefined {
  const found = form.exec(tags[leaseTagKey] ?? '')?.groups;
  const until = Date.parse(found?.['until'] ?? '');
  if (!found || Number.isNaN(until) || found['id'] !== greenTaskSet) return undefined;
  return { percent: Number(found['percent']), until, back: Number(found['back']), by: found['by'] ?? '' };
}

/** The tag's value, such as `ecs-svc/1 25 until 2026-11-28T16:02:11Z then 10 by Deployments-12 Approve 25_`. */
export function formatLease({ percent, until, back, by }: Lease, greenTaskSet: string): string {
  const time = new Date(Math.ceil(until / 1000) * 1000).toISOString().slice(0, 19);
  const text = `${greenTaskSet} ${tenths(percent)} until ${time}Z then ${tenths(back)}`;
  return by === '' ? text : `${text} by ${by}`;
}

/** A name of a decision as the tag has it. */
export function decisionName(deployment: string, approvalStep = ''): string {
  return `${deployment} ${approvalStep}`
    .replace(/[\s\p{Z}]+/gu, ' ')
    .trim()
    .replace(/[^\p{L}\p{N} +\-=._:/@]/gu, '_')
    .slice(0, 120)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trim();
}

function tenths(percent: number): string {
  return String(Number(percent.toFixed(1)));
}

const form =
  /^(?<id>\S+) (?<percent>\d{1,3}(?:\.\d)?) until (?<until>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) then (?<back>\d{1,3}(?:\.\d)?)(?: by (?<by>\S.*))?$/;
