import { type FolderFile, type Template, templatesIn } from './template-folder.ts';

/** A rule over a folder of step templates; answers one line for each fault. */
export interface Rule {
  readonly name: string;
  readonly faults: (files: readonly FolderFile[]) => string[];
}

/** What the checks of Octopus's community library (https://github.com/OctopusDeploy/Library) demand of a folder. */
export const libraryRules: readonly Rule[] = [
  { name: 'every template is JSON without a byte-order mark', faults: unreadable },
  each('LastModifiedBy is there', ({ LastModifiedBy }) => LastModifiedBy !== undefined),
  each('$Meta.ExportedAt is there', ({ $Meta }) => $Meta?.ExportedAt !== undefined),
  each('the name has 1 to 200 characters', ({ Name }) => Name?.length > 0 && Name.length <= 200),
  each('the id is a GUID', ({ Id }) => /^.{8}-.{4}-.{4}-.{4}-.{12}$/.test(Id ?? '')),
  each('the id is no placeholder', ({ Id }) => !placeholders.includes(Id)),
  unique('names are unique', ({ Name }) => Name),
  unique('ids are unique', ({ Id }) => Id),
  { name: 'the folder holds nothing but templates, script bodies, logos and tests', faults: strangers },
  each('packages name no feed', ({ Packages }) => Packages.every(({ FeedId }) => !FeedId || FeedId.startsWith('#'))),
  { name: 'logos are PNG files', faults: (files) => names(files, /^logos\/(?!.*\.png$)/) },
];

/** What its reviewers ask for. */
export const reviewRules: readonly Rule[] = [
  each('the name reads "Noun - Verb"', ({ Name }) => /^\S.* - [A-Z]\S*/.test(Name)),
  each('the file is named after the template', (_, file) => /^aws-ecs-canary-[a-z-]+\.json$/.test(file)),
  each('parameter names start with our prefix', ({ Parameters }) =>
    Parameters.every(({ Name }) => Name.startsWith('EcsCanary.')),
  ),
  each('parameter names do not start with $', ({ Parameters }) =>
    Parameters.every(({ Name }) => !Name.startsWith('$')),
  ),
  each('every parameter has help', ({ Parameters }) =>
    Parameters.every(({ HelpText }) => HelpText?.trim().length > 10),
  ),
  each('default values are text', ({ Parameters }) =>
    Parameters.every(({ DefaultValue }) => DefaultValue === null || typeof DefaultValue === 'string'),
  ),
  each('the category has a logo in the library', ({ Category }) => Category === 'aws'),
];

const placeholders = ['00000000-0000-0000-0000-000000000000', 'abcdef00-ab00-cd00-ef00-000000abcdef'];

/** A rule that each template keeps by itself. */
export function each(name: string, isKept: (template: Template, file: string) => boolean): Rule {
  return { name, faults: (files) => templatesIn(files).flatMap(([file, one]) => (isKept(one, file) ? [] : [file])) };
}

/** A rule that no two templates have the same key. */
function unique(name: string, keyOf: (template: Template) => string): Rule {
  return {
    name,
    faults: (files) => {
      const keys = templatesIn(files).map(([, template]) => keyOf(template));
      return keys.filter((key, index) => keys.indexOf(key) !== index);
    },
  };
}

function unreadable(files: readonly FolderFile[]): string[] {
  const templates = files.filter(({ name }) => name.endsWith('.json'));
  return templates.filter(({ text }) => text.startsWith('\ufeff') || !isJson(text)).map(({ name }) => name);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function strangers(files: readonly FolderFile[]): string[] {
  return names(files, /^(?!(logos|tests)\/|[^/]+\.json$|[^/]+\.ScriptBody\.ps1$)/);
}

function names(files: readonly FolderFile[], pattern: RegExp): string[] {
  return files.map(({ name }) => name).filter((name) => pattern.test(name));
}
