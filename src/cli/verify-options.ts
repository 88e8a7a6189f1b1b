import { createCommand, type OptionsOf } from '../command-line/command.ts';
import { readCommand, type Typed } from '../command-line/read-options.ts';
import { nameCommand } from './command-name.ts';

/** The command `verify`. */
export function declareVerify() {
  return createCommand(
    nameCommand('verify'),
    `Checks whether the script of each step template is exactly what this source builds, also in a file exported from Octopus. Ids, layout, line ends, parameters and Octopus's version numbers do not matter. Ends with code 1 if one is not.
It reads only the files, step-templates/ and SHA256SUMS.`,
  )
    .argument('<FILE...>', 'step templates as exported from Octopus, or their scripts alone')
    .option('--any-release', 'also accept what an earlier release had')
    .option('--json', 'write JSON for programs');
}

/**
 * Reads the arguments of `verify`.
 * @returns undefined after printing help
 * @throws UsageError with every problem at once
 */
export function readVerifyCommand(
  args: readonly string[],
  write: (text: string) => void,
): Typed<OptionsOf<typeof declareVerify>> | undefined {
  return readCommand(declareVerify(), args, write);
}
