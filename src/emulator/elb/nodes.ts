import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { laggingRules, newestRules } from './rule-history.ts';
import type { ElbState, ListenerState, RuleState } from './state.ts';
import { rotationOf, type WeightedRotation } from './weighted-rotation.ts';

/** One of a listener's two load balancer nodes, as a request meets it. */
export interface Node {
  /** In the order in which they are tried. */
  readonly rules: readonly RuleState[];
  /** The target group whose turn it is by a rule's weights; undefined when no weight is above zero. */
  nextGroup(rule: RuleState): string | undefined;
}

/** Gives each request to one node: to both in turn, or always to the first while changed rules do not lag. */
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

// Each writing of a rule's actions makes a new list of them, so the list stands for the rule's version.
function createTurns(): Node['nextGroup'] {
  const rotations = new WeakMap<readonly Action[], WeightedRotation>();
  return ({ actions }) => {
    const rotation = rotations.get(actions) ?? rotationOf(actions);
    rotations.set(actions, rotation);
    return rotation.next();
  };
}
