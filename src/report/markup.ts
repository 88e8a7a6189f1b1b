/** Text that is markup already; only `html` makes it, so everything else is escaped. */
export interface Markup {
  readonly markup: string;
}

/** What a placeholder in a template may hold; undefined and false render as nothing. */
export type Content = Markup | string | number | undefined | false | readonly Content[];

/** Markup with every text in it escaped; an attribute's value must stand between double quotes. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return { markup: parts.map((part, index) => part + render(contents[index])).join('') };
}

function render(content: Content): string {
  if (content === undefined || content === false) return '';
  if (typeof content === 'number') return String(Math.round(content * 100) / 100);
  if (typeof content === 'string') return escapeText(content);
  return 'markup' in content ? content.markup : content.map(render).join('');
}

function escapeText(text: string): string {
  return text.replaceAll(unseen, '\ufffd').replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

// What is not a character, what controls a terminal, and what reorders the text around it.
const unseen = /[^\P{Cc}\n\t]|[\p{Cs}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu;
