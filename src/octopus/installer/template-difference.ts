import { templateVersion } from '../template/step-template.ts';
import { describeTextChange, isSameValue } from './difference.ts';
import type { ActionTemplate, TemplateParameter } from './resources.ts';
import type { TemplateBody } from './wanted-templates.ts';

/** Lists what saving our template over the one in Octopus would change, one line each. */
export function describeTemplateChange(existing: ActionTemplate, wanted: TemplateBody): readonly string[] {
  const differences = [
    ...describeTextChange('description', existing.Description ?? '', wanted.Description),
    ...describeProperties(existing.Properties, wanted.Properties),
    ...describeParameters(existing.Parameters, wanted.Parameters),
    ...(isSameValue(existing.Packages ?? [], wanted.Packages) ? [] : ['changes the packages']),
  ];
  return differences.length === 0 ? [] : [describeVersions(existing, wanted), ...differences];
}

/** Finds the properties that a template has in Octopus in addition to ours; saving keeps them. */
export function findOwnProperties(existing: ActionTemplate, wanted: TemplateBody): readonly string[] {
  const empty = (value: unknown): boolean => value === null || value === '';
  const names = Object.keys(existing.Properties).filter((name) => !empty(existing.Properties[name]));
  return names.filter((name) => !Object.hasOwn(wanted.Properties, name));
}

/** The version of this package that built a template's script; undefined when the script does not say. */
export function packageVersion({ Properties }: Pick<ActionTemplate, 'Properties'>): string | undefined {
  const body = String(Properties[scriptBody] ?? '');
  return /^# AWS ECS Canary - .*, version ([\w.+-]+)\. Generated/.exec(body)?.[1];
}

const scriptBody = 'Octopus.Action.Script.ScriptBody';

function describeVersions(existing: ActionTemplate, wanted: TemplateBody): string {
  const before = packageVersion(existing);
  const after = packageVersion(wanted) ?? 'unknown';
  if (before === undefined) return `was not made by octopus-ecs-canary, becomes version ${after}`;
  if (before !== after) {
    const older = templateVersion(after) < templateVersion(before);
    return `version ${before} -> ${after} of octopus-ecs-canary${older ? ': GOES BACK to an older version' : ''}`;
  }
  return `is already labelled version ${after}, but was edited in Octopus or before it was built`;
}

function describeProperties(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] {
  return Object.keys(after).flatMap((name) => {
    const what = name === scriptBody ? 'script' : name;
    return describeTextChange(what, asText(before[name]), asText(after[name]));
  });
}

function describeParameters(before: readonly TemplateParameter[], after: readonly TemplateParameter[]): string[] {
  const removed = before.filter(({ Name }) => !after.some((parameter) => parameter.Name === Name));
  const changes = after.flatMap((parameter) => {
    const old = before.find(({ Name }) => Name === parameter.Name);
    if (old === undefined) return [`adds the parameter ${parameter.Name}`];
    return comparedMembers.flatMap((member) =>
      isSameValue(old[member], parameter[member])
        ? []
        : describeTextChange(`${parameter.Name}, ${words[member]}`, asText(old[member]), asText(parameter[member])),
    );
  });
  const reordered =
    removed.length === 0 && changes.length === 0 && before.some(({ Name }, index) => Name !== after[index]?.Name);
  return [
    ...removed.map(({ Name }) => `removes the parameter ${Name}`),
    ...changes,
    ...(reordered ? ['reorders the parameters'] : []),
  ];
}

const comparedMembers = ['Label', 'HelpText', 'DefaultValue', 'DisplaySettings'] as const;
const words = { Label: 'label', HelpText: 'help', DefaultValue: 'default', DisplaySettings: 'control' } as const;

function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
