import type { ProjectVariable } from '../process/definition.ts';
import { isMissed } from '../process/project-variables.ts';
import { InstallError } from './install-error.ts';
import type { PlannedChange } from './plan.ts';
import type { ResolvedRequest } from './project-request.ts';
import type { Variable } from './resources.ts';
import type { Wording } from './wording.ts';

/** A project's variables, merged with those of the canary. */
export interface MergedVariables {
  readonly variables: readonly Variable[];
  readonly differences: readonly string[];
  /** Variables that need a value and have none in any scope yet. */
  readonly empty: readonly string[];
  /** The values of the variables that are added with a value of ours. */
  readonly preset: ReadonlyMap<string, string>;
}

/** A project's variables as they will be, and the change that makes them so. */
export interface PlannedVariables extends MergedVariables {
  readonly change: PlannedChange;
}

/** Adds missing variables and sets those whose value was given; no other value changes. */
export function mergeVariables(existing: readonly Variable[], request: ResolvedRequest): MergedVariables {
  const variables = [...existing];
  const differences: string[] = [];
  const empty: string[] = [];
  const preset = new Map<string, string>();
  for (const wanted of request.process.projectVariables) {
    const asked = askedValue(wanted, request);
    const present = variables.filter(({ Name }) => Name.toLowerCase() === wanted.name.toLowerCase());
    if (present.length === 0) {
      const value = asked ?? wanted.value;
      variables.push(newVariable(wanted, value));
      differences.push(`adds ${wanted.name}${value === '' ? '' : ` = ${shorten(value)}`}`);
      if (value === '') empty.push(wanted.name);
      else if (asked === undefined) preset.set(wanted.name, value);
      continue;
    }
    if (asked !== undefined) differences.push(...setValue(variables, present, asked, request.wording));
    else if (present.every(({ Value, IsSensitive }) => IsSensitive !== true && (Value ?? '') === '')) {
      empty.push(wanted.name);
    }
  }
  return { variables, differences, empty: empty.filter((name) => isMissed(name, empty)), preset };
}

function askedValue({ name, type }: ProjectVariable, { variables, accountId }: ResolvedRequest): string | undefined {
  return type === 'AmazonWebServicesAccount' ? (accountId ?? variables[name]) : variables[name];
}

function newVariable({ name, type, description }: ProjectVariable, value: string): Variable {
  return {
    Name: name,
    Value: value,
    Description: description,
    Scope: {},
    IsEditable: true,
    Prompt: null,
    Type: type,
    IsSensitive: false,
  };
}

// Scoped values were set on purpose, so only the unscoped one is set.
function setValue(variables: Variable[], present: readonly Variable[], value: string, { without }: Wording): string[] {
  const hidden = present.find(({ IsSensitive }) => IsSensitive === true);
  if (hidden !== undefined) {
    throw new InstallError(
      `The variable ${hidden.Name} is sensitive, so its value cannot be read and compared with the one you gave.`,
      `${without(hidden.Name)}, or change the variable in Octopus.`,
    );
  }
  const unscoped = present.find(({ ['Scope']: scope }) => Object.keys((scope ?? {}) as object).length === 0);
  if (unscoped === undefined) {
    const model = present[0] as Variable;
    const { ['Id']: _, ...rest } = model;
    variables.push({ ...rest, Value: value, Scope: {} });
    return [`adds ${model.Name} = ${shorten(value)} next to its scoped values`];
  }
  if (unscoped.Value === value) return [];
  variables[variables.indexOf(unscoped)] = { ...unscoped, Value: value };
  return [`sets ${unscoped.Name} = ${shorten(value)}, was ${shorten(unscoped.Value ?? '') || '(empty)'}`];
}

function shorten(value: string): string {
  const line = value.split('\n')[0] ?? '';
  return line.length < value.length || line.length > 80 ? `${line.slice(0, 77)}...` : line;
}
