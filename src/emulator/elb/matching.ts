import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';
import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { matchesWildcard } from './wildcard.ts';

/** The parts of a request that conditions look at, parsed once. */
export interface RequestFacts {
  readonly method: string;
  readonly path: string;
  /** As it was sent, without the question mark. */
  readonly rawQuery: string;
  readonly query: URLSearchParams;
  readonly host: string;
  readonly headers: IncomingMessage['headers'];
  readonly sourceIp: string;
}

export function readFacts(request: IncomingMessage): RequestFacts {
  const [path = '/', rawQuery = ''] = splitOnce(request.url ?? '/', '?');
  return {
    method: request.method ?? 'GET',
    path,
    rawQuery,
    query: new URLSearchParams(rawQuery),
    host: (request.headers.host ?? '').replace(/:\d+$/, ''),
    headers: request.headers,
    sourceIp: (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
  };
}

/** Whether a request meets every condition of a rule; one matching value per condition is enough. */
export function meetsConditions(conditions: readonly RuleCondition[], facts: RequestFacts): boolean {
  return conditions.every((condition) => meetsCondition(condition, facts));
}

function meetsCondition(condition: RuleCondition, facts: RequestFacts): boolean {
  switch (condition.Field) {
    case 'path-pattern':
      return matchesAny(condition.PathPatternConfig, [facts.path], false);
    case 'host-header':
      return matchesAny(condition.HostHeaderConfig, [facts.host], true);
    case 'http-header':
      return matchesAny(condition.HttpHeaderConfig, headerValues(condition, facts), true);
    case 'http-request-method':
      return condition.HttpRequestMethodConfig?.Values?.includes(facts.method) ?? false;
    case 'query-string':
      return meetsQuery(condition, facts);
    case 'source-ip':
      return condition.SourceIpConfig?.Values?.some((cidr) => contains(cidr, facts.sourceIp)) ?? false;
    default:
      return false;
  }
}

function matchesAny(
  config: { readonly Values?: string[] | undefined; readonly RegexValues?: string[] | undefined } | undefined,
  texts: readonly string[],
  ignoreCase: boolean,
): boolean {
  return texts.some(
    (text) =>
      config?.Values?.some((pattern) => matchesWildcard(pattern, text, ignoreCase)) ||
      config?.RegexValues?.some((pattern) => new RegExp(pattern, ignoreCase ? 'i' : '').test(text)),
  );
}

function headerValues(condition: RuleCondition, facts: RequestFacts): readonly string[] {
  const value = facts.headers[(condition.HttpHeaderConfig?.HttpHeaderName ?? '').toLowerCase()];
  return value === undefined ? [] : [value].flat();
}

function meetsQuery(condition: RuleCondition, facts: RequestFacts): boolean {
  const pairs = [...facts.query];
  return (condition.QueryStringConfig?.Values ?? []).some(({ Key, Value = '*' }) =>
    pairs.some(
      ([key, value]) => (Key === undefined || matchesWildcard(Key, key, true)) && matchesWildcard(Value, value, true),
    ),
  );
}

function contains(cidr: string, address: string): boolean {
  const [network = '', bits = '0'] = cidr.split('/');
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  // A BlockList treats every IPv4 address as part of ::/0.
  if (family !== (isIPv6(address) ? 'ipv6' : 'ipv4')) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(address, family);
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
