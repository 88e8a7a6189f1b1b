import { type Content, html, type Markup } from './markup.ts';

/** A part of the page. @param sentences what it says, in words */
export function section(id: string, heading: string, sentences: readonly string[], ...contents: Content[]): Markup {
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${heading}</h2>
${sentences.length > 0 && html`<p class="lead">${sentences.join(' ')}</p>`}
${contents}
</section>
`;
}

/** The table behind a chart, with the same figures. */
export interface Table {
  readonly caption: string;
  readonly columns: readonly string[];
  /** The first cell of each names the row. */
  readonly rows: readonly (readonly string[])[];
}

/** Charts with their legend, and a table for readers who cannot see the charts. */
export function figure(legend: readonly LegendEntry[], plots: readonly Markup[], table: Table): Markup {
  return html`<figure>${legend.length > 0 && html`<ul class="legend">${legend.map(drawEntry)}</ul>`}
${plots}
<details><summary>${table.caption}, as a table</summary>${renderTable(table)}</details>
</figure>`;
}

/** The table itself; it scrolls sideways if the page is too narrow. */
export function renderTable({ caption, columns, rows }: Table): Markup {
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ([name, ...cells]) =>
    html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`,
)}</tbody></table></div>`;
}

/** A mark in a plot, and what it means. */
export interface LegendEntry {
  readonly mark: 'blue point' | 'green point' | 'blue column' | 'green column' | 'requested' | 'served' | 'evidence';
  readonly text: string;
}

/** Both colours' points, as everywhere. */
export const bothPoints: readonly LegendEntry[] = [
  { mark: 'blue point', text: 'Blue' },
  { mark: 'green point', text: 'Green' },
];

function drawEntry({ mark, text }: LegendEntry): Markup {
  return html`<li><svg viewBox="0 0 32 14" width="32" height="14" aria-hidden="true">${swatches[mark]}</svg>${text}</li>`;
}

const swatches: Readonly<Record<LegendEntry['mark'], Markup>> = {
  'blue point': html`<g class="blue"><path class="line" d="M0 7H32"/><circle class="mark" cx="16" cy="7" r="4"/></g>`,
  'green point': html`<g class="green"><path class="line" d="M0 7H32"/><path class="mark" d="M16 2l5 9h-10z"/></g>`,
  'blue column': html`<path class="columns blue" d="M6 1H26V13H6z"/>`,
  'green column': html`<path class="columns green" d="M6 1H26V13H6z"/>`,
  requested: html`<path class="requested" d="M0 7H32"/>`,
  served: html`<path class="served" d="M6 7h.01M16 4h.01M26 9h.01"/>`,
  evidence: html`<path class="evidence" d="M0 11H16V3H32"/>`,
};
