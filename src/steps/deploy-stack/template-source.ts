import { readFileSync, statSync } from 'node:fs';
import type { RulesOnBlue } from '../../canary/bypass-rules.ts';
import type { LocationHints } from '../../observation/location-hints.ts';
import { type Check, ParameterProblem, type ParameterSet, type ValuesOf } from '../../parameters/parameters.ts';
import { checkbox, choice, list, matching, text, verbatim } from '../../parameters/parsers.ts';
import { type ParsedTemplate, parseTypedTemplate } from '../../stack-template/parsed-template.ts';
import { describeShape } from '../../stack-template/shape.ts';
import { checkTemplateParameters } from '../../stack-template/template-parameters.ts';
import { overridesOf } from '../shared/repinned-stack.ts';
import { stackParameterValues } from './parameters/template-parameters.ts';

/** The parameters of Deploy Stack that say where the template comes from. */
export const templateParameters = {
  templateSource: {
    name: 'EcsCanary.TemplateSource',
    label: 'Template',
    help: 'The built-in template is made from the parameters below. Your own template needs the shape of a canary: one EXTERNAL service, two task sets, two target groups, one listener rule that forwards to both, and four outputs.',
    control: 'Select',
    defaultValue: 'BuiltIn',
    choices: [
      ['BuiltIn', 'The built-in template'],
      ['Own', 'My own template'],
    ],
    parse: choice('BuiltIn', 'Own'),
  },
  template: {
    name: 'EcsCanary.Template',
    label: 'Own template: text',
    help: 'JSON or YAML, with any intrinsic function in long or short form. Blue is pinned in it without disturbing anything else. Octopus evaluates `#{` in it; write `##{` where you mean it literally.',
    control: 'MultiLineText',
    defaultValue: '',
    parse: verbatim,
  },
  templateFile: {
    name: 'EcsCanary.TemplateFile',
    label: 'Own template: file',
    help: 'Instead of the text: the path of a file that is on the worker, for example `/srv/templates/shop.yaml`.',
    control: 'SingleLineText',
    defaultValue: '',
    parse: readTemplateFile,
  },
  templateParameterValues: {
    name: 'EcsCanary.TemplateParameters',
    label: 'Own template: parameters',
    help: "Values of the template's parameters: `Name=value` lines, a JSON object, or the JSON array that the AWS CLI takes (`ParameterKey`, `ParameterValue`).",
    control: 'MultiLineText',
    defaultValue: '',
    confidential: true,
    parse: stackParameterValues,
  },
  capabilities: {
    name: 'EcsCanary.Capabilities',
    label: 'Own template: capabilities',
    help: 'What the template may do, if AWS asks for it: `CAPABILITY_IAM`, `CAPABILITY_NAMED_IAM`, `CAPABILITY_AUTO_EXPAND`, separated by commas.',
    control: 'SingleLineText',
    defaultValue: '',
    parse: list(matching(/^CAPABILITY_(IAM|NAMED_IAM|AUTO_EXPAND)$/, 'a capability such as CAPABILITY_IAM')),
  },
  deleteFailedStack: {
    name: 'EcsCanary.DeleteFailedStack',
    label: 'Delete a stack that never completed',
    help: 'Tick to let the step delete a stack whose very first creation failed, and create it anew. A stack that was ever complete is never deleted.',
    control: 'Checkbox',
    defaultValue: 'False',
    parse: checkbox,
  },
} as const satisfies ParameterSet;

/** What the operator said of the template, and where its parts are. */
export type TemplateSourceValues = ValuesOf<typeof templateParameters> &
  LocationHints & { readonly rulesOnBlue: RulesOnBlue };

/** The operator's own template, or undefined for the built-in one. @throws OperatorError `invalid-template`, `template-too-large` */
export function ownTemplateOf(values: TemplateSourceValues): ParsedTemplate | undefined {
  return values.templateSource === 'Own' && countGiven(values) === 1
    ? parseTypedTemplate(values.template.trim() === '' ? values.templateFile : values.template)
    : undefined;
}

/** Problems of the template and its parameters; the checks throw `invalid-template`, `template-too-large`. */
export const templateChecks: readonly Check<TemplateSourceValues>[] = [
  (values) => {
    if (values.templateSource === 'BuiltIn') return [];
    const given = countGiven(values);
    if (given === 0) return ['EcsCanary.Template, EcsCanary.TemplateFile: one of the two must give your own template.'];
    return given === 2 ? ['EcsCanary.Template, EcsCanary.TemplateFile: only one of the two may be given.'] : [];
  },
  (values) => {
    const template = ownTemplateOf(values);
    if (template) describeShape(template, overridesOf(values), values.templateParameterValues);
    return [];
  },
  (values) => {
    const template = ownTemplateOf(values);
    if (!template) return [];
    return checkTemplateParameters(template, values.templateParameterValues).map(
      (problem) => `EcsCanary.TemplateParameters: ${problem}`,
    );
  },
];

function countGiven(values: TemplateSourceValues): number {
  return [values.template.trim() !== '', values.templateFile !== ''].filter(Boolean).length;
}

function readTemplateFile(raw: string): string {
  const path = text(raw);
  if (path === '') return '';
  try {
    const file = statSync(path);
    // A device or a pipe would be read for ever.
    if (!file.isFile()) throw new Error('it is not a regular file');
    if (file.size > 1_000_000) throw new Error(`${file.size} bytes are far more than CloudFormation accepts`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ParameterProblem(`the file cannot be read (${(error as Error).message.slice(0, 200)}).`);
  }
}
