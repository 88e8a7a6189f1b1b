import { type AwsCall, interceptAws } from '../../aws/intercept.ts';
import type { AwsWrapper } from './step-order.ts';

/** Whether to kill a run at this call, before it takes effect or after. Called once for each call, in order. */
export type KillPoint = (call: AwsCall) => 'before' | 'after' | undefined;

/** The result of a killed run. */
export interface Killed {
  readonly kind: 'killed';
}

/**
 * Runs a step in this process and ends it at a call, as SIGKILL ends a process: calls already sent may still
 * take effect, but the step never sees their answers and sends no more. Faster than a separate process.
 */
export function runUntilKilled<T>(run: (wrap: AwsWrapper) => Promise<T>, killPoint: KillPoint): Promise<T | Killed> {
  const never = new Promise<never>(() => {});
  return new Promise((resolve, reject) => {
    let isKilled = false;
    const around = async <A>(carryOut: () => Promise<A>, call: AwsCall): Promise<A> => {
      if (isKilled) return never;
      const when = killPoint(call);
      if (when === undefined) {
        try {
          const answer = await carryOut();
          if (!isKilled) return answer;
        } catch (error) {
          if (!isKilled) throw error;
        }
        return never;
      }
      isKilled = true;
      if (when === 'after') await carryOut().catch(() => undefined);
      resolve({ kind: 'killed' });
      return never;
    };
    run((aws) => interceptAws(aws, around)).then(resolve, reject);
  });
}
