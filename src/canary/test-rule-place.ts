import { type ListenerRule, rank } from './listener-rule.ts';
import { regionOf } from './region-option.ts';

/**
 * What to do so that a test rule comes before the production rule: a number that is free there, or commands that make
 * one free without changing the order of any rules.
 * @param rules all rules of the listener
 * @param ours test rules of ours, which give way
 * @param after the number of the last rule that the test rule must not precede, 0 for none
 */
export function explainPlace(
  rules: readonly ListenerRule[],
  ours: readonly ListenerRule[],
  production: ListenerRule,
  after = 0,
): string {
  const others = rules.filter((rule) => !ours.some((own) => own.arn === rule.arn));
  const below = Math.min(rank(production), highest + 1);
  const free = freeBefore(others, below);
  const range = after === 0 ? `below ${below}` : `between ${after} and ${below}`;
  if (free > after) return `Set EcsCanary.TestRulePriority to a free number ${range}, for example ${free}.`;
  const { moves, place } = makeRoom(rules, below);
  const command = moves.map(({ arn, priority }) => `RuleArn=${arn},Priority=${priority}`).join(' ');
  return `No priority ${range} is free. Move these rules by one, also in their templates (for Deploy Stack: EcsCanary.RulePriority), and set EcsCanary.TestRulePriority to ${place}: aws elbv2 set-rule-priorities ${regionOf(production.arn)} --rule-priorities ${command}`;
}

const highest = 50_000;

/** The highest free number before a number; 0 if there is none. */
function freeBefore(rules: readonly ListenerRule[], below: number): number {
  const taken = new Set(rules.map(rank));
  let number = below - 1;
  while (taken.has(number)) number -= 1;
  return number;
}

interface Room {
  readonly moves: readonly { readonly arn: string; readonly priority: number }[];
  /** The number that becomes free. */
  readonly place: number;
}

/** Moves the production rule and those right behind it up by one or, where the numbers end, those right before it down. */
function makeRoom(rules: readonly ListenerRule[], production: number): Room {
  const byRank = new Map(rules.map((rule) => [rank(rule), rule.arn]));
  const chain = (start: number, step: 1 | -1): Room['moves'] => {
    const moves: { arn: string; priority: number }[] = [];
    for (let number = start; byRank.has(number); number += step)
      moves.push({ arn: byRank.get(number) ?? '', priority: number + step });
    return moves;
  };
  const up = chain(production, 1);
  const fits = production <= highest && up.every(({ priority }) => priority <= highest);
  return fits ? { moves: up, place: production } : { moves: chain(production - 1, -1), place: production - 1 };
}
