import { asList, isObject, objectAt, type TemplateObject, type TemplateValue, valueAt } from './template-value.ts';

/** What a section of a template would do behind the canary's back: CodeDeploy moves the production listener without any approval. */
export function sectionProblems(body: TemplateObject): string[] {
  const found = [
    ...Object.entries(objectAt(body, 'Hooks')).map(
      ([id, hook]) => `the hook ${id} (${String(valueAt(hook, 'Type'))}) in Hooks`,
    ),
    ...(allMacros(body).includes(codeDeploy) ? [`the transform ${codeDeploy}`] : []),
  ];
  if (found.length === 0) return [];
  return [
    `It has ${found.join(' and ')}: an update would make CloudFormation start a CodeDeploy deployment, which moves the production listener without any approval. Remove Hooks and this transform.`,
  ];
}

/** What macros may hide from the checks before a deployment. */
export function sectionWarnings(body: TemplateObject): string[] {
  const names = macrosOf(body).filter((name) => name !== extensions || repeats(body));
  if (names.length === 0) return [];
  return [
    `Only AWS knows what ${names.join(', ')} will make of the template. The step cannot see the result before the deployment; it checks the rules and weights in the deployed stack.`,
  ];
}

/** Macros that may be used, which AWS runs only with the capability CAPABILITY_AUTO_EXPAND. */
export function macrosOf(body: TemplateObject): readonly string[] {
  return allMacros(body).filter((name) => name !== codeDeploy);
}

const codeDeploy = 'AWS::CodeDeployBlueGreen';
const extensions = 'AWS::LanguageExtensions';

function allMacros(body: TemplateObject): readonly string[] {
  return [...new Set([...namesOf(valueAt(body, 'Transform')), ...included(body)])];
}

/** A template names one macro or several, each alone or with parameters. */
function namesOf(macros: TemplateValue | undefined): readonly string[] {
  return ([macros ?? []].flat() as readonly TemplateValue[]).map((macro) => String(valueAt(macro, 'Name') ?? macro));
}

function included(value: TemplateValue): readonly string[] {
  const inner = isObject(value) ? Object.values(value) : asList(value);
  return [...namesOf(valueAt(value, 'Fn::Transform')), ...inner.flatMap(included)];
}

/** Whether a loop makes resources under names that the template does not show. */
function repeats(body: TemplateObject): boolean {
  return Object.keys(objectAt(body, 'Resources')).some((id) => id.startsWith('Fn::ForEach'));
}
