import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { templateFileName } from '../octopus/template/step-template.ts';
import { steps } from '../steps/index.ts';
import type { StepId } from '../steps/step.ts';

/** What Octopus keeps of an imported step template. */
export interface StepTemplate {
  readonly name: string;
  readonly version: number;
  /** Parameter name → default value. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The properties of the action, the script body among them, untouched. */
  readonly properties: Readonly<Record<string, string>>;
}

export type TemplateLibrary = ReadonlyMap<StepId, StepTemplate>;

/** Imports the templates of steps that are in a directory; throws when there is none. */
export async function loadTemplateLibrary(directory: string): Promise<TemplateLibrary> {
  const library = new Map<StepId, StepTemplate>();
  for (const file of await listFiles(directory)) {
    const step = steps.find((each) => templateFileName(each) === file);
    if (step === undefined) continue;
    library.set(step.id, importTemplate(file, await readFile(join(directory, file), 'utf8')));
  }
  if (library.size === 0) throw new Error(`${directory} contains no step templates. Build them with npm run build.`);
  return library;
}

/** Reads the exported JSON of one step template, and checks what Octopus relies on. */
export function importTemplate(file: string, json: string): StepTemplate {
  const exported = JSON.parse(json) as ExportedTemplate;
  if (exported.ActionType !== 'Octopus.AwsRunScript') {
    throw new Error(`${file} is a template for ${exported.ActionType}, not for Octopus.AwsRunScript.`);
  }
  const properties = Object.fromEntries(
    Object.entries(exported.Properties).filter((entry): entry is [string, string] => entry[1] !== null),
  );
  if (properties['Octopus.Action.Script.Syntax'] !== 'Bash') throw new Error(`${file} is not a Bash script.`);
  const body = properties['Octopus.Action.Script.ScriptBody'] ?? '';
  if (body === '') throw new Error(`${file} has no script body.`);
  if (body.includes('#{')) throw new Error(`The script body in ${file} contains "#{", which Octopus would substitute.`);
  const parameters = exported.Parameters.map(({ Name, DefaultValue }) => [Name, DefaultValue ?? ''] as const);
  return { name: exported.Name, version: exported.Version, parameters: Object.fromEntries(parameters), properties };
}

/** A step template as Octopus exports it, as far as it is read here. */
export interface ExportedTemplate {
  readonly Name: string;
  readonly ActionType: string;
  readonly Version: number;
  readonly Properties: Readonly<Record<string, string | null>>;
  readonly Parameters: readonly { readonly Name: string; readonly DefaultValue: string | null }[];
}

async function listFiles(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
