import {
  type Command,
  type CommandUnknownOpts,
  InvalidArgumentError,
  Option,
  type OptionValues,
} from '@commander-js/extra-typings';
import { renderHelp, suggest } from './command.ts';
import { UsageError } from './usage-error.ts';

/**
 * Checks that the options fit together; returns one sentence per problem. An invalid value has been replaced by the default, if there is one.
 * @param isGiven tells whether an option such as `abort-at` was typed
 */
export type Check<Values> = (values: Partial<Values>, isGiven: (option: string) => boolean) => readonly string[];

/**
 * Reads the options of a command. Commander would stop at the first mistake, so this hides mistakes from it and collects them.
 * @returns the values; undefined after printing help
 * @throws UsageError with every problem at once
 */
export function readOptions<Values extends OptionValues>(
  command: Command<[], Values>,
  args: readonly string[],
  write: (text: string) => void,
  check?: Check<Values>,
): Values | undefined {
  return readCommand(command, args, write, check)?.values;
}

/** What was typed for a command. */
export interface Typed<Values> {
  readonly values: Values;
  /** What was typed besides options. */
  readonly operands: readonly string[];
}

/** The same for a command that also takes one argument, such as `<FILE...>`. */
export function readCommand<Arguments extends string[][], Values extends OptionValues>(
  command: Command<Arguments, Values>,
  args: readonly string[],
  write: (text: string) => void,
  check: Check<Values> = () => [],
): Typed<Values> | undefined {
  const needed = command.options.filter(({ mandatory }) => mandatory);
  for (const option of needed) option.helpGroup('Required options:');
  command.addOption(new Option('-h, --help', 'show this help').helpGroup('Options:'));
  const heard = listen(command);
  const { given, problems } = heard;
  const { operands, unknown } = command.parseOptions(dropFlagsWithoutValue(command, args, heard));
  forgetInvalid(command, heard);
  if (given.has('help')) {
    write(renderHelp(command));
    return undefined;
  }
  const missing = needed.filter((option) => !given.has(option.name()));
  const values = command.opts();
  const [wanted] = command.registeredArguments;
  const all = [
    ...(wanted === undefined ? operands.map((word) => `Unexpected argument: ${word}`) : []),
    ...unknown.map((word) => describeUnknown(command, word)),
    ...problems,
    ...missing.map(({ long, description }) => `${long} is required: ${description}.`),
    ...(wanted?.required && operands.length === 0 ? [`${wanted.name()} is required: ${wanted.description}.`] : []),
    ...check(values, (option) => given.has(option)),
  ];
  if (all.length > 0) throw new UsageError(all, seeHelp(command));
  return { values, operands };
}

/** The last line of a usage error. */
export function seeHelp(command: { readonly name: () => string }): string {
  return `See ${command.name()} --help.`;
}

interface Heard {
  /** The options that were typed, even those with an invalid value. */
  readonly given: Set<string>;
  readonly problems: string[];
  /** The options that had an invalid value. */
  readonly invalid: Option[];
}

function listen(command: CommandUnknownOpts): Heard {
  const heard: Heard = { given: new Set(), problems: [], invalid: [] };
  for (const option of command.options) {
    const name = option.name();
    command.on(`option:${name}`, () => {
      if (heard.given.has(name) && !option.variadic) heard.problems.push(`${option.long} is given twice.`);
      heard.given.add(name);
    });
    option.makeOptionMandatory(false);
    if (option.required) keepProblems(option, heard);
  }
  return heard;
}

/** Makes an option record a problem and keep its previous value when the typed one is invalid. */
function keepProblems(option: Option, { problems, invalid }: Heard): void {
  const { parseArg = <T>(typed: string, _: T): T => typed as T } = option;
  option.argParser<unknown>((typed, previous) => {
    try {
      if (typed === '') throw new InvalidArgumentError('needs a value.');
      return parseArg(typed, previous);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      problems.push(
        ...error.message.split('\n').map((line) => `${option.long}${line.startsWith(':') ? '' : ' '}${line}`),
      );
      invalid.push(option);
      return previous;
    }
  });
}

/** Commander turns the value of an option without a default into an empty text, which no check expects. */
function forgetInvalid(command: CommandUnknownOpts, { invalid }: Heard): void {
  for (const name of invalid.map((option) => option.attributeName()))
    if (command.getOptionValue(name) === '') command.setOptionValue(name, undefined);
}

/** Commander would take the next option as the value, and would stop at a flag in last place. */
function dropFlagsWithoutValue(command: CommandUnknownOpts, args: readonly string[], heard: Heard): string[] {
  const flags = command.options.filter(({ required }) => required).map(({ long }) => long);
  const lacksValue = (word: string, next = '--'): boolean => flags.includes(word) && next.startsWith('--');
  return args.filter((word, index) => {
    if (!lacksValue(word, args[index + 1])) return true;
    heard.problems.push(`${word} needs a value.`);
    heard.given.add(word.replace(/^--/, ''));
    return false;
  });
}

function describeUnknown(command: CommandUnknownOpts, word: string): string {
  if (!/^-./.test(word)) return `Unexpected argument: ${word}`;
  const [flag = word] = word.split('=', 1);
  if (command.options.some(({ long }) => long === flag)) return `${flag} takes no value.`;
  return `Unknown option: ${flag}${suggest(command, flag)}`;
}
