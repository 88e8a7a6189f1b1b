import { setTimeout as sleep } from 'node:timers/promises';
import type { Aws } from '../../aws/aws.ts';
import { interceptAws } from '../../aws/intercept.ts';
import { createSeededRandom } from '../../rehearsal/seeded-random.ts';

/** Delays each call a little before it is sent and before its answer arrives; the delays depend on the seed. */
export function delayCalls(seed: number): (aws: Aws) => Aws {
  const random = createSeededRandom(seed);
  const pause = async (): Promise<void> => {
    const milliseconds = random(16) - 8;
    if (milliseconds > 0) await sleep(milliseconds);
  };
  return (aws) =>
    interceptAws(aws, async (carryOut) => {
      await pause();
      const answer = await carryOut();
      await pause();
      return answer;
    });
}
