import { type ReadBlock, readOcl } from '../ocl/ocl-reader.ts';

type Texts = Readonly<Record<string, string>>;

/** What the OCL of a process template says. */
export interface ReadTemplate {
  readonly name: string;
  readonly parameters: readonly ReadParameter[];
  readonly steps: readonly ReadTemplateStep[];
}

export interface ReadParameter {
  readonly name: string;
  readonly control: string;
  readonly options: readonly string[];
  readonly help: string;
  readonly isOptional: boolean;
  readonly defaultValue: string | undefined;
}

export interface ReadTemplateStep {
  readonly name: string;
  readonly slug: string;
  readonly condition: string;
  readonly expression: string;
  readonly actionType: string;
  readonly isRequired: boolean;
  readonly properties: Texts;
  readonly place: Readonly<Record<string, unknown>>;
}

/** Reads the OCL of a process template. */
export function readTemplate(text: string): ReadTemplate {
  const { attributes, blocks } = readOcl(text);
  return {
    name: String(attributes['name']),
    parameters: blocks.filter(({ name }) => name === 'parameter').map(readParameter),
    steps: blocks.filter(({ name }) => name === 'step').map(readStep),
  };
}

function readParameter({ labels: [name = ''], attributes, blocks: [value] }: ReadBlock): ReadParameter {
  const settings = attributes['display_settings'] as Texts;
  return {
    name,
    control: settings['Octopus.ControlType'] ?? '',
    options: settings['Octopus.SelectOptions']?.split('\n') ?? [],
    help: String(attributes['help_text']),
    isOptional: attributes['is_optional'] === true,
    defaultValue: value?.labels[0],
  };
}

function readStep({ labels: [slug = ''], attributes, blocks: [action] }: ReadBlock): ReadTemplateStep {
  const own = action?.attributes ?? {};
  const container = action?.blocks.find(({ name }) => name === 'container')?.attributes;
  return {
    name: String(attributes['name']),
    slug,
    condition: String(attributes['condition'] ?? 'Success'),
    expression: (attributes['properties'] as Texts | undefined)?.['Octopus.Step.ConditionVariableExpression'] ?? '',
    actionType: String(own['action_type']),
    isRequired: own['is_required'] === true,
    properties: own['properties'] as Texts,
    place: { ...container, workerPool: own['worker_pool_variable'] },
  };
}
