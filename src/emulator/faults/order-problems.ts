import { isRead } from '../contract/operations.ts';
import { serviceNames } from '../contract/service.ts';
import type { FaultKind } from '../faults.ts';
import { isOperation } from '../protocol/operation-schema.ts';

/** Every problem with an order for a fault, as sentences; empty if it is valid. */
export function orderProblems(order: unknown): readonly string[] {
  if (typeof order !== 'object' || order === null || Array.isArray(order)) return ['must be an object.'];
  const given = order as Readonly<Record<string, unknown>>;
  return [
    ...Object.keys(given).flatMap((name) => (members.has(name) ? [] : [`unknown member ${name}.`])),
    ...oneOf('kind', given['kind'], Object.keys(kinds)),
    ...(given['service'] === undefined ? [] : oneOf('service', given['service'], serviceNames)),
    ...operationProblems(given),
    ...numberProblems(given),
  ];
}

const members = new Set(['kind', 'service', 'operation', 'occurrence', 'times', 'delaySeconds']);

/** In seconds; Node.js's timers are limited to 24 days. */
const longestDelay = 1_000_000;

const kinds: Readonly<Record<FaultKind, true>> = {
  throttle: true,
  'internal-error': true,
  unavailable: true,
  'reset-before': true,
  'reset-after': true,
  slow: true,
  'hang-before': true,
  'hang-after': true,
  'stale-read': true,
  'partial-data': true,
  'access-denied': true,
  'expired-credentials': true,
};

function oneOf(name: string, value: unknown, known: readonly string[]): readonly string[] {
  return known.includes(value as string) ? [] : [`${name} must be one of ${known.join(', ')}.`];
}

function operationProblems({ kind, service, operation }: Readonly<Record<string, unknown>>): readonly string[] {
  if (kind === 'partial-data' && operation !== 'GetMetricData')
    return ['operation must be GetMetricData for the kind partial-data.'];
  if (operation === undefined) return [];
  const among = serviceNames.filter((each) => service === undefined || each === service);
  if (typeof operation !== 'string' || !among.some((each) => isOperation(each, operation)))
    return [`operation must be an operation of ${among.join(' or ')}, not ${String(operation)}.`];
  return kind === 'stale-read' && !isRead(operation) ? [`${operation} is not a read, so it cannot be stale.`] : [];
}

function numberProblems({ kind, occurrence, times, delaySeconds }: Readonly<Record<string, unknown>>): string[] {
  const problems: string[] = [];
  if (occurrence !== undefined && !isCount(occurrence))
    problems.push('occurrence must be a whole number of at least 1.');
  if (times !== undefined && !isCount(times)) problems.push('times must be a whole number of at least 1.');
  if (times !== undefined && occurrence === undefined) problems.push('times needs occurrence, the call to count from.');
  if (delaySeconds === undefined) return problems;
  if (typeof delaySeconds !== 'number' || !(delaySeconds >= 0 && delaySeconds <= longestDelay))
    problems.push(`delaySeconds must be a number from 0 to ${longestDelay}.`);
  if (kind !== 'slow') problems.push('delaySeconds can only be used with the kind slow.');
  return problems;
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1;
}
