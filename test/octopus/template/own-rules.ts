import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { programIn } from '../../../src/octopus/template/payload.ts';
import { each, type Rule } from './library-rules.ts';
import schema from './step-template.schema.json' with { type: 'json' };
import type { Template, TemplateParameter } from './template-folder.ts';

/** What we demand of our own templates on top, because Octopus or an upgrade would stumble otherwise. */
export const ownRules: readonly Rule[] = [
  each('it has the shape of an export', (template) => isExport(template)),
  {
    name: 'files are two-space JSON with line feeds and a final one',
    faults: (files) =>
      files
        .filter(({ text }) => text !== `${JSON.stringify(JSON.parse(text), null, 2)}\n` || text.includes('\r'))
        .map(({ name }) => name),
  },
  each('ids are UUIDs of names', ({ Id, Parameters }) =>
    [Id, ...Parameters.map((parameter) => parameter.Id)].every((id) => /^[\da-f-]{14}5[\da-f-]{21}$/.test(id)),
  ),
  each('the ids of its parameters differ', ({ Parameters }) => allDiffer(Parameters.map(({ Id }) => Id))),
  each('the names and labels of its parameters differ', ({ Parameters }) =>
    [Parameters.map(({ Name }) => Name), Parameters.map(({ Label }) => Label)].every(allDiffer),
  ),
  each('a default is one of the choices', ({ Parameters }) => Parameters.every(isDefaultPossible)),
  each('properties are bound to parameters that exist', (template) => boundNames(template).every(has(template))),
  each('packages have ids', ({ Packages }) => Packages.every(({ Id }) => Id !== undefined)),
  each('Octopus finds nothing to substitute in the script', (template) => !bodyOf(template).includes('#{')),
  each('Octopus need not decrypt all variables', (template) => !bodyOf(template).includes('octopus_parameters[')),
  each('the script is ASCII with line feeds', (template) => /^[\n\x20-\x7e]+$/.test(bodyOf(template))),
  each('the script carries its program', (template) => programIn(bodyOf(template)) !== undefined),
  each('the script reads every parameter that Octopus does not consume', (template) =>
    template.Parameters.every(
      ({ Name }) =>
        boundNames(template).includes(Name) || /^set -- (.*)$/m.exec(bodyOf(template))?.[1]?.split(' ').includes(Name),
    ),
  ),
  each('the description says what a worker needs', ({ ActionType, Description }) =>
    [
      'octopusdeploy/worker-tools',
      'Node.js 20',
      ActionType === 'Octopus.Script' ? 'no AWS account' : 'IAM actions',
      'Version ',
    ].every((text) => Description.includes(text)),
  ),
  each('the account parameter warns of its trap', ({ Parameters }) =>
    Parameters.filter(isAccount).every(({ HelpText }) => HelpText.includes('name of a project variable')),
  ),
];

const ajv = new Ajv({ strict: true, strictRequired: false, allErrors: true });
addFormats.default(ajv);
const isExport = ajv.compile(schema);

function bodyOf({ Properties }: Template): string {
  return Properties['Octopus.Action.Script.ScriptBody'] ?? '';
}

function boundNames({ Properties }: Template): string[] {
  const { 'Octopus.Action.Script.ScriptBody': _, ...others } = Properties;
  return Object.values(others).flatMap((value) => [...value.matchAll(/#\{([^}]+)\}/g)].map(([, name]) => name ?? ''));
}

function has({ Parameters }: Template): (name: string) => boolean {
  return (name) => Parameters.some(({ Name }) => Name === name);
}

function allDiffer(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}

function isAccount({ DisplaySettings }: TemplateParameter): boolean {
  return DisplaySettings['Octopus.ControlType'] === 'AmazonWebServicesAccount';
}

function isDefaultPossible({ DefaultValue, DisplaySettings }: TemplateParameter): boolean {
  const control = DisplaySettings['Octopus.ControlType'];
  if (control === 'Checkbox') return DefaultValue === 'True' || DefaultValue === 'False';
  const options = DisplaySettings['Octopus.SelectOptions']?.split('\n').map((line) => line.split('|')[0]);
  return options === undefined || options.includes(DefaultValue ?? '');
}
