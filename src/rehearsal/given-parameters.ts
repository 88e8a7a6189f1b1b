import type { TemplateLibrary } from './template-library.ts';

/**
 * Says which given parameters cannot be used: no step has them, or the rehearsal sets them itself.
 * @param watch whether the process has the step Watch Canary
 */
export function findGivenProblems(library: TemplateLibrary, names: readonly string[], watch = true): readonly string[] {
  const used = [...library].flatMap(([step, template]) => (step !== 'watch' || watch ? [template] : []));
  const known = [...new Set(used.flatMap(({ parameters }) => Object.keys(parameters)))];
  return names.flatMap((name) => {
    const own = ownReason(name);
    if (own !== undefined) return [`${name} is set by the rehearsal itself: ${own}.`];
    if (known.includes(name)) return [];
    if (Object.hasOwn(library.get('watch')?.parameters ?? {}, name))
      return [`${name} belongs to the Watch steps, which --no-watch leaves out.`];
    const similar = known.filter((other) => ownReason(other) === undefined && likeness(name, other) >= leastLikeness);
    const advice = similar.length === 0 ? '' : ` Similar: ${similar.sort().join(', ')}.`;
    return [`No step has a parameter ${name}.${advice}`];
  });
}

/** Why the operator cannot set a parameter of the rehearsal. */
function ownReason(name: string): string | undefined {
  if (name === 'EcsCanary.GreenPercent') return 'set the shares with --weights';
  if (name === 'EcsCanary.NextPercent') return 'the next share follows from --weights';
  if (name === 'EcsCanary.ApprovalStep') return 'each shift has an approval of its own';
  if (name === 'EcsCanary.StackName') return 'it uses only one stack';
  if (name.startsWith('EcsCanary.AWS.')) return 'it uses only one emulated account';
  return undefined;
}

const leastLikeness = 0.6;

/** From 0 to 1: how many pairs of neighbouring letters two names share. */
function likeness(one: string, other: string): number {
  const [some, others] = [pairsOf(one), pairsOf(other)];
  const shared = [...some].filter((pair) => others.has(pair)).length;
  return some.size + others.size === 0 ? 0 : (2 * shared) / (some.size + others.size);
}

function pairsOf(name: string): ReadonlySet<string> {
  const letters = name.replace(/^EcsCanary\./i, '').toLowerCase();
  return new Set(Array.from({ length: Math.max(0, letters.length - 1) }, (_, at) => letters.slice(at, at + 2)));
}
