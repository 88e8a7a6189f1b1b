import { alignColumns } from './aligned-columns.ts';

/** Lays out Markdown for a terminal: tables in columns, long lines wrapped, items of lists indented, nothing escaped. */
export function layOut(markdown: string, width: number): readonly string[] {
  const lines: string[] = [];
  let table: string[][] = [];
  for (const line of [...markdown.split('\n'), undefined]) {
    const cells = line === undefined ? undefined : cellsOf(line)?.map(withoutEscapes);
    if (cells !== undefined) {
      table.push(cells);
      continue;
    }
    if (table.length > 0) lines.push(...alignColumns(table.filter((row) => !isRuler(row))));
    table = [];
    if (line !== undefined) lines.push(...wrap(withoutEscapes(line), width));
  }
  return lines;
}

/** The cells of a table's row; undefined for any other line. */
function cellsOf(line: string): string[] | undefined {
  return /^\|.*\|$/.test(line)
    ? line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim())
    : undefined;
}

/** Text as Markdown shows it; what is code has no escapes. */
function withoutEscapes(markdown: string): string {
  return markdown.replace(/(`[^`]*`)|\\([!-/:-@[-`{-~])/g, (_, code?: string, character = '') => code ?? character);
}

function isRuler(row: readonly string[]): boolean {
  return row.every((cell) => /^:?-+:?$/.test(cell));
}

/** Lines of at most that many characters, if words allow it; the rest of a list's item is indented. */
export function wrap(line: string, width: number): readonly string[] {
  const indent = /^\s*(?:[-*]|\d+\.)\s+/.exec(line)?.[0].length ?? 0;
  const lines: string[] = [];
  // A percent sign stays with its number.
  const [first = '', ...words] = line.split(/ (?!%)/);
  let current = first;
  for (const word of words) {
    const longer = `${current} ${word}`;
    if (longer.length <= width || current.trim() === '') current = longer;
    else {
      lines.push(current);
      current = ' '.repeat(indent) + word;
    }
  }
  return [...lines, current];
}
