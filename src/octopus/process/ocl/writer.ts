/** What an OCL attribute can hold. */
export type OclValue = string | boolean | readonly string[] | Readonly<Record<string, string>>;

/** Attributes and blocks of a document or a block, each in the order of writing. */
export interface OclBody {
  readonly attributes?: Readonly<Record<string, OclValue | undefined>>;
  readonly blocks?: readonly OclBlock[];
}

/** A block such as `step "promote" { … }`. */
export interface OclBlock extends OclBody {
  readonly name: string;
  readonly label?: string;
}

/**
 * The text of an OCL document, as Octopus itself lays it out.
 * OCL has no comments (https://github.com/OctopusDeploy/Ocl), so the text can explain nothing about itself.
 */
export function renderOcl(document: OclBody): string {
  return `${renderBody(document, 0).join('\n')}\n`;
}

function renderBody({ attributes = {}, blocks = [] }: OclBody, depth: number): string[] {
  const lines = Object.entries(attributes).flatMap(([name, value]) =>
    value === undefined ? [] : [`${indent(depth)}${name} = ${renderValue(value, depth)}`],
  );
  for (const block of blocks) {
    if (lines.length > 0) lines.push('');
    lines.push(...renderBlock(block, depth));
  }
  return lines;
}

function renderBlock(block: OclBlock, depth: number): string[] {
  const head = [block.name, ...(block.label === undefined ? [] : [quote(block.label)])].join(' ');
  const body = renderBody(block, depth + 1);
  if (body.length === 0) return [`${indent(depth)}${head} {}`];
  return [`${indent(depth)}${head} {`, ...body, `${indent(depth)}}`];
}

function renderValue(value: OclValue, depth: number): string {
  if (typeof value === 'string') return renderText(value, depth);
  if (typeof value === 'boolean') return String(value);
  if (isList(value)) return `[${value.map(quote).join(', ')}]`;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  const lines = entries.map(([key, text]) => `${indent(depth + 1)}${renderKey(key)} = ${renderText(text, depth)}`);
  return ['{', ...lines, `${indent(depth)}}`].join('\n');
}

function isList(value: object): value is readonly string[] {
  return Array.isArray(value);
}

function renderKey(key: string): string {
  return /^[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)*$/.test(key) ? key : quote(key);
}

function renderText(text: string, depth: number): string {
  if (!suitsHeredoc(text)) return quote(text);
  const tag = freeTag(text);
  const margin = indent(depth + 2);
  const lines = text.split('\n').map((line) => (line === '' ? '' : margin + line));
  return [`<<-${tag}`, ...lines, margin + tag].join('\n');
}

// Readers take away the common indentation, and differ about carriage returns and lines of blanks.
function suitsHeredoc(text: string): boolean {
  const lines = text.split('\n');
  const holdsMargin = lines.some((line) => startsWithInk.test(line));
  return (
    lines.length > 1 && !text.includes('\r') && holdsMargin && lines.every((line) => line === '' || ink.test(line))
  );
}

const ink = /[^\s\u0085]/;
const startsWithInk = /^[^\s\u0085]/;
// Octopus counts a next line (U+0085) among the blanks around a tag.
const outerBlanks = /^[\s\u0085]+|[\s\u0085]+$/g;

function freeTag(text: string): string {
  const lines = new Set(text.split('\n').map((line) => line.replace(outerBlanks, '')));
  let tag = 'EOT';
  for (let count = 1; lines.has(tag); count++) tag = `EOT${count}`;
  return tag;
}

// The only escapes that OCL's reader knows; `${` needs none, because OCL has no templates.
function quote(text: string): string {
  const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\r': '\\r', '\n': '\\n', '\t': '\\t' };
  return `"${text.replaceAll(/[\\"\r\n\t]/g, (character) => escapes[character] ?? character)}"`;
}

function indent(depth: number): string {
  return ' '.repeat(4 * depth);
}
