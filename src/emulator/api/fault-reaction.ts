import { losePoints } from '../faults/partial-data.ts';
import { type RefusedCall, refusal } from '../faults/refusal.ts';
import type { Strike } from '../faults.ts';
import type { Answer } from '../protocol/answer.ts';
import type { World } from '../world.ts';

/** How a client's call ends. */
export type Reaction =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'reset' | 'silence'; readonly strike: Strike };

export interface PreparedCall {
  readonly world: World;
  readonly call: RefusedCall;
  /** Runs the operation, and answers with its output as changed; never rejects. */
  readonly carryOut: (change?: (output: unknown) => unknown) => Promise<Answer>;
  /** The answer that the same read got before the last write. */
  readonly olderAnswer: Answer | undefined;
}

/** Carries out a call, with its fault if it has one; throws AwsError for a fault that refuses it. */
export async function reactUnder(strike: Strike | undefined, prepared: PreparedCall): Promise<Reaction> {
  const { world, call, carryOut, olderAnswer } = prepared;
  if (!strike) return { kind: 'answer', answer: await carryOut() };
  switch (strike.kind) {
    case 'reset-before':
    case 'hang-before':
      return { kind: strike.kind === 'reset-before' ? 'reset' : 'silence', strike };
    case 'reset-after':
    case 'hang-after':
      await carryOut();
      return { kind: strike.kind === 'reset-after' ? 'reset' : 'silence', strike };
    case 'slow': {
      const answer = await carryOut();
      strike.landed();
      await world.clock.sleep(strike.delaySeconds);
      return { kind: 'answer', answer };
    }
    case 'stale-read':
      strike.landed();
      return { kind: 'answer', answer: olderAnswer ?? (await carryOut()) };
    case 'partial-data': {
      strike.landed();
      return { kind: 'answer', answer: await carryOut(losePoints) };
    }
    default:
      strike.landed();
      throw refusal(strike.kind, call, world.options);
  }
}
