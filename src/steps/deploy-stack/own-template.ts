import { readFileSync, statSync } from 'node:fs';
import type { RulesOnBlue } from '../../canary/bypass-rules.ts';
import type { LocationHints } from '../../canary/location-hints.ts';
import { type Check, ParameterProblem, type ParameterSet, type ValuesOf } from '../../parameters/parameters.ts';
import { list, matching, quote, text, unresolvedIn } from '../../parameters/parsers.ts';
import { templateBucket } from '../../parameters/template-bucket.ts';
import { propertyOf } from '../../stack-template/known-value.ts';
import { type ParsedTemplate, parseTypedTemplate } from '../../stack-template/parsed-template.ts';
import { macrosOf } from '../../stack-template/sections.ts';
import { describeShape } from '../../stack-template/shape.ts';
import { listOfType } from '../../stack-template/shape-location.ts';
import { checkTemplateParameters } from '../../stack-template/template-parameters.ts';
import { bytesOf, formatCount, maxTemplateBytes, placeTemplate } from '../../stack-template/template-size.ts';
import { asList, valueAt } from '../../stack-template/template-value.ts';
import { overridesOf } from '../shared/repinned-stack.ts';
import { stackParameterValues } from './parameters/template-parameters.ts';

/** The operator's own template, and what belongs to it. */
export const ownTemplateParameters = {
  template: {
    name: 'EcsCanary.Template',
    label: 'Template',
    help: 'Your CloudFormation template in JSON or YAML, for example with the image `#{Canary.Image}`. Octopus evaluates `#{` in it; write `##{` for a literal `#{`. Required, unless you give a file.',
    control: 'MultiLineText',
    defaultValue: '',
    parse: (raw) => (/^\s*#\{[^{}]*\}\s*$/.test(raw) ? text(raw) : raw),
  },
  templateFile: {
    name: 'EcsCanary.TemplateFile',
    label: 'Template file',
    help: 'A file on the worker, instead of the text above, for example `/srv/templates/shop.yaml`.',
    control: 'SingleLineText',
    defaultValue: '',
    parse: readTemplateFile,
  },
  templateParameterValues: {
    name: 'EcsCanary.TemplateParameters',
    label: 'Template parameters',
    help: "The values of the template's parameters, one on each line, for example `Image=registry/shop:1.4.2`. The JSON format of the AWS CLI works too.",
    control: 'MultiLineText',
    defaultValue: '',
    confidential: true,
    parse: stackParameterValues,
  },
  templateBucket,
  capabilities: {
    name: 'EcsCanary.Capabilities',
    label: 'Capabilities',
    help: 'The capabilities that AWS requires for the template, for example `CAPABILITY_IAM`, or `CAPABILITY_AUTO_EXPAND` if it uses a transform. Separate several with commas.',
    control: 'SingleLineText',
    defaultValue: '',
    parse: list(matching(/^CAPABILITY_(IAM|NAMED_IAM|AUTO_EXPAND)$/, 'a capability such as CAPABILITY_IAM')),
  },
} as const satisfies ParameterSet;

/** The operator's template with its values, and where its parts are. */
export type OwnTemplateValues = ValuesOf<typeof ownTemplateParameters> & {
  readonly parts: LocationHints;
  readonly rulesOnBlue: RulesOnBlue;
};

/** The operator's template; undefined unless there is exactly one. @throws OperatorError `invalid-template`, `template-too-large` */
export function ownTemplateOf(values: OwnTemplateValues): ParsedTemplate | undefined {
  return countGiven(values) === 1
    ? parseTypedTemplate(values.template.trim() === '' ? values.templateFile : values.template)
    : undefined;
}

/** Problems of the template and its parameters; the checks throw `invalid-template`, `template-too-large`. */
export const ownTemplateChecks: readonly Check<OwnTemplateValues>[] = [
  (values) =>
    imagesOf(values).flatMap((image) => {
      const unresolved = unresolvedIn(image);
      return unresolved ? [`EcsCanary.Template: the image ${quote(image)} cannot be used; ${unresolved}`] : [];
    }),
  (values) => {
    const given = countGiven(values);
    if (given === 0) return ['EcsCanary.Template, EcsCanary.TemplateFile: give your template in one of the two.'];
    return given === 2 ? ['EcsCanary.Template, EcsCanary.TemplateFile: only one of the two may be given.'] : [];
  },
  (values) => {
    const template = ownTemplateOf(values);
    if (!template) return [];
    const bytes = bytesOf(template.text);
    // Once more when the deployed version is known, which the steps write into it.
    placeTemplate(
      { text: template.text, givenBytes: bytes, mostBytes: bytes },
      values.templateBucket,
      largeTemplateHint,
    );
    describeShape(template, overridesOf(values.parts, values.rulesOnBlue), values.templateParameterValues);
    return [];
  },
  (values) => {
    const template = ownTemplateOf(values);
    if (!template) return [];
    return checkTemplateParameters(template, values.templateParameterValues).map(
      (problem) => `EcsCanary.TemplateParameters: ${problem}`,
    );
  },
  (values) => {
    const macros = macrosOf(ownTemplateOf(values)?.body ?? {}).join(', ');
    if (macros === '' || values.capabilities.includes('CAPABILITY_AUTO_EXPAND')) return [];
    return [
      `EcsCanary.Capabilities: the template uses ${macros}, which AWS runs only with CAPABILITY_AUTO_EXPAND; add it.`,
    ];
  },
];

/** The images of the template, which ECS shows to everybody, and which a failed pull has to name. */
export function imagesOf(values: OwnTemplateValues): readonly string[] {
  const { body = {} } = ownTemplateOf(values) ?? {};
  const echoed = Object.entries(values.templateParameterValues).filter(
    ([name]) => String(valueAt(body, 'Parameters', name, 'NoEcho')) !== 'true',
  );
  const template = { body, parameters: Object.fromEntries(echoed) };
  return listOfType(body, 'AWS::ECS::TaskDefinition')
    .flatMap((id) => asList(propertyOf(template, id, 'ContainerDefinitions')))
    .map((container) => String(valueAt(container, 'Image')));
}

/** What to do about a template that is too large for a request. */
export function largeTemplateHint(excess: string): string {
  return `Set EcsCanary.TemplateBucket to an S3 bucket in the region of the stack, here and on Prepare Blue. Or shorten the template by ${excess} bytes: drop comments and indentation, or move resources that the canary does not need to another stack.`;
}

function countGiven(values: OwnTemplateValues): number {
  return [values.template.trim() !== '', values.templateFile !== ''].filter(Boolean).length;
}

function readTemplateFile(raw: string): string {
  const path = text(raw);
  if (path === '') return '';
  try {
    const file = statSync(path);
    // Reading a device or a pipe might never end.
    if (!file.isFile()) throw new Error('it is not a regular file');
    if (file.size > maxTemplateBytes)
      throw new Error(
        `${formatCount(file.size)} bytes are more than the ${formatCount(maxTemplateBytes)} that CloudFormation accepts`,
      );
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ParameterProblem(`the file cannot be read (${(error as Error).message.slice(0, 200)}).`);
  }
}
