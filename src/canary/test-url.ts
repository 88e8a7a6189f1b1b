import type { ListenerRule } from './listener-rule.ts';
import type { TestMark } from './test-rule.ts';

/** The URL at which testers reach green: the load balancer, or the first plain host and path of the production rule. */
export function testUrl(
  listener: { readonly protocol: string; readonly port: number; readonly dnsName: string },
  production: ListenerRule,
  mark: TestMark,
): string {
  const scheme = listener.protocol.toLowerCase() === 'https' ? 'https' : 'http';
  const host = plainValue(production, 'host-header') ?? listener.dnsName;
  const port = listener.port === (scheme === 'https' ? 443 : 80) ? '' : `:${listener.port}`;
  const path = (pathPrefix(production) ?? '/').replace(/^(?!\/)/, '/');
  const { query } = mark;
  const search = query
    ? `?${query.key ? `${encodeURIComponent(query.key)}=` : ''}${encodeURIComponent(query.value)}`
    : '';
  return `${scheme}://${host}${port}${path}${search}`;
}

function plainValue(rule: ListenerRule, field: string): string | undefined {
  return valuesOf(rule, field).find((value) => /^[\w.-]+$/.test(value));
}

function pathPrefix(rule: ListenerRule): string | undefined {
  return valuesOf(rule, 'path-pattern')[0]?.replace(/[^\w./~@:+&$-].*$/, '');
}

function valuesOf(rule: ListenerRule, field: string): readonly string[] {
  const {
    HostHeaderConfig,
    PathPatternConfig,
    Values = [],
  } = rule.conditions.find((condition) => condition.Field === field) ?? {};
  return (HostHeaderConfig ?? PathPatternConfig)?.Values ?? Values;
}
