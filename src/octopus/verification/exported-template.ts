import { isScalar, parseDocument } from 'yaml';
import type { TemplateParameter } from '../installer/resources.ts';
import { showText } from './shown-text.ts';

/** What of an exported step template matters; a script alone has neither name nor settings. */
export interface ExportedTemplate {
  readonly script: string;
  readonly settings?: TemplateSettings;
}

/** What a template has beside its script. */
export interface TemplateSettings {
  readonly name: string;
  readonly actionType: string;
  /** The properties without the script. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly parameters: readonly TemplateParameter[];
  /** What Octopus would fetch from elsewhere, by the name of the key: packages, Git repositories, a step package. */
  readonly fetched: Readonly<Record<string, unknown>>;
}

/** A file that holds no step template; the message says why, and follows the file's name. */
export class NoTemplate extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NoTemplate';
  }
}

/**
 * Reads an exported step template, in any layout, encoding with a byte-order mark and kind of line ends, or a script alone.
 * @throws NoTemplate
 */
export function readExportedTemplate(bytes: Uint8Array): ExportedTemplate {
  const text = decode(bytes);
  if (text.trim() === '') throw new NoTemplate('it is empty.');
  if (text.startsWith('# AWS ECS Canary - ')) return { script: endLine(text.replaceAll('\r\n', '\n')) };
  const exported = parse(text);
  if (repeatsKey(text)) throw new NoTemplate('it has a key twice, and Octopus may take the other value.');
  const script = exported?.Properties?.[scriptBody];
  if (typeof script !== 'string' || script === '')
    throw new NoTemplate(
      `it is not an exported step template with a script: it has no Properties with "${scriptBody}".`,
    );
  const { [scriptBody]: _, ...properties } = exported?.Properties ?? {};
  const parameters = (Array.isArray(exported?.Parameters) ? exported.Parameters : []).filter(isParameter);
  return {
    script: endLine(script),
    settings: {
      ...{ name: String(exported?.Name), actionType: String(exported?.ActionType), properties, parameters },
      fetched: fetchedBy(exported),
    },
  };
}

const scriptBody = 'Octopus.Action.Script.ScriptBody';

interface Exported {
  readonly Name?: unknown;
  readonly ActionType?: unknown;
  readonly Properties?: Readonly<Record<string, unknown>> | null;
  readonly Parameters?: unknown;
  readonly Packages?: unknown;
  readonly GitDependencies?: unknown;
  readonly StepPackageId?: unknown;
}

function fetchedBy(exported: Exported | null): TemplateSettings['fetched'] {
  const { Packages, GitDependencies, StepPackageId } = exported ?? {};
  const all = { Packages, GitDependencies, StepPackageId };
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : Boolean(value))),
  );
}

// Windows PowerShell writes UTF-16 unless it is told otherwise.
function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const isWide = first === 0xff && second === 0xfe;
  return new TextDecoder(isWide ? 'utf-16le' : 'utf-8').decode(bytes);
}

function parse(text: string): Exported | null {
  try {
    return JSON.parse(text, (_, value) => (typeof value === 'string' ? value.replaceAll('\r\n', '\n') : value));
  } catch (error) {
    throw new NoTemplate(`it is not JSON: ${showText((error as Error).message)}.`);
  }
}

// YAML includes JSON; unlike JSON.parse, its parser tells of keys that are the same to Octopus, which ignores their case.
function repeatsKey(text: string): boolean {
  const keyOf = (node: unknown) => (isScalar(node) ? String(node.value).toLowerCase() : undefined);
  const { errors } = parseDocument(text, { uniqueKeys: (one, other) => keyOf(one) === keyOf(other) });
  return errors.some(({ code }) => code === 'DUPLICATE_KEY');
}

/** Who copies a script from a page may lose the last line end, which means nothing to bash. */
function endLine(script: string): string {
  return script.endsWith('\n') ? script : `${script}\n`;
}

function isParameter(value: unknown): value is TemplateParameter {
  return typeof (value as TemplateParameter | null)?.Name === 'string';
}
