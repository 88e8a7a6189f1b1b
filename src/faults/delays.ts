import { setTimeout as sleep } from 'node:timers/promises';
import type { Aws } from '../aws/aws.ts';
import { createDice } from './dice.ts';

/** Lets each call wait a little before it goes out and before its answer is heard, other lengths for every seed. */
export function delayCalls(seed: number): (aws: Aws) => Aws {
  const dice = createDice(seed);
  const pause = async (): Promise<void> => {
    const milliseconds = dice(16) - 8;
    if (milliseconds > 0) await sleep(milliseconds);
  };
  return (aws) => ({
    region: aws.region,
    cloudFormation: delayed(aws.cloudFormation, pause),
    ecs: delayed(aws.ecs, pause),
    loadBalancing: delayed(aws.loadBalancing, pause),
  });
}

function delayed<S extends object>(service: S, pause: () => Promise<void>): S {
  return Object.fromEntries(
    Object.entries(service).map(([method, run]) => [
      method,
      async (...input: unknown[]) => {
        await pause();
        const answer: unknown = await (run as (...all: unknown[]) => Promise<unknown>)(...input);
        await pause();
        return answer;
      },
    ]),
  ) as S;
}
