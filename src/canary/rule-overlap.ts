import type { RuleCondition } from './listener-rule.ts';

/** Whether one request can match both rules; only disjoint hosts or paths exclude that for certain. */
export function canMeet(one: readonly RuleCondition[], other: readonly RuleCondition[]): boolean {
  return !one.some((left) => other.some((right) => left.Field === right.Field && areApart(left, right)));
}

/** The patterns of a host condition. */
export function hostsOf(condition: RuleCondition): readonly string[] {
  return condition.HostHeaderConfig || condition.Field === 'host-header' ? patternsOf(condition) : [];
}

/** Whether the pattern matches the text, ignoring case. */
export function covers(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[^\w*?]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i').test(text);
}

function areApart(left: RuleCondition, right: RuleCondition): boolean {
  if (left.Field !== 'host-header' && left.Field !== 'path-pattern') return false;
  const [some, others] = [patternsOf(left), patternsOf(right)];
  return some.length > 0 && others.length > 0 && !some.some((one) => others.some((other) => overlap(one, other)));
}

function patternsOf({ Values, HostHeaderConfig, PathPatternConfig }: RuleCondition): readonly string[] {
  return (HostHeaderConfig ?? PathPatternConfig)?.Values ?? Values ?? [];
}

/** Where two patterns both have wildcards, what they begin and end with decides; in doubt they overlap. */
function overlap(one: string, other: string): boolean {
  if (!wildcard.test(one)) return covers(other, one);
  if (!wildcard.test(other)) return covers(one, other);
  const [left, right] = [one.toLowerCase(), other.toLowerCase()];
  const [head, start] = [left, right].map((pattern) => pattern.replace(/[*?].*/, '')) as [string, string];
  const [tail, end] = [left, right].map((pattern) => pattern.replace(/.*[*?]/, '')) as [string, string];
  return (head.startsWith(start) || start.startsWith(head)) && (tail.endsWith(end) || end.endsWith(tail));
}

const wildcard = /[*?]/;
