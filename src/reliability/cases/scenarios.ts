import type { Scenario } from './case.ts';
import type { StateId } from './starting-state.ts';
import { states } from './states.ts';
import { isWatching, type StepUseId, stepUses, type WatchUseId } from './step-uses.ts';

/** Watch Canary changes nothing, so a state in which it would see the same as in another proves nothing more. */
const watched: Readonly<Record<WatchUseId, readonly StateId[]>> = {
  'watch-once': [
    ...(['first', 'stable-green', 'deployed', 'tenth', 'busy', 'drifted', 'two-rules-apart', 'kept-on-blue'] as const),
    ...(['lagging', 'recorded', 'bad-green'] as const),
  ],
  'watch-minute': ['tenth', 'lagging', 'recorded'],
  'watch-fail': ['deployed', 'recorded', 'bad-green'],
};

/** A Guard changes something only where green is bad; elsewhere it must leave all as it is. */
const guarded: readonly StateId[] = [
  ...(['first', 'stable-green', 'deployed', 'tenth', 'busy', 'untagged', 'taken', 'two-rules-apart'] as const),
  ...(['recorded', 'bad-green'] as const),
];

/** Every use of a step with every state from which it is tested. */
export const scenarios: readonly Scenario[] = states.flatMap(({ id: state, onlyWatched = false }) =>
  stepUses.filter(({ id }) => isTested(id, state, onlyWatched)).map(({ id: stepUse }) => ({ stepUse, state })),
);

function isTested(stepUse: StepUseId, state: StateId, onlyWatched: boolean): boolean {
  if (stepUse === 'guard') return guarded.includes(state);
  return isWatching(stepUse) ? watched[stepUse].includes(state) : !onlyWatched;
}
