/** Lines in which the cells of each column line up. @param isNumeric whether a column is aligned to the right */
export function alignColumns(
  rows: readonly (readonly string[])[],
  isNumeric: (column: number) => boolean = () => false,
): readonly string[] {
  const [header = []] = rows;
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    widths
      .map((width, column) =>
        isNumeric(column) ? (row[column] ?? '').padStart(width) : (row[column] ?? '').padEnd(width),
      )
      .join('  ')
      .trimEnd();
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.slice(1).map(line)];
}
