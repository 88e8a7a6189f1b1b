import { isSameValue } from '../installer/difference.ts';
import type { TemplateParameter } from '../installer/resources.ts';
import type { TemplateSettings } from './exported-template.ts';
import { showText } from './shown-text.ts';

/** How a template's settings differ from ours, one sentence each. */
export interface SettingsDifference {
  /** What can make Octopus run something else than the script. */
  readonly running: readonly string[];
  /** What only changes the values with which the script runs, or what people read. */
  readonly outside: readonly string[];
}

/**
 * Compares everything beside the script, except ids, version numbers, the description and the category.
 * @param otherNames the names of our other templates: who runs a template trusts its name
 */
export function compareSettings(
  found: TemplateSettings,
  ours: TemplateSettings,
  otherNames: readonly string[],
): SettingsDifference {
  const properties = compareProperties(found.properties, ours.properties);
  const type =
    found.actionType === ours.actionType
      ? []
      : [`The template is of the type ${showText(found.actionType)}, not ${ours.actionType}.`];
  const name = found.name === ours.name ? [] : [`The template is named ${showText(found.name)}, not "${ours.name}".`];
  const parameters = compareParameters(found.parameters, ours.parameters);
  const isDisguised = otherNames.includes(found.name);
  return {
    running: [
      ...(isDisguised ? name : []),
      ...type,
      ...compareFetched(found.fetched, ours.fetched),
      ...properties.filter(({ name }) => decidesWhatRuns.test(name)).map(({ words }) => words),
      ...parameters.filter(({ name }) => isTrusted.test(name)).map(({ words }) => words),
    ],
    outside: [
      ...(isDisguised ? [] : name),
      ...properties.filter(({ name }) => !decidesWhatRuns.test(name)).map(({ words }) => words),
      ...parameters.filter(({ name }) => !isTrusted.test(name)).map(({ words }) => words),
    ],
  };
}

// Octopus prefers a script for one syntax, ScriptBody[Bash], runs custom scripts before and after ours, and ignores case.
// A fixed account or role decides as whom it runs.
const decidesWhatRuns = /^Octopus\.(Action\.(Script|CustomScripts|EnabledFeatures|AwsAccount\.|Aws\.Assume)|Script\.)/i;
// The value of a parameter becomes a property of the step, where Octopus's own names mean something; others decide where
// Set Up Canary Project sends its API key.
const isTrusted = /^(Octopus|EcsCanary\.Octopus\.)/i;

interface NamedDifference {
  readonly name: string;
  readonly words: string;
}

function compareProperties(found: TemplateSettings['properties'], ours: TemplateSettings['properties']) {
  return [...new Set([...Object.keys(ours), ...Object.keys(found)])].flatMap((name): NamedDifference[] => {
    if (isSameValue(found[name], ours[name])) return [];
    return [{ name, words: `The property ${shortName(name)} is ${show(found[name])}, not ${show(ours[name])}.` }];
  });
}

function compareFetched(found: TemplateSettings['fetched'], ours: TemplateSettings['fetched']): string[] {
  return Object.entries(found)
    .filter(([key, value]) => !isSameValue(value, ours[key]))
    .map(([key, value]) => `${key} is ${show(value)}, not ${show(ours[key])}.`);
}

function compareParameters(
  found: readonly TemplateParameter[],
  ours: readonly TemplateParameter[],
): readonly NamedDifference[] {
  const missing = ours.filter(({ Name }) => !found.some((one) => one.Name === Name));
  return [
    ...missing.map(({ Name: name }) => ({ name, words: `The parameter ${name} is missing.` })),
    ...found.flatMap((parameter) => {
      const { Name: name } = parameter;
      const our = ours.find((one) => one.Name === name);
      if (our === undefined) return [{ name, words: `The parameter ${shortName(name)} is not in ours.` }];
      const words = Object.entries(members).filter(
        ([member]) => !isSameValue(parameter[member as Member], our[member as Member]),
      );
      if (words.length === 0) return [];
      return [{ name, words: `The parameter ${name} has another ${words.map(([, word]) => word).join(', ')}.` }];
    }),
  ];
}

type Member = keyof typeof members;
const members = { Label: 'label', HelpText: 'help', DefaultValue: 'default', DisplaySettings: 'control' } as const;

function shortName(name: string): string {
  return /^[\w.[\]-]{1,100}$/.test(name) ? name : showText(name);
}

function show(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'empty';
  return showText(typeof value === 'string' ? value : JSON.stringify(value));
}
