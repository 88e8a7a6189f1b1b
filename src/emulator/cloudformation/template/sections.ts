import { AwsError } from '../../contract/aws-error.ts';
import { knownFunctions } from './intrinsics.ts';
import { isObject, type Properties } from './template.ts';

const sections = new Set(
  'AWSTemplateFormatVersion Description Metadata Parameters Rules Mappings Conditions Transform Resources Outputs Hooks'.split(
    ' ',
  ),
);

/** The only transform that the emulator carries out; it brings functions and no new resources. */
export const languageExtensions = 'AWS::LanguageExtensions';

const extensions = ['Fn::Length', 'Fn::ToJsonString'];

/** Refuses sections that AWS does not have, in its words, and those that the emulator does not carry out, in its own, all at once. */
export function checkSections(body: Properties): void {
  const unknown = Object.keys(body).filter((key) => !sections.has(key) && !key.startsWith('Fn::'));
  if (unknown.length > 0) throw invalid(`Invalid template property or properties [${unknown.join(', ')}]`);
  const problems = [...hookProblems(body['Hooks']), ...transformProblems(body), ...functionProblems(body)];
  if (problems.length > 0) throw invalid(problems.join(' '));
}

/** The transforms that a template names, in order. */
export function transformsOf(body: Properties): string[] {
  const declared = body['Transform'];
  if (declared === undefined || declared === null) return [];
  return [declared].flat().map((item: unknown) => String(isObject(item) ? item['Name'] : item));
}

function hookProblems(hooks: unknown): string[] {
  if (hooks === undefined) return [];
  const types = isObject(hooks)
    ? Object.values(hooks).flatMap((hook) => (isObject(hook) ? String(hook['Type']) : []))
    : [];
  return [
    `The emulator carries out no hooks (section Hooks: ${types.join(', ')}): leave them out of what you rehearse.`,
  ];
}

function transformProblems(body: Properties): string[] {
  return transformsOf(body)
    .filter((name) => name !== languageExtensions)
    .map(
      (name) =>
        `The emulator cannot expand the macro ${name} (section Transform): rehearse the processed template, which aws cloudformation get-template --template-stage Processed prints.`,
    );
}

function functionProblems(body: Properties): string[] {
  const isExtended = transformsOf(body).includes(languageExtensions);
  // Rules have functions of their own, and metadata may contain anything.
  const { Rules: _, Metadata: _any, ...rest } = body;
  const used = new Set(functionsIn(rest));
  return [...used].flatMap((name) => {
    if (!knownFunctions.includes(name)) return [`The emulator does not have the function ${name}.`];
    if (!extensions.includes(name) || isExtended) return [];
    return [`The emulator has ${name} only with the transform ${languageExtensions}, as AWS does.`];
  });
}

function functionsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(functionsIn);
  if (!isObject(value)) return [];
  const own = Object.keys(value).filter((key) => key.startsWith('Fn::'));
  return [...own.map((key) => key.replace(/^(Fn::ForEach)::.*$/, '$1')), ...Object.values(value).flatMap(functionsIn)];
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
