import { createCommand } from '../../command-line/command.ts';
import { readOptions } from '../../command-line/read-options.ts';
import { matching } from '../../command-line/value-parsers.ts';

/** The parsed options of `npm run verify-octopus`. */
export interface VerifyOctopusCommand {
  /** Empty with `emulated`, like the key. */
  readonly url: string;
  readonly apiKey: string;
  /** Path of the report without its extension; undefined for one named after the run. */
  readonly report: string | undefined;
  readonly yes: boolean;
  readonly emulated: boolean;
  /** The run to remove, instead of checking anything. */
  readonly cleanUp: string | undefined;
}

/** `npm run verify-octopus`. */
export function declareVerifyOctopus() {
  return createCommand(
    'npm run verify-octopus --',
    `Checks whether an Octopus Server does what the installer and the emulated server rely on, in a space that it creates and deletes. It shows what it will create, and asks first.
It reads the API key only from the environment variable OCTOPUS_API_KEY.`,
  )
    .option('--url <URL>', 'URL of the Octopus web portal; required, here or in OCTOPUS_URL')
    .option('--report <PATH>', 'write the report to PATH.json and PATH.md (default: verify-octopus-RUN here)')
    .option('--emulated', 'check the emulated server instead, in this process')
    .option('--clean-up <RUN>', 'only remove what a killed run left behind', run)
    .option('--yes', 'do not ask');
}

const run = matching(/^[a-z0-9-]{1,14}$/, 'the id of a run such as 1128-0f3a9c');

/**
 * Reads the options of `npm run verify-octopus`; undefined after printing help.
 * @throws UsageError that names every mistake
 */
export function readVerifyOctopusCommand(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  write: (text: string) => void,
): VerifyOctopusCommand | undefined {
  const { OCTOPUS_URL: usualUrl = '', OCTOPUS_API_KEY: apiKey = '' } = environment;
  const values = readOptions(declareVerifyOctopus(), args, write, ({ emulated, url = usualUrl }, isGiven) => {
    if (emulated)
      return isGiven('clean-up') ? ['--emulated leaves nothing behind, so it cannot go with --clean-up.'] : [];
    return [
      ...(url ? [] : ['No Octopus URL was given: pass --url or set the environment variable OCTOPUS_URL.']),
      ...(apiKey ? [] : ['No API key was given: set the environment variable OCTOPUS_API_KEY.']),
    ];
  });
  if (values === undefined) return undefined;
  const { yes = false, emulated = false, url = usualUrl, report, cleanUp } = values;
  return { ...{ yes, emulated, url, apiKey }, report, cleanUp };
}
