import type { ValuedTemplate } from '../stack-template/known-value.ts';
import { parseTemplate } from '../stack-template/parsed-template.ts';
import { objectAt, valueAt } from '../stack-template/template-value.ts';
import { stackParameterValues } from '../steps/deploy-stack/parameters/template-parameters.ts';
import { createVariables } from './substitution.ts';

/** The operator's template and step parameters, as they stand in the project. */
export interface OwnTemplate {
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** The project's variables that both may use. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Reads the template with its parameters as Octopus passes them in a release; undefined if either cannot be read. */
export function valueTemplate(
  { template, parameters, variables }: OwnTemplate,
  release: string,
): ValuedTemplate | undefined {
  const { evaluate } = createVariables([
    ...Object.entries(variables),
    ['Octopus.Release.Number', release],
    ['Octopus.Deployment.Id', `Deployments-${release}`],
    ['Octopus.Task.Id', `ServerTasks-${release}`],
    ['Canary.Image', `image:${release}`],
    ...Object.entries(parameters),
  ]);
  const read = (text = ''): string => (evaluate(text) ?? '').replaceAll('#{', unresolved);
  try {
    const values = stackParameterValues(read(parameters['EcsCanary.TemplateParameters']));
    return { body: parseTemplate(read(template)).body, parameters: values };
  } catch {
    return undefined;
  }
}

/** Begins an expression of a variable that is not known here; the steps' own parsers refuse one that Octopus left. */
const unresolved = '#(';

/** Whether a value depends on a variable that is not known here. */
export function isUnresolved(value: string): boolean {
  return value.includes(unresolved);
}

/** The template's parameters that have neither a default nor a value. */
export function missingParameters({ body, parameters }: ValuedTemplate): readonly string[] {
  return Object.entries(objectAt(body, 'Parameters'))
    .filter(([name, declared]) => valueAt(declared, 'Default') === undefined && !Object.hasOwn(parameters, name))
    .map(([name]) => name);
}
