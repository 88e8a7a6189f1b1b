import { OperatorError } from '../canary/operator-error.ts';

/** The control that Octopus shows for a parameter (values of `Octopus.ControlType`). */
export type ControlType =
  | 'SingleLineText'
  | 'MultiLineText'
  | 'Checkbox'
  | 'Select'
  | 'StepName'
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
  /** Set when Octopus itself consumes the value through this action property, and the script never reads it. */
  readonly actionProperty?: string;
  /** Turns the raw text (already `#{}`-evaluated by Octopus) into a value; throws ParameterProblem when it cannot. */
  readonly parse: (raw: string) => T;
}

/** The parameters of a step, keyed by the short name that code uses. */
export type ParameterSet = Readonly<Record<string, Parameter>>;

/** The parsed values of a parameter set. */
export type ValuesOf<P extends ParameterSet> = {
  readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never;
};

/** Why one raw value cannot be used, and what to type instead; the parameter's name is added by the caller. */
export class ParameterProblem extends Error {}

/**
 * Parses every parameter and reports all problems at once.
 * @param read the raw text of a parameter by its full name; undefined when Octopus has none, which means its default
 * @throws OperatorError `invalid-parameters`
 */
export function parseParameters<P extends ParameterSet>(
  parameters: P,
  read: (name: string) => string | undefined,
): ValuesOf<P> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, parameter] of Object.entries(parameters)) {
    if (parameter.actionProperty !== undefined) continue;
    try {
      values[key] = parameter.parse(read(parameter.name) ?? parameter.defaultValue);
    } catch (error) {
      if (!(error instanceof ParameterProblem)) throw error;
      problems.push(`${parameter.name} (${parameter.label}): ${error.message}`);
    }
  }
  if (problems.length > 0) throw invalidParameters(problems);
  return values as ValuesOf<P>;
}

/** The error that lists every parameter problem of a step, one a line. */
export function invalidParameters(problems: readonly string[]): OperatorError {
  const count = problems.length === 1 ? 'One parameter needs' : `${problems.length} parameters need`;
  return new OperatorError(
    'invalid-parameters',
    `${count} attention:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    "Correct the values in the step's parameters (or the project variables they are bound to) and run the step again. Nothing was changed in AWS.",
  );
}
