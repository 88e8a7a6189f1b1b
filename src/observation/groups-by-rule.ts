import { actionsWithWeights, forwardGroups, type ListenerRule, modifyCommand } from '../canary/listener-rule.ts';
import { allBlue } from '../canary/weights.ts';
import type { RuleEvidence, Told } from './colour-groups.ts';

/** Finds target groups by the rules that split users between them. */
export const groupsByRule: RuleEvidence = { groupsBeside, adviseByHand };

/** The groups to which a colour's rules lead besides that colour. */
function groupsBeside(known: string | undefined, rules: readonly ListenerRule[]): readonly string[] {
  const ofColour = splitsOf(rules)
    .map(groupsIn)
    .filter((groups) => groups.some((group) => group === known));
  return ofColour.flat().filter((group) => group !== known);
}

/** For each group that may be blue's, the commands that give it all traffic of its rules. */
function adviseByHand(told: Told, rules: readonly ListenerRule[]): readonly string[] {
  const splits = splitsOf(rules);
  const groups =
    told.blue === undefined ? splits.flatMap(groupsIn).filter((group) => group !== told.green) : [told.blue];
  return [...new Set(groups)].flatMap((blue) => {
    const commands = splits.flatMap((rule) => {
      const [green, ...others] = groupsIn(rule).filter((group) => group !== blue);
      const isPair = green !== undefined && others.length === 0;
      return isPair ? modifyCommand(rule, actionsWithWeights(rule, { blue, green }, allBlue)) : [];
    });
    if (commands.length === 0) return [];
    return `To give blue all of the traffic by hand, if ${blue} is its target group: ${commands.join(' ; ')}`;
  });
}

function splitsOf(rules: readonly ListenerRule[]): readonly ListenerRule[] {
  return rules.filter((rule) => groupsIn(rule).length > 1);
}

function groupsIn(rule: ListenerRule): readonly string[] {
  return forwardGroups(rule).map(({ TargetGroupArn = '' }) => TargetGroupArn);
}
