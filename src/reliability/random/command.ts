import { type RandomFailure, type RandomReport, runRandomSequences } from './random-sequences.ts';

/** What `--random` was told. */
export interface RandomCommand {
  readonly sequences: number;
  readonly seed: number;
  readonly path?: string | undefined;
}

/**
 * Runs random sequences and says how they went.
 * @returns the same as figures
 */
export async function runRandom(command: RandomCommand, say: (line: string) => void): Promise<RandomReport> {
  let ended = 0;
  const report = await runRandomSequences({
    ...command,
    parallel: 4,
    onEnd: (_seed, failure) => {
      ended += 1;
      if (failure) say(describeFailure(failure));
      else if (ended % 10 === 0) say(`${ended} of ${command.sequences} sequences run.`);
    },
  });
  for (const line of summarise(report, command.seed)) say(line);
  return report;
}

/** In words, with how to run it again. */
function describeFailure({ seed, path, sequence, history, violations }: RandomFailure): string {
  return [
    `Sequence ${seed}: something was violated.`,
    ...violations.map((violation) => `  ${violation}`),
    '  What happened:',
    ...history.map((line) => `    ${line}`),
    `  To run it again: npm run faults -- --random 1 --seed ${seed} --path ${path}`,
    `  As a sequence for test/reliability/random/random-sequences.test.ts: ${JSON.stringify(sequence)}`,
  ].join('\n');
}

function summarise({ sequences, actions, outcomes, failures }: RandomReport, seed: number): readonly string[] {
  const runs = [...outcomes.values()].reduce((sum, count) => sum + count, 0);
  const said = failures.length === 0 ? 'every invariant held' : `something was violated in ${failures.length} of them`;
  return [
    `${sequences} sequences from seed ${seed} on, with ${actions} actions and ${runs} runs of steps: ${said}.`,
    ...[...outcomes].sort().map(([end, count]) => `  ${end}: ${count}`),
  ];
}
