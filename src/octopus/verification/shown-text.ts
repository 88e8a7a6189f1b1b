/** Foreign text in quotes, shortened, with every character escaped that could move a terminal's cursor or hide something. */
export function showText(text: string): string {
  const short = text.length <= most ? text : `${text.slice(0, most - 1)}…`;
  return JSON.stringify(short).replace(
    unusual,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const most = 100;
const unusual = /[^\x20-\x7e…äöüß–—’“”]/g;
