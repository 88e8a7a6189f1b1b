import { createCommand, renderList } from '../command-line/command.ts';
import { readOptions } from '../command-line/read-options.ts';
import { numberFrom, refuse, splitList } from '../command-line/value-parsers.ts';
import { noOutsideValues, type OutsideValues } from '../emulator/contract/outside-values.ts';
import { type BehaviourDescription, behaviours, readBehaviourValue } from '../emulator/ecs/behaviours.ts';
import { rehearsedProcess } from '../rehearsal/rehearsal.ts';
import { findApproval, type RehearsalOptions } from '../rehearsal/scenario.ts';
import { mannerOf, userBehaviours } from '../rehearsal/user-behaviours.ts';
import { verdicts } from '../rehearsal/watched-verdict.ts';
import type { Verdict } from '../steps/watch/assessment.ts';
import { nameCommand } from './command-name.ts';
import { readText } from './input-file.ts';
import { checkNight, guardEveryOption, nightHoursOption, nightOption, readNight } from './night-options.ts';
import { aboutDirectories, namesFile } from './output-path.ts';
import { defaultWeights, watchOption, weightsOption } from './process-shape-options.ts';
import { valuesOption } from './values-option.ts';

/** The parsed arguments of `rehearse`. */
export interface RehearseCommand extends Omit<RehearsalOptions, 'ask'> {
  readonly verbose: boolean;
  /** Whether to install the process into an emulated Octopus Server first. */
  /** What puts templates and process into an emulated Octopus Server first; undefined to run the committed ones. */
  readonly from: 'install' | 'set-up' | undefined;
  /** Whether calls that exceed AWS's published rates are throttled. */
  readonly throttle: boolean;
  /** Whether approvals are given without asking anyone. */
  readonly alone: boolean;
  /** Where to save the files that steps attach to their tasks; undefined saves none. */
  readonly artifacts: string | undefined;
  /** What the template takes from outside. */
  readonly values: OutsideValues;
  /** Templates of other stacks, to deploy first, by stack name. */
  readonly otherStacks: ReadonlyMap<string, string>;
}

/** The command `rehearse`. */
export function declareRehearse() {
  return createCommand(
    nameCommand('rehearse'),
    'Runs four releases with the committed step templates against an emulated AWS: a first deployment, a canary that is promoted, one that is aborted, and one more after that. With --behaviour or --night, it runs two: a first deployment, and a canary that misbehaves or waits.',
  )
    .option(
      '--yes',
      'ask nobody: give every approval that the scenario gives; this is also what happens without a terminal',
    )
    .option(
      '--abort-at <STEP>',
      'the approval at which the third release is aborted, such as "Approve 50%"; implies --yes',
    )
    .addOption(weightsOption())
    .addOption(watchOption())
    .option(
      '--template <FILE>',
      'your own CloudFormation template, JSON or YAML, instead of the built-in one',
      readText,
    )
    .option(
      '--parameters <FILE>',
      'file with a JSON object: parameter -> value, for every step that has the parameter, such as {"EcsCanary.TestRulePriority": 7, "EcsCanary.TemplateParameters": {"Image": "#{Canary.Image}"}}; EcsCanary.SettleSeconds counts emulated seconds',
      parseParameters,
    )
    .option(
      '--other-stack <NAME=FILE...>',
      'a template to deploy first, as the stack NAME, for example a network whose exports yours imports; repeatable',
      addStack,
    )
    .addOption(valuesOption())
    .option(
      '--behaviour <NAME...>',
      'how the second release misbehaves, or how users behave, see below; repeatable; no other releases follow',
      addBehaviour,
    )
    .option(
      '--assert-verdict <VERDICT...>',
      `exit with 1 unless the last watch of the last release gives this verdict: ${verdicts.join(', ')}; if you name several, any of them will do`,
      addVerdicts,
    )
    .addOption(nightOption())
    .addOption(nightHoursOption())
    .addOption(guardEveryOption())
    .option('--from-install', 'install into an emulated Octopus Server first, then run what was installed')
    .option('--from-set-up', 'the same with the step Set Up Canary Project in place of the command install')
    .option(
      '--artifacts <DIRECTORY>',
      'save the files that steps attach to their tasks, such as a canary report, in this directory',
      readDirectory,
    )
    .option('--time-scale <N>', 'emulated seconds per real second', numberFrom(1, 1000), 200)
    .option('--throttle', 'throttle calls that exceed the rates AWS publishes')
    .option('--verbose', 'also show verbose log lines, skipped steps, and each summary in the log of its step')
    .addHelpText('after', renderList('Behaviours of the new version:', behaviours.map(describeBehaviour)))
    .addHelpText('after', renderList('Behaviours of users:', userBehaviours.map(describeBehaviour)));
}

/**
 * Reads the arguments of `rehearse`.
 * @returns undefined after printing help
 * @throws UsageError with every problem at once
 */
export function readRehearseCommand(
  args: readonly string[],
  write: (text: string) => void,
): RehearseCommand | undefined {
  const values = readOptions(
    declareRehearse(),
    args,
    write,
    ({ abortAt, behaviour = [], weights = defaultWeights, ...typed }, isGiven) => [
      ...(abortAt === undefined ? [] : checkApproval(abortAt, weights)),
      ...(isSilentAndSticky(behaviour) ? ['--behaviour no-traffic and sticky-clients cannot both be given.'] : []),
      ...(isGiven('assert-verdict') && isGiven('no-watch')
        ? ['--assert-verdict needs the Watch steps, which --no-watch leaves out.']
        : []),
      ...checkNight(typed, isGiven),
      ...(isGiven('from-install') && isGiven('from-set-up')
        ? ['--from-install and --from-set-up cannot both be given.']
        : []),
      ...(isGiven('behaviour') && isGiven('abort-at') ? ['--behaviour and --abort-at cannot both be given.'] : []),
    ],
  );
  if (values === undefined) return undefined;
  const { yes = false, verbose = false, throttle = false, parameters = {} } = values;
  const from = values.fromInstall ? 'install' : values.fromSetUp ? 'set-up' : undefined;
  const { weights, watch, abortAt, timeScale, template, artifacts } = values;
  const { behaviour = [], otherStack = new Map(), assertVerdict = [] } = values;
  const outside = values.values ?? noOutsideValues;
  return {
    ...{ weights, watch, timeScale, template, artifacts, parameters, verbose, throttle, from },
    values: outside,
    otherStacks: otherStack,
    alone: yes || abortAt !== undefined,
    requestsPerSecond: 1000,
    sample: 120,
    abortAt: abortAt === undefined ? undefined : findGate(abortAt, weights)?.slug,
    behaviours: behaviour,
    night: readNight(values),
    assertVerdict,
  };
}

function readDirectory(typed: string): string {
  return typed !== '' && !namesFile(typed) ? typed : refuse(`must be a directory, not "${typed}". ${aboutDirectories}`);
}

function describeBehaviour({ name, value, fallback, sentence }: BehaviourDescription): readonly [string, string] {
  if (value === undefined) return [name, sentence];
  return [fallback === undefined ? `${name}=VALUE` : `${name}[=VALUE]`, `${sentence} (VALUE: ${value})`];
}

function findGate(approval: string, weights: readonly number[]) {
  return findApproval(rehearsedProcess({ weights, watch: true, template: undefined }), approval);
}

function checkApproval(approval: string, weights: readonly number[]): readonly string[] {
  if (findGate(approval, weights) !== undefined) return [];
  const { steps } = rehearsedProcess({ weights, watch: true, template: undefined });
  const known = steps.flatMap((step) => (step.kind === 'manual' ? [`"${step.name}"`] : []));
  return [`--abort-at must be one of ${known.join(', ')}, not "${approval}".`];
}

function isSilentAndSticky(behaviour: readonly string[]): boolean {
  const { isSilent, isSticky } = mannerOf(behaviour);
  return isSilent && isSticky;
}

function addBehaviour(typed: string, others: readonly string[] = []): readonly string[] {
  const [name, value] = typed.split('=', 2);
  const all: readonly BehaviourDescription[] = [...behaviours, ...userBehaviours];
  const known = all.find((each) => each.name === name);
  if (known === undefined) refuse(`${name} is unknown. Known behaviours: ${all.map((each) => each.name).join(', ')}.`);
  if (readBehaviourValue(known, value) !== undefined) return [...others, typed];
  return refuse(`${name} ${known.value === undefined ? 'takes no value' : `needs a number: ${known.value}`}.`);
}

function addVerdicts(typed: string, others: readonly Verdict[] = []): readonly Verdict[] {
  const named = splitList(typed).map(
    (each) =>
      verdicts.find((verdict) => verdict.toLowerCase() === each.toLowerCase()) ??
      refuse(`must be one of ${verdicts.join(', ')}, or several separated by commas, not "${each}".`),
  );
  return [...others, ...named];
}

function addStack(typed: string, others: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> {
  const [, name, file] = /^([A-Za-z][\w-]*)=(.+)$/s.exec(typed) ?? [];
  if (name === undefined || file === undefined) return refuse('must be NAME=FILE, for example network=network.yaml.');
  return new Map([...others, [name, readText(file)]]);
}

function parseParameters(file: string): Readonly<Record<string, string>> {
  const value = parseJson(file);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse('must name a file that contains a JSON object: parameter -> value.');
  const wrong = Object.entries(value).filter(([, item]) => item === null);
  if (wrong.length > 0) refuse(...wrong.map(([name]) => `: the value of ${name} is null; leave the parameter out.`));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, octopusText(item)]));
}

function parseJson(file: string): unknown {
  try {
    return JSON.parse(readText(file));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refuse(`: ${file} is not JSON: ${error.message}.`);
  }
}

// Octopus stores checkboxes as True and False, and a JSON value as the text that somebody typed.
function octopusText(value: unknown): string {
  if (typeof value === 'object') return JSON.stringify(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
}
