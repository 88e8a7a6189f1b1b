import { knownValue, type ValuedTemplate } from '../stack-template/known-value.ts';
import { closureOf, refOf } from '../stack-template/references.ts';
import { locateResources } from '../stack-template/shape-location.ts';
import { objectAt, type TemplateValue, valueAt } from '../stack-template/template-value.ts';
import { namedParts } from './named-parts.ts';
import { type OwnTemplate, valueTemplate } from './valued-template.ts';

/** Whether two releases run different things on green; true also for a text that the step that deploys will refuse. */
export function variesByRelease(own: OwnTemplate): boolean {
  const [one, other] = ['1.0.0', '1.1.0'].map((release) => {
    const valued = valueTemplate(own, release);
    return valued && greenIn(valued, own.parameters);
  });
  return one === undefined || one !== other;
}

/** The parameters of the template whose value changes what green runs. */
export function parametersOfGreen(own: OwnTemplate): readonly string[] {
  const valued = valueTemplate(own, '1.0.0');
  if (valued === undefined) return [];
  const withValue = (name: string, value: string) =>
    greenIn({ ...valued, parameters: { ...valued.parameters, [name]: value } }, own.parameters);
  return Object.keys(objectAt(valued.body, 'Parameters')).filter(
    (name) => withValue(name, 'one') !== withValue(name, 'other'),
  );
}

/** Everything from which green's tasks are made, as text; undefined if the template does not say what green is. */
function greenIn(template: ValuedTemplate, parameters: OwnTemplate['parameters']): string | undefined {
  const resources = objectAt(template.body, 'Resources');
  const [named] = namedParts(parameters, 'GreenTaskSet');
  const { greenTaskSet: green = '' } = locateResources(template, { greenTaskSet: named });
  const definition = knownValue(template, valueAt(resources, green, 'Properties', 'TaskDefinition'));
  if (definition === undefined) return undefined;
  const made = [...closureOf(resources, [refOf(definition) ?? ''])].map(
    (id): TemplateValue => knownValue(template, valueAt(resources, id, 'Properties')) ?? '',
  );
  return JSON.stringify([definition, ...made]);
}
