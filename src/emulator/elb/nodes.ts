import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { laggingRules, newestRules } from './rule-history.ts';
import type { ElbState, ListenerState, RuleState } from './state.ts';
import { rotationOf, type WeightedRotation } from './weighted-rotation.ts';

/** One of a listener's two load balancer nodes. */
export interface Node {
  /** In the order in which they are tried. */
  readonly rules: readonly RuleState[];
  /** The target group that is next by a rule's weights; undefined if no weight is above zero. */
  nextGroup(rule: RuleState): string | undefined;
}

/** Chooses a node for each request: the two in turn, or always the first if changed rules do not lag. */
export function createNodes(state: ElbState, listener: ListenerState): () => Node {
  const [nextOfFirst, nextOfSecond] = [createTurns(), createTurns()];
  let isSecond = true;
  return () => {
    isSecond = state.ruleLagSeconds <= 0 || !isSecond;
    return state.ruleLagSeconds > 0 && isSecond
      ? { rules: laggingRules(state, listener), nextGroup: nextOfSecond }
      : { rules: newestRules(listener), nextGroup: nextOfFirst };
  };
}

// Each write of a rule's actions creates a new list, so the list identifies the rule's version.
function createTurns(): Node['nextGroup'] {
  const rotations = new WeakMap<readonly Action[], WeightedRotation>();
  return ({ actions }) => {
    const rotation = rotations.get(actions) ?? rotationOf(actions);
    rotations.set(actions, rotation);
    return rotation.next();
  };
}
