import type { Aws } from '../aws/aws.ts';
import { coloursIn, type ListenerRule, listenerArnOf, modifyRuleCommand } from '../canary/listener-rule.ts';
import { OperatorError } from '../canary/operator-error.ts';
import { type CanaryAddress, notFound } from './canary-address.ts';
import { readTestRuleTags } from './test-rules.ts';

/** All rules of a listener cost one call, as one rule does, and show what else sends users to green. */
export async function readRules(aws: Aws, address: CanaryAddress): Promise<readonly ListenerRule[]> {
  const own = new Set(address.ruleArns.map(listenerArnOf));
  const others = [...new Set(address.listenerArns)].filter((arn) => !own.has(arn));
  const read = (arn: string) => aws.loadBalancing.listRules(arn);
  return (await Promise.all([...[...own].map(read), ...others.map((arn) => read(arn).catch(unlessGone))])).flat();
}

/** A listener that somebody deleted leads nobody anywhere, and must not keep a rollback back. */
function unlessGone(error: unknown): readonly ListenerRule[] {
  if (error instanceof OperatorError && error.code === 'aws-refused') return [];
  throw error;
}

/**
 * The rule that splits the users.
 * @param maimed whether one out of which somebody took a colour will do, if no other rule can be meant
 */
export async function findRule(
  aws: Aws,
  all: readonly ListenerRule[],
  { ruleArns, groups }: CanaryAddress,
  maimed: boolean,
): Promise<ListenerRule> {
  const rules = all.filter((rule) => ruleArns.includes(rule.arn));
  const both = rules.filter((rule) => coloursIn(rule, groups) === 2);
  const candidates = maimed && ruleArns.length === 1 ? rules.filter((rule) => coloursIn(rule, groups) > 0) : both;
  const listeners = rules.map(({ arn }) => listenerArnOf(arn));
  let rivals = all.filter(
    (rule) => !rules.includes(rule) && coloursIn(rule, groups) === 2 && listeners.includes(listenerArnOf(rule.arn)),
  );
  const [found] = candidates;
  if (candidates.length === 1 && found) {
    const isWhole = coloursIn(found, groups) === 2;
    if (!maimed || (isWhole && rivals.length === 0)) return found;
    const tags = await readTestRuleTags(aws, [found, ...rivals]);
    rivals = rivals.filter(({ arn }) => !tags[arn]);
    if (!tags[found.arn] && (isWhole || rivals.length === 0)) return found;
  }
  const TargetGroups = [
    { TargetGroupArn: groups.blue, Weight: 100 },
    { TargetGroupArn: groups.green, Weight: 0 },
  ];
  const meant = rivals[0] ?? (candidates.length === 1 ? undefined : rules[0]);
  throw notFound([
    `${both.length > 1 ? 'more than one listener rule' : 'no listener rule'} that forwards to both the blue and the green target group; ` +
      `looked at ${describe(rules)}. EcsCanary.ListenerRuleArn can name the right one${rivals.length > 0 ? `, such as ${describe(rivals)}` : ''}. ` +
      `To give blue a rule's traffic by hand: ${modifyRuleCommand(meant?.arn ?? 'RULE_ARN', [{ Type: 'forward', ForwardConfig: { TargetGroups } }])}`,
  ]);
}

function describe(rules: readonly ListenerRule[]): string {
  return rules.map(({ priority, arn }) => `priority ${priority} (${arn})`).join(', ') || 'none';
}
