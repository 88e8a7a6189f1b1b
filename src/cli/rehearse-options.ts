import { readFileSync } from 'node:fs';
import { type BehaviourDescription, behaviours } from '../emulator/ecs/behaviours.ts';
import { rehearsedProcess } from '../rehearsal/rehearsal.ts';
import { findApproval, type RehearsalOptions } from '../rehearsal/scenario.ts';
import { type ReadArguments, readArguments, readNumber } from './arguments.ts';
import { UsageError } from './usage-error.ts';
import { readWeights } from './weights-option.ts';

/** What `rehearse` was asked to do. */
export interface RehearseCommand extends Omit<RehearsalOptions, 'ask'> {
  readonly help: boolean;
  readonly verbose: boolean;
  /** Whether the process takes the way through an Octopus Server first. */
  readonly fromInstall: boolean;
  /** Whether calls beyond AWS's published rates are refused. */
  readonly throttle: boolean;
  /** Whether nobody is to be asked. */
  readonly alone: boolean;
}

export const rehearseHelp = `Usage: octopus-ecs-canary rehearse [options]

Plays four releases with the committed step templates against an emulated AWS:
a first deployment, a canary that is promoted, one that is aborted, and one after that.

  --yes                    ask nobody: approve everything that the scenario approves
  --abort-at STEP          the approval at which the third release is aborted, such as "Approve 50%"; implies --yes
  --weights 10,50          green's share at each shift, in percent, rising
  --template FILE          your own CloudFormation template, JSON or YAML, in place of the built-in one
  --parameters FILE        JSON object: parameter of Deploy Stack (with --template:
                           of Deploy Own Template) -> value
  --behaviour NAME[=VALUE] how the second release misbehaves; may be repeated:
${behaviours.map(describeBehaviour).join('\n')}
  --from-install           install into an Octopus Server of the rehearsal first, and play what is there then
  --time-scale N           emulated seconds in one real second (60)
  --throttle               refuse calls beyond the rates that AWS publishes
  --verbose                show verbose lines and skipped steps too
  --help                   this text`;

function describeBehaviour({ name, value, fallback, sentence }: BehaviourDescription): string {
  const shown = value === undefined ? name : fallback === undefined ? `${name}=VALUE` : `${name}[=VALUE]`;
  return `                           ${shown}: ${sentence}${value === undefined ? '' : ` (${value})`}`;
}

/**
 * Reads the arguments of `rehearse`.
 * @throws UsageError with every problem at once
 */
export function readRehearseCommand(args: readonly string[]): RehearseCommand {
  const read = readArguments(args, {
    yes: { type: 'boolean' },
    'abort-at': { type: 'string' },
    weights: { type: 'string' },
    template: { type: 'string' },
    parameters: { type: 'string' },
    behaviour: { type: 'string', multiple: true },
    'time-scale': { type: 'string' },
    throttle: { type: 'boolean' },
    verbose: { type: 'boolean' },
    'from-install': { type: 'boolean' },
    help: { type: 'boolean' },
  });
  const { values, problems } = read;
  const weights = readWeights(read);
  const template = readText(read, 'template');
  const command: RehearseCommand = {
    help: values.has('help'),
    verbose: values.has('verbose'),
    fromInstall: values.has('from-install'),
    alone: values.has('yes') || values.has('abort-at'),
    throttle: values.has('throttle'),
    timeScale: readNumber(read, 'time-scale', { min: 1, max: 1000, fallback: 60 }),
    requestsPerSecond: 200,
    sample: 120,
    weights,
    abortAt: readApproval(read, weights),
    behaviours: readBehaviours(read),
    template,
    parameters: readParameters(read),
  };
  if (values.has('behaviour') && values.has('abort-at'))
    problems.push('--behaviour and --abort-at exclude each other.');
  if (problems.length > 0 && !command.help) throw new UsageError(problems, 'See octopus-ecs-canary rehearse --help.');
  return command;
}

function readApproval({ values, problems }: ReadArguments, weights: readonly number[]): string | undefined {
  const raw = values.get('abort-at')?.[0];
  if (raw === undefined) return undefined;
  const process = rehearsedProcess({ weights, template: undefined });
  const gate = findApproval(process, raw);
  const known = process.steps.flatMap((step) => (step.kind === 'manual' ? [`"${step.name}"`] : []));
  if (gate === undefined) problems.push(`--abort-at must be one of ${known.join(', ')}, not "${raw}".`);
  return gate?.slug;
}

function readBehaviours({ values, problems }: ReadArguments): readonly string[] {
  const given = values.get('behaviour') ?? [];
  for (const item of given) {
    const [name, value] = item.split('=', 2);
    const known: BehaviourDescription | undefined = behaviours.find((behaviour) => behaviour.name === name);
    const takesValue = known?.value !== undefined;
    const needsValue = takesValue && known.fallback === undefined;
    if (known === undefined) {
      problems.push(`--behaviour ${name} is unknown; known are ${behaviours.map((each) => each.name).join(', ')}.`);
    } else if (
      value === undefined ? needsValue : !takesValue || !/^\d+(\.\d+)?$/.test(value) || tooMuch(known, value)
    ) {
      problems.push(`--behaviour ${name} ${takesValue ? `needs a number: ${known.value}` : 'takes no value'}.`);
    }
  }
  return given;
}

function tooMuch({ most }: BehaviourDescription, value: string): boolean {
  return most !== undefined && Number(value) > most;
}

function readText({ values, problems }: ReadArguments, name: string): string | undefined {
  const file = values.get(name)?.[0];
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    problems.push(`--${name}: cannot read ${file} (${(error as NodeJS.ErrnoException).code}).`);
    return undefined;
  }
}

function readParameters(read: ReadArguments): Readonly<Record<string, string>> {
  const json = readText(read, 'parameters');
  if (json === undefined) return {};
  const value = parseJson(json);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    read.problems.push('--parameters must name a file with a JSON object: parameter -> value.');
    return {};
  }
  const wrong = Object.entries(value).filter(([, item]) => !['string', 'number', 'boolean'].includes(typeof item));
  for (const [name] of wrong)
    read.problems.push(`--parameters: the value of ${name} must be text, a number or true/false.`);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, octopusText(item)]));
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

// Octopus keeps ticked boxes as True and False.
function octopusText(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
}
