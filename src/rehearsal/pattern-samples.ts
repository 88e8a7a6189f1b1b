import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';

/** The patterns of a rule's condition on paths or hosts; undefined alone when the rule has none. */
export function patternsOf(
  conditions: readonly RuleCondition[],
  field: 'path-pattern' | 'host-header',
): readonly (string | undefined)[] {
  const condition = conditions.find(({ Field }) => Field === field);
  if (condition === undefined) return [undefined];
  const config = field === 'path-pattern' ? condition.PathPatternConfig : condition.HostHeaderConfig;
  return [...(config?.Values ?? condition.Values ?? []), ...(config?.RegexValues ?? [])];
}

/** Paths that may match a pattern, the plainest first. */
export function samplePaths(pattern = '*'): readonly string[] {
  const bare = pattern.replace(/\*$/, '');
  // "/*" is asked as "/" and "/shop*" as "/shop", but a folder's own page may be another than what is in it.
  const plainest = bare !== pattern && !/.\/$/.test(bare) ? [fill(bare, 'x')] : [];
  return [...plainest, ...samples(pattern)].map((path) => path.replace(/^(?!\/)/, '/'));
}

/** Hosts that may match a pattern; undefined is whatever host the load balancer itself has. */
export function sampleHosts(pattern: string | undefined): readonly (string | undefined)[] {
  return pattern === undefined ? [undefined] : samples(pattern);
}

/** Texts for a wildcard that other rules' patterns hardly catch all of. */
const fillings = ['x', 'y', 'rehearsal', '0', 'x/y', 'q9.html', 'z-7/w-8/v', '', '/'];

function samples(pattern: string): readonly string[] {
  return [pattern, asWildcards(pattern)].flatMap((each) => fillings.map((filling) => fill(each, filling)));
}

function fill(pattern: string, filling: string): string {
  return pattern.replace(/\\([*?])|[*?]/g, (wildcard, literal?: string) => {
    return literal ?? (wildcard === '?' ? filling.slice(0, 1) || 'x' : filling);
  });
}

/** The plain kind of regular expression, such as `^/api/.*$`, as a pattern with wildcards. */
function asWildcards(expression: string): string {
  return expression
    .replace(/^\^|\$$/g, '')
    .replace(/\.[*+]/g, '*')
    .replace(/\\([^*?])/g, '$1');
}
