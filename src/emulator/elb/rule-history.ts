import { refreshAttachments } from './health-checks.ts';
import { type ElbState, type ListenerState, type RuleState, rulesOf } from './state.ts';

/** Adds or replaces several rules at once. */
export function writeRules(state: ElbState, rules: readonly RuleState[]): void {
  for (const rule of rules) state.rules.set(rule.arn, rule);
  remember(state, rules);
  refreshAttachments(state);
}

/** Removes a rule and its tags. */
export function removeRule(state: ElbState, rule: RuleState): void {
  state.rules.delete(rule.arn);
  state.tags.delete(rule.arn);
  remember(state, [rule]);
  refreshAttachments(state);
}

/** Removes all rules of a listener, from both nodes at once, because the listener is deleted too. */
export function removeAllRules(state: ElbState, listener: ListenerState): void {
  for (const rule of rulesOf(state, listener.arn)) removeRule(state, rule);
  listener.history.length = 0;
}

/** The rules that a listener's first node tries, in order; none once the listener is deleted. */
export function newestRules(listener: ListenerState): readonly RuleState[] {
  return listener.history.at(-1)?.rules ?? [];
}

/** The rules that the second node tries: those of `ruleLagSeconds` ago, or the listener's first ones if it is younger. */
export function laggingRules(state: ElbState, listener: ListenerState): readonly RuleState[] {
  forgetOld(state, listener);
  return listener.history[0]?.rules ?? [];
}

/** Sets the lag in emulated seconds; second nodes keep every rule that they already follow. */
export function setRuleLag(state: ElbState, seconds: number): void {
  for (const listener of state.listeners.values()) forgetOld(state, listener);
  state.ruleLagSeconds = seconds;
}

function remember(state: ElbState, changed: readonly RuleState[]): void {
  const time = state.world.clock.now().getTime();
  for (const arn of new Set(changed.map(({ listenerArn }) => listenerArn))) {
    const listener = state.listeners.get(arn);
    if (!listener) continue;
    listener.history.push({ time, rules: rulesOf(state, arn) });
    // Without a lag nothing reads the history, which would otherwise grow for ever.
    forgetOld(state, listener);
  }
}

function forgetOld(state: ElbState, { history }: ListenerState): void {
  const known = state.world.clock.now().getTime() - state.ruleLagSeconds * 1000;
  while (history[1] && history[1].time <= known) history.shift();
}
