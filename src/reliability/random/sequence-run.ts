import { stableTag } from '../actual-state/actual-state.ts';
import { greenShare } from '../actual-state/entry-points.ts';
import type { Entry } from '../actual-state/write-log.ts';
import type { AwsWrapper } from '../step-runs/step-order.ts';
import type { FaultWorld } from '../world/world.ts';
import type { Deployment } from './deployment.ts';

/** A sequence under way: what the model knows beside the world. */
export interface SequenceRun {
  readonly world: FaultWorld;
  /** Stands between every step and AWS; only tests of the checks themselves need it. */
  readonly mutation: AwsWrapper;
  /** What runs in each slot, and ran there last. */
  readonly slots: (Deployment | undefined)[];
  readonly versions: Set<string>;
  /** What is not ours, as it was at the beginning. */
  readonly foreign: ReadonlyMap<string, string>;
  /** What happened, a line for each action. */
  readonly history: string[];
  /** Each step that ran with what came of it, as `promote: done`. */
  readonly outcomes: string[];
  /** Each a sentence that begins with the invariant. */
  readonly violations: string[];
  deployments: number;
  /** Whether a person is at work, and no step. */
  isOperatorActing: boolean;
  /** Whose last run nothing has happened since. */
  undisturbed: Deployment | undefined;
}

/** Begins with the canary as it is. */
export function beginSequenceRun(world: FaultWorld, mutation: AwsWrapper): SequenceRun {
  const { canary } = world.actualState();
  const run: SequenceRun = {
    ...{ world, mutation, slots: [undefined, undefined], foreign: world.foreign() },
    versions: new Set(canary ? [canary.blue.version, canary.green.version] : []),
    ...{ history: [], outcomes: [], violations: [], deployments: 0, isOperatorActing: false, undisturbed: undefined },
  };
  world.watch.start(canary?.blue.version);
  return run;
}

/** Weights before tags, always: the tag may only say what the weights say already. */
export function judgeTag({ world, violations }: SequenceRun, { operation, input }: Entry): void {
  if (operation !== 'TagResource') return;
  const { tags = [] } = input as { readonly tags?: readonly { readonly key: string; readonly value: string }[] };
  const colour = tags.find(({ key }) => key === stableTag)?.value;
  const { canary } = world.actualState();
  if (colour === undefined || !canary) return;
  for (const { name, weights } of canary.entryPoints) {
    const share = greenShare(weights);
    if (share !== (colour === 'Green' ? 100 : 0))
      violations.push(`I4: the tag was set to ${colour} while green had ${share} % at ${name}, so before the weights`);
  }
}
