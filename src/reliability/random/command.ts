import { type RandomFailure, type RandomReport, runRandomSequences } from './random-sequences.ts';

/** The options for `--random`. */
export interface RandomCommand {
  readonly sequences: number;
  readonly seed: number;
  readonly path?: string | undefined;
}

/**
 * Runs random sequences and prints their results.
 * @returns the results as figures
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

/** Describes a failure, with the command to run it again. */
function describeFailure({ seed, path, sequence, history, violations }: RandomFailure): string {
  return [
    `Sequence ${seed} violated an invariant.`,
    ...violations.map((violation) => `  ${violation}`),
    '  What happened:',
    ...history.map((line) => `    ${line}`),
    `  To run it again: npm run faults -- --random 1 --seed ${seed} --path ${path}`,
    `  To keep it in test/reliability/random/random-sequences.test.ts: ${JSON.stringify(sequence)}`,
  ].join('\n');
}

function summarise({ sequences, actions, outcomes, failures }: RandomReport, seed: number): readonly string[] {
  const runs = [...outcomes.values()].reduce((sum, count) => sum + count, 0);
  const said = failures.length === 0 ? 'every invariant held' : `${failures.length} of them violated an invariant`;
  return [
    `${sequences} sequences from seed ${seed}, with ${actions} actions and ${runs} step runs: ${said}.`,
    ...[...outcomes].sort().map(([end, count]) => `  ${end}: ${count}`),
  ];
}
