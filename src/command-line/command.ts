import { Command, CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';

/** The option values of a command, typed by its declaration. */
export type OptionsOf<Declare extends () => CommandUnknownOpts> = ReturnType<ReturnType<Declare>['opts']>;

/** A command to add options to, named as users type it: `npm run faults --`. */
export function createCommand(name: string, description = '') {
  return new Command(name)
    .description(description)
    .helpOption(false)
    .exitOverride()
    .configureOutput({ outputError: () => {}, getOutHelpWidth: helpWidth });
}

/** A heading and a list of names with their meanings, for the end of a command's help. */
export function renderList(heading: string, items: readonly (readonly [name: string, meaning: string])[]): string {
  const helper = createCommand('').createHelp();
  helper.prepareContext({ helpWidth: helpWidth() });
  const width = Math.max(...items.map(([name]) => name.length));
  const lines = items.map(([name, meaning]) => helper.formatItem(name, width, meaning, helper));
  return ['', heading, ...lines].join('\n');
}

/** A paragraph for the end of a command's help. */
export function renderText(text: string): string {
  return `\n${createCommand('').createHelp().boxWrap(text, helpWidth())}`;
}

/** A command's whole help. */
export function renderHelp(command: CommandUnknownOpts): string {
  let help = '';
  command
    .configureOutput({
      writeOut: (text) => {
        help += text;
      },
    })
    .outputHelp();
  return help.trimEnd();
}

/** A "Did you mean …?" sentence for a mistyped option or command; empty if nothing is similar. */
export function suggest(command: CommandUnknownOpts, mistyped: string): string {
  try {
    command.parse([mistyped], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const [, suggestion] = /\((Did you mean .*\?)\)/.exec(error.message) ?? [];
    return suggestion === undefined ? '' : `. ${suggestion}`;
  }
  return '';
}

// Longer lines are hard to read.
function helpWidth(): number {
  return Math.min(process.stdout.columns ?? 80, 120);
}
