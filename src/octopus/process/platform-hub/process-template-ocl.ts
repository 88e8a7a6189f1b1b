import type { Parameter } from '../../../parameters/parameters.ts';
import { steps as declarations } from '../../../steps/index.ts';
import type { StepDeclaration, StepId } from '../../../steps/step.ts';
import { templateProperties } from '../../template/step-template.ts';
import type { ManualStep, TemplateStep } from '../definition.ts';
import { manualAction, stepBlock } from '../ocl/step-block.ts';
import { type OclBlock, renderOcl } from '../ocl/writer.ts';
import type { ProcessTemplate } from './process-template.ts';
import { containerFeed, containerImage, type TemplateParameter, workerPool } from './template-parameters.ts';

/** `process-templates/<slug>.ocl` of the Git repository of Platform Hub, with the scripts of the steps inside. */
export function renderProcessTemplate(
  { name, description, parameters, steps }: ProcessTemplate,
  scriptBodyOf: (step: StepId) => string,
): string {
  const names = new Set(parameters.map((parameter) => parameter.name));
  const action = (step: TemplateStep) => scriptAction(step, names, scriptBodyOf(step.stepId));
  return renderOcl({
    attributes: { name, description },
    blocks: [
      { name: 'icon', attributes: { color: '#1A77CA', id: 'octopus-deploy' } },
      ...parameters.map(parameterBlock),
      ...steps.map((step) => stepBlock(step, step.kind === 'manual' ? approval(step) : action(step))),
    ],
  });
}

function parameterBlock({
  name,
  label,
  help,
  control,
  choices,
  defaultValue,
  isOptional,
}: TemplateParameter): OclBlock {
  const options = choices?.map(([value, text]) => `${value}|${text}`).join('\n');
  return {
    name: 'parameter',
    label: name,
    attributes: {
      display_settings: {
        'Octopus.ControlType': control,
        ...(options !== undefined && { 'Octopus.SelectOptions': options }),
      },
      help_text: help,
      is_optional: isOptional ? true : undefined,
      label,
    },
    blocks: defaultValue === '' ? [] : [{ name: 'value', label: defaultValue }],
  };
}

/** Octopus lets nobody leave out a required step. */
function approval(step: ManualStep): OclBlock {
  const { attributes, ...action } = manualAction(step);
  return { ...action, attributes: { is_required: true, ...attributes } };
}

function scriptAction(step: TemplateStep, parameters: ReadonlySet<string>, scriptBody: string): OclBlock {
  const declaration = declarationOf(step.stepId);
  const consumed = Object.values<Parameter>(declaration.parameters).filter(
    ({ actionProperty }) => actionProperty !== undefined,
  );
  const read = Object.entries(step.properties).filter(([name]) => consumed.every((one) => one.name !== name));
  const consumedBy = (parameter: Parameter) => consumedValue(parameter, step, parameters);
  return {
    name: 'action',
    attributes: {
      action_type: 'Octopus.AwsRunScript',
      is_required: step.stepId === 'rollback' ? true : undefined,
      notes: declaration.summary,
      properties: {
        ...withoutBlanks(templateProperties(declaration, scriptBody, consumedBy)),
        ...Object.fromEntries(read),
      },
      worker_pool_variable: `#{${workerPool.name}}`,
    },
    blocks: [
      { name: 'container', attributes: { feed: `#{${containerFeed.name}}`, image: `#{${containerImage.name}}` } },
    ],
  };
}

/** What Octopus itself consumes: a parameter of the template, what the process says, or the default. */
function consumedValue(
  { name, control, defaultValue }: Parameter,
  step: TemplateStep,
  parameters: ReadonlySet<string>,
) {
  // Octopus finds the parts of an account by the name of what holds it, so it wants no expression here.
  if (control === 'AmazonWebServicesAccount') return name;
  return parameters.has(name) ? `#{${name}}` : (step.properties[name] ?? defaultValue);
}

function withoutBlanks(properties: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== ''));
}

function declarationOf(id: StepId): StepDeclaration {
  const found = declarations.find((step) => step.id === id);
  if (found === undefined) throw new RangeError(`There is no step ${id}.`);
  return found;
}
