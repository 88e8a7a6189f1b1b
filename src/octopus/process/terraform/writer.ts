/** Terraform source taken as it is, for example `var.project_id`. */
export interface Expression {
  readonly expression: string;
}

/** What an argument can hold: text is written so that it means itself, whatever is in it. */
export type TerraformValue =
  | string
  | number
  | boolean
  | Expression
  | readonly TerraformValue[]
  | { readonly [key: string]: TerraformValue };

/** A block with its arguments in the order of writing. */
export interface TerraformBlock {
  readonly type: string;
  readonly labels?: readonly string[];
  readonly arguments?: Readonly<Record<string, TerraformValue>>;
  readonly blocks?: readonly TerraformBlock[];
}

/** Terraform source taken as it is. */
export function source(expression: string): Expression {
  return { expression };
}

/** The text of a Terraform file, each block below its comment. */
export function renderTerraform(sections: readonly (string | TerraformBlock)[]): string {
  const parts = sections.map((section) =>
    typeof section === 'string' ? `${comment(section)}\n` : `${renderBlock(section, 0)}\n\n`,
  );
  return `${parts.join('').trimEnd()}\n`;
}

function comment(text: string): string {
  return text
    .split('\n')
    .map((line) => `# ${line}`.trimEnd())
    .join('\n');
}

function renderBlock({ type, labels = [], arguments: given = {}, blocks = [] }: TerraformBlock, depth: number): string {
  const head = [type, ...labels.map(quote)].join(' ');
  const parts = [
    ...paragraphs(given, depth + 1),
    ...blocks.map((block) => indent(depth + 1) + renderBlock(block, depth + 1)),
  ];
  return parts.length === 0 ? `${head} {}` : `${head} {\n${parts.join('\n\n')}\n${indent(depth)}}`;
}

// Values of one line stand together, their signs aligned; any other stands alone: so `terraform fmt` leaves all alone.
function paragraphs(given: Readonly<Record<string, TerraformValue>>, depth: number): string[] {
  const result: string[] = [];
  let together: [name: string, text: string][] = [];
  const flush = () => {
    if (together.length > 0) result.push(align(together, depth));
    together = [];
  };
  for (const [name, value] of Object.entries(given)) {
    const text = renderValue(value, depth);
    if (text.includes('\n')) {
      flush();
      result.push(`${indent(depth)}${name} = ${text}`);
    } else together.push([name, text]);
  }
  flush();
  return result;
}

function align(entries: readonly (readonly [name: string, text: string])[], depth: number): string {
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, text]) => `${indent(depth)}${name.padEnd(width)} = ${text}`).join('\n');
}

function renderValue(value: TerraformValue, depth: number): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object') return String(value);
  if (isExpression(value)) return value.expression.replaceAll('\n', `\n${indent(depth)}`);
  if (isList(value)) {
    const items = value.map((item) => `${indent(depth + 1)}${renderValue(item, depth + 1)},`);
    return items.length === 0 ? '[]' : ['[', ...items, `${indent(depth)}]`].join('\n');
  }
  const entries = Object.entries(value).map(([key, item]) => [renderKey(key), item] as const);
  if (entries.length === 0) return '{}';
  return `{\n${paragraphs(Object.fromEntries(entries), depth + 1).join('\n')}\n${indent(depth)}}`;
}

function isExpression(value: object): value is Expression {
  return 'expression' in value && Object.keys(value).length === 1;
}

function isList(value: object): value is readonly TerraformValue[] {
  return Array.isArray(value);
}

function renderKey(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? key : quote(key);
}

/** A text as a quoted Terraform string: every character means itself. */
export function quote(text: string): string {
  const escaped = text
    .replaceAll(/[\\"]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    // Control characters, and the signs that open a template behind their own kind, where doubling would be ambiguous.
    .replaceAll(
      /\p{Cc}|(?<=[$%])[$%](?=\{)/gu,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    .replaceAll(/(?<![$%])([$%])\{/g, '$1$1{');
  return `"${escaped}"`;
}

function indent(depth: number): string {
  return '  '.repeat(depth);
}
