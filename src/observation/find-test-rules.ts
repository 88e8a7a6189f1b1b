import type { Aws } from '../aws/aws.ts';
import { coloursIn, isDefaultAction, type ListenerRule } from '../canary/listener-rule.ts';
import { testRuleTagKey } from '../canary/test-rule.ts';
import type { CanaryAddress } from './canary-address.ts';

/** Rules besides the production rules that have our tag for this stack, whichever colour they lead to. */
export async function findTestRules(
  aws: Aws,
  rules: readonly ListenerRule[],
  production: readonly ListenerRule[],
  address: CanaryAddress,
  stackName: string,
): Promise<readonly ListenerRule[]> {
  const candidates = rules.filter(
    (rule) => !isDefaultAction(rule) && !production.includes(rule) && coloursIn(rule, address.groups) > 0,
  );
  if (candidates.length === 0) return [];
  const tags = await readTestRuleTags(aws, candidates);
  return candidates.filter((rule) => tags[rule.arn] === stackName);
}

/** The stack of each rule that is a test rule of these steps, by the rule's ARN. */
export async function readTestRuleTags(
  aws: Aws,
  rules: readonly ListenerRule[],
): Promise<Readonly<Record<string, string | undefined>>> {
  const tags = await aws.loadBalancing.readTags(rules.map((rule) => rule.arn));
  return Object.fromEntries(rules.map(({ arn }) => [arn, tags[arn]?.[testRuleTagKey]]));
}
