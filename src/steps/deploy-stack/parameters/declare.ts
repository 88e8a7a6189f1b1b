import type { ControlType, Parameter } from '../../../parameters/parameters.ts';
import { checkbox, type Parse } from '../../../parameters/parsers.ts';

type Declare = <T>(name: string, label: string, help: string, parse: Parse<T>, defaultValue?: string) => Parameter<T>;

/** A one-line text parameter. */
export const line: Declare = (...declared) => withControl('SingleLineText', ...declared);

/** A parameter of several lines. */
export const lines: Declare = (...declared) => withControl('MultiLineText', ...declared);

/** A checkbox, off unless the operator ticks it. */
export function checked(name: string, label: string, help: string): Parameter<boolean> {
  return withControl('Checkbox', name, label, help, checkbox, 'False');
}

/** A choice among values, each with the label that Octopus shows. */
export function select<T>(
  name: string,
  label: string,
  help: string,
  choices: readonly (readonly [value: string, label: string])[],
  parse: Parse<T>,
  defaultValue: string,
): Parameter<T> {
  return { ...withControl('Select', name, label, help, parse, defaultValue), choices };
}

function withControl<T>(
  control: ControlType,
  name: string,
  label: string,
  help: string,
  parse: Parse<T>,
  defaultValue = '',
): Parameter<T> {
  return { name, label, help, control, defaultValue, parse };
}
