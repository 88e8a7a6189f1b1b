/** Whether the whole text matches a pattern with `*` (any characters) and `?` (one character), which a backslash escapes. */
export function matchesWildcard(pattern: string, text: string, ignoreCase: boolean): boolean {
  return compile(pattern, ignoreCase).test(text);
}

const compiled = new Map<string, RegExp>();

function compile(pattern: string, ignoreCase: boolean): RegExp {
  const key = `${ignoreCase ? 'i' : 'c'}${pattern}`;
  const known = compiled.get(key);
  if (known) return known;
  const source = pattern.replace(/\\([*?])|[\s\S]/g, (part, escaped?: string) => {
    if (escaped) return `\\${escaped}`;
    if (part === '*') return '[\\s\\S]*';
    return part === '?' ? '[\\s\\S]' : part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
  const expression = new RegExp(`^${source}$`, ignoreCase ? 'i' : '');
  compiled.set(key, expression);
  return expression;
}
