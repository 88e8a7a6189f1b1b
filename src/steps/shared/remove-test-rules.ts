import type { Decision } from '../../canary/decision.ts';
import type { ListenerRule } from '../../canary/listener-rule.ts';

/** The decision to remove a test rule of ours, or undefined when there is none. */
export function removeTestRules(rules: readonly ListenerRule[]): Decision | undefined {
  const [rule] = rules;
  if (!rule) return undefined;
  return {
    kind: 'change',
    reason: `Removing the test rule with priority ${rule.priority}.`,
    change: { kind: 'delete-rule', arn: rule.arn },
  };
}
