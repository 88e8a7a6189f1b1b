import { stableTag } from '../actual-state/actual-state.ts';
import { greenShare } from '../actual-state/entry-points.ts';
import type { Entry } from '../actual-state/write-log.ts';
import type { AwsWrapper } from '../step-runs/step-order.ts';
import type { FaultWorld } from '../world/world.ts';
import type { Deployment } from './deployment.ts';

/** A running sequence: the model's state in addition to the world. */
export interface SequenceRun {
  readonly world: FaultWorld;
  /** Wraps AWS for every step; only tests of the checks themselves need it. */
  readonly mutation: AwsWrapper;
  /** The deployment in each slot, running or last. */
  readonly slots: (Deployment | undefined)[];
  readonly versions: Set<string>;
  /** Everything foreign, as it was at the start. */
  readonly foreign: ReadonlyMap<string, string>;
  /** What happened, one line per action. */
  readonly history: string[];
  /** Each step that ran, with its outcome, such as `promote: done`. */
  readonly outcomes: string[];
  /** Sentences that start with the invariant. */
  readonly violations: string[];
  deployments: number;
  /** Whether a person is acting, not a step. */
  isOperatorActing: boolean;
  /** The deployment since whose last run nothing has happened. */
  undisturbed: Deployment | undefined;
}

/** Starts with the current canary. */
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

/** Weights always come before tags: a tag may only record what the weights already are. */
export function judgeTag({ world, violations }: SequenceRun, { operation, input }: Entry): void {
  if (operation !== 'TagResource') return;
  const { tags = [] } = input as { readonly tags?: readonly { readonly key: string; readonly value: string }[] };
  const colour = tags.find(({ key }) => key === stableTag)?.value;
  const { canary } = world.actualState();
  if (colour === undefined || !canary) return;
  for (const { name, weights } of canary.entryPoints) {
    const share = greenShare(weights);
    if (share !== (colour === 'Green' ? 100 : 0))
      violations.push(
        `I4: the tag was set to ${colour} while green had ${share} % at ${name}, before the weights were changed`,
      );
  }
}
