import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';

/** The patterns of a rule's path or host condition; `[undefined]` when the rule has none. */
export function patternsOf(
  conditions: readonly RuleCondition[],
  field: 'path-pattern' | 'host-header',
): readonly (string | undefined)[] {
  const condition = conditions.find(({ Field }) => Field === field);
  if (condition === undefined) return [undefined];
  const config = field === 'path-pattern' ? condition.PathPatternConfig : condition.HostHeaderConfig;
  return [...(config?.Values ?? condition.Values ?? []), ...(config?.RegexValues ?? [])];
}

/** Paths that may match a pattern, the simplest first. */
export function samplePaths(pattern = '*'): readonly string[] {
  const bare = pattern.replace(/\*$/, '');
  // "/*" is tried as "/" and "/shop*" as "/shop". But "/shop/" may be a different page from those below it, so it is not tried for "/shop/*".
  const plainest = bare !== pattern && !/.\/$/.test(bare) ? [fill(bare, 'x')] : [];
  return [...plainest, ...samples(pattern)].map((path) => path.replace(/^(?!\/)/, '/'));
}

/** Hosts that may match a pattern; undefined stands for the load balancer's own host. */
export function sampleHosts(pattern: string | undefined): readonly (string | undefined)[] {
  return pattern === undefined ? [undefined] : samples(pattern);
}

/** Texts to put in place of a wildcard; other rules are unlikely to match all of them. */
const fillings = ['x', 'y', 'rehearsal', '0', 'x/y', 'q9.html', 'z-7/w-8/v', '', '/'];

function samples(pattern: string): readonly string[] {
  return [pattern, asWildcards(pattern)].flatMap((each) => fillings.map((filling) => fill(each, filling)));
}

function fill(pattern: string, filling: string): string {
  return pattern.replace(/\\([*?])|[*?]/g, (wildcard, literal?: string) => {
    return literal ?? (wildcard === '?' ? filling.slice(0, 1) || 'x' : filling);
  });
}

/** Turns a simple regular expression, such as `^/api/.*$`, into a pattern with wildcards. */
function asWildcards(expression: string): string {
  return expression
    .replace(/^\^|\$$/g, '')
    .replace(/\.[*+]/g, '*')
    .replace(/\\([^*?])/g, '$1');
}
