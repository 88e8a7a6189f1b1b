/** Words in lines of at most 80 characters. @param first how the first line begins @param next how the others do */
export function wrap(text: string, first: string, next = first): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(/\s+/).flatMap((long) => piecesOf(long, width - next.length))) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = next;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

const width = 80;

function piecesOf(word: string, most: number): readonly string[] {
  return word.match(new RegExp(`.{1,${most}}`, 'gu')) ?? [];
}
