import { OperatorError } from '../canary/operator-error.ts';

/** The control that Octopus shows for a parameter (values of `Octopus.ControlType`). */
export type ControlType =
  | 'SingleLineText'
  | 'MultiLineText'
  | 'Checkbox'
  | 'Select'
  | 'StepName'
  | 'Sensitive'
  | 'AmazonWebServicesAccount';

/** One step-template parameter: what Octopus shows, and how its raw text becomes a value. */
export interface Parameter<T = unknown> {
  /** As the operator sees it, for example `EcsCanary.StackName`. */
  readonly name: string;
  readonly label: string;
  /** Markdown; says what to type. */
  readonly help: string;
  readonly control: ControlType;
  readonly defaultValue: string;
  /** For Select: stored value and label of each choice. */
  readonly choices?: readonly (readonly [value: string, label: string])[];
  /** Set when Octopus itself consumes the value through this action property. */
  readonly actionProperty?: string;
  /** Set when Octopus silently does without such a value where it cannot use it, so that the script looks at it as well. */
  readonly isSilent?: true;
  /** Set when the value may contain the operator's secrets, which no log may repeat. */
  readonly confidential?: true;
  /** Turns the raw text (already `#{}`-evaluated by Octopus) into a value; throws ParameterProblem when it cannot. */
  readonly parse: (raw: string) => T;
}

/** Whether the script reads a parameter itself. */
export function isRead({ actionProperty, isSilent }: Parameter): boolean {
  return actionProperty === undefined || isSilent === true;
}

/** The parameters of a step, keyed by the short name that code uses. */
export type ParameterSet = Readonly<Record<string, Parameter>>;

/** The parsed values of a parameter set. */
export type ValuesOf<P extends ParameterSet> = {
  readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never;
};

/** Why one raw value cannot be used, and what to type instead; the parameter's name is added by the caller. */
export class ParameterProblem extends Error {}

/** Finds problems that only several values together show; each problem names its parameters as the operator sees them. */
export type Check<V> = (values: V) => readonly string[];

/**
 * Parses every parameter and reports all problems at once.
 * @param read the raw text of a parameter by its full name; undefined when Octopus has none, which means its default
 * @param checks each is skipped if it needs a value that could not be parsed; it may throw an OperatorError
 * @param others problems found elsewhere, to be reported with the rest
 * @throws OperatorError `invalid-parameters`, or the one that a check threw when nothing else is wrong
 */
export function parseParameters<P extends ParameterSet>(
  parameters: P,
  read: (name: string) => string | undefined,
  checks: readonly Check<ValuesOf<P>>[] = [],
  others: readonly string[] = [],
): ValuesOf<P> {
  const problems = [...others];
  const values: Record<string, unknown> = {};
  for (const [key, parameter] of Object.entries(parameters)) {
    if (!isRead(parameter)) continue;
    try {
      values[key] = parameter.parse(read(parameter.name) ?? parameter.defaultValue);
    } catch (error) {
      if (!(error instanceof ParameterProblem)) throw error;
      problems.push(`${parameter.name} (${parameter.label}): ${error.message}`);
    }
  }
  const refusals = runChecks(checks, values, problems);
  if (problems.length === 0 && refusals[0]) throw refusals[0];
  problems.push(...new Set(refusals.map(nested)));
  if (problems.length > 0) throw invalidParameters(problems);
  return values as ValuesOf<P>;
}

/** Adds what the checks find. @returns the refusals that they threw */
function runChecks<V>(checks: readonly Check<V>[], values: object, problems: string[]): readonly OperatorError[] {
  const refusals: OperatorError[] = [];
  const unparsed = new ParameterProblem();
  const parsed = new Proxy(values, {
    get: (all, key) => {
      if (key in all) return all[key as keyof typeof all];
      throw unparsed;
    },
  });
  for (const check of checks) {
    try {
      problems.push(...check(parsed as V));
    } catch (error) {
      if (error instanceof OperatorError) refusals.push(error);
      else if (error !== unparsed) throw error;
    }
  }
  return refusals;
}

/** A refusal as one problem among others, with what it lists below it. */
function nested({ message }: OperatorError): string {
  return message.replaceAll('\n', '\n    ');
}

/** The error with one problem on each line. */
function invalidParameters(problems: readonly string[]): OperatorError {
  const count = problems.length === 1 ? 'One parameter needs' : `${problems.length} parameters need`;
  return new OperatorError(
    'invalid-parameters',
    `${count} attention:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    "Correct the values in the step's parameters (or the project variables they are bound to) and run the step again. Nothing was changed.",
  );
}
