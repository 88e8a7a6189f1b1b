import { knownValue, type ValuedTemplate } from '../stack-template/known-value.ts';
import { parseTemplate } from '../stack-template/parsed-template.ts';
import { attributeOf, closureOf, refOf } from '../stack-template/references.ts';
import { objectAt, type TemplateValue, valueAt } from '../stack-template/template-value.ts';
import { stackParameterValues } from '../steps/deploy-stack/parameters/template-parameters.ts';
import { namedParts } from './named-parts.ts';
import { createVariables } from './substitution.ts';

/** The operator's template and step parameters, as they stand in the project. */
export interface OwnTemplate {
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** The project's variables that both may use. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Whether two releases run different things on green; true also for a text that the step that deploys will refuse. */
export function variesByRelease(own: OwnTemplate): boolean {
  const [one, other] = ['1.0.0', '1.1.0'].map((release) => {
    const valued = readTemplate(own, release);
    return valued && greenIn(valued, own.parameters);
  });
  return one === undefined || one !== other;
}

/** The parameters of the template whose value changes what green runs. */
export function parametersOfGreen(own: OwnTemplate): readonly string[] {
  const valued = readTemplate(own, '1.0.0');
  if (valued === undefined) return [];
  const withValue = (name: string, value: string) =>
    greenIn({ ...valued, parameters: { ...valued.parameters, [name]: value } }, own.parameters);
  return Object.keys(objectAt(valued.body, 'Parameters')).filter(
    (name) => withValue(name, 'one') !== withValue(name, 'other'),
  );
}

/** Undefined if the template or its parameters cannot be read. */
function readTemplate({ template, parameters, variables }: OwnTemplate, release: string): ValuedTemplate | undefined {
  const { evaluate } = createVariables([
    ...Object.entries(variables),
    ['Octopus.Release.Number', release],
    ['Octopus.Deployment.Id', `Deployments-${release}`],
    ['Octopus.Task.Id', `ServerTasks-${release}`],
    ['Canary.Image', `image:${release}`],
    ...Object.entries(parameters),
  ]);
  try {
    const given = stackParameterValues(evaluate(parameters['EcsCanary.TemplateParameters'] ?? ''));
    return { body: parseTemplate(evaluate(template)).body, parameters: given };
  } catch {
    return undefined;
  }
}

/** Everything from which green's tasks are made, as text; undefined if the template does not say what green is. */
function greenIn(template: ValuedTemplate, parameters: OwnTemplate['parameters']): string | undefined {
  const resources = objectAt(template.body, 'Resources');
  const output = knownValue(template, valueAt(template.body, 'Outputs', 'GreenTaskSet', 'Value'));
  const [green = attributeOf(output)?.[0] ?? ''] = namedParts(parameters, 'GreenTaskSet');
  const definition = knownValue(template, valueAt(resources, green, 'Properties', 'TaskDefinition'));
  if (definition === undefined) return undefined;
  const made = [...closureOf(resources, [refOf(definition) ?? ''])].map(
    (id): TemplateValue => knownValue(template, valueAt(resources, id, 'Properties')) ?? '',
  );
  return JSON.stringify([definition, ...made]);
}
