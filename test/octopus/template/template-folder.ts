import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file of a folder of step templates; its name is relative to the folder. */
export interface FolderFile {
  readonly name: string;
  readonly text: string;
}

export interface TemplateParameter {
  readonly Id: string;
  readonly Name: string;
  readonly Label: string;
  readonly HelpText: string;
  readonly DefaultValue: string | null;
  readonly DisplaySettings: Readonly<Record<string, string>>;
}

export interface Template {
  readonly Id: string;
  readonly Name: string;
  readonly Description: string;
  readonly ActionType: string;
  readonly Packages: readonly { readonly Id?: string; readonly FeedId?: string | null }[];
  readonly Properties: Readonly<Record<string, string>>;
  readonly Parameters: readonly TemplateParameter[];
  readonly $Meta: { readonly ExportedAt?: string };
  readonly LastModifiedBy?: string;
  readonly Category: string;
}

/** Every file below a folder. */
export function readFolder(path: string): FolderFile[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ name: file.slice(path.length + 1), text: readFileSync(file, 'utf8') }));
}

/** The templates of a folder, by file name. */
export function templatesIn(files: readonly FolderFile[]): [file: string, template: Template][] {
  return files.filter(({ name }) => name.endsWith('.json')).map(({ name, text }) => [name, JSON.parse(text)]);
}
