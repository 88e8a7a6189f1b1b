import { expect } from 'vitest';
import type { OperatorError } from '../../../src/canary/operator-error.ts';
import type { ParameterSet } from '../../../src/parameters/parameters.ts';
import type { Step } from '../../../src/steps/step.ts';
import { awsCommandsIn, runAwsCommand } from '../../support/aws-command.ts';
import type { CanaryWorld, RunOptions, StepRun } from '../../support/canary-world.ts';

export type Values = Readonly<Record<string, string>>;

/** What an error tells the operator, followed to the letter: each method fails where the words are missing. */
export interface Hint {
  readonly error: OperatorError;
  /** For what only a person can do; the case then does it. */
  readonly says: (...words: readonly string[]) => void;
  /** What the words give at the pattern's first group. */
  readonly reads: (pattern: RegExp) => string;
  /** Runs every complete command. */
  readonly runsCommands: () => Promise<void>;
  /** The value that the words give to a parameter (`… to X`, or a tick), or the one that the operator finds. */
  readonly sets: (name: string, found?: string) => Values;
  /** Runs the step that the words name. */
  readonly runsStep: <P extends ParameterSet, S>(
    step: Step<P, S>,
    values?: Values,
    options?: RunOptions,
  ) => Promise<StepRun>;
}

/** Reads an error as the operator of this world does. */
export function readHint(error: OperatorError, { emulator, scene, run }: CanaryWorld): Hint {
  // Lists of problems say what to do about each of them.
  const words = `${error.message}\n${error.hint}`;
  return {
    error,
    says: (...wanted) => {
      for (const each of wanted) expect(words).toContain(each);
    },
    reads: (pattern) => {
      expect(words).toMatch(pattern);
      return pattern.exec(words)?.[1] ?? '';
    },
    runsCommands: async () => {
      const commands = awsCommandsIn(words);
      expect(commands, words).not.toEqual([]);
      for (const command of commands) {
        // The operator's own CLI may be set to another region.
        expect(command.join(' ')).toContain(`--region ${scene.region}`);
        await runAwsCommand(emulator.url, command);
      }
    },
    sets: (name, found) => {
      expect(words).toContain(name);
      const told = new RegExp(`\\b${name.replaceAll('.', '\\.')} to ([\\w-]+)`).exec(words)?.[1];
      const isValue = told !== undefined && /^[A-Z\d]/.test(told);
      return { [name]: found ?? (isValue ? told : 'True') };
    },
    runsStep: async (step, values, options) => {
      expect(words).toContain(step.name);
      const done = await run(step, values, options);
      expect(done.error).toBeUndefined();
      return done;
    },
  };
}
