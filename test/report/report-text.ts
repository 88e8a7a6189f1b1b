/** What a report says, for tests: without a browser, markup is only text. */

/** The rows of the table with this caption, cells as plain text, the header first. */
export function tableIn(report: string, caption: string): string[][] {
  const start = report.indexOf(`<caption>${caption.replaceAll("'", '&#39;')}</caption>`);
  if (start < 0) throw new Error(`the report has no table "${caption}"`);
  const table = report.slice(start, report.indexOf('</table>', start));
  return [...table.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) => textOf(cell)),
  );
}

/** Markup as the text that people see, with ordinary spaces. */
export function textOf(markup: string): string {
  return markup
    .replaceAll(/<style>.*?<\/style>/gs, '')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replaceAll('\u00a0', ' ');
}

/** Every tag with the names of its attributes: what no text may change. */
export function skeletonOf(report: string): string[] {
  return [...report.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replaceAll(/="[^"]*"/g, ''));
}
