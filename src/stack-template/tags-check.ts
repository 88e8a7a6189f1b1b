const maxTags = 48;

/** Tags that AWS, or the canary itself, would not accept. */
export function checkTags(tags: Readonly<Record<string, string>>, name: string): string[] {
  const entries = Object.entries(tags);
  return [
    ...(entries.length > maxTags
      ? [`${name}: ${entries.length} tags, but at most ${maxTags} fit besides the canary's own.`]
      : []),
    ...entries.flatMap(([key, value]) => tagProblems(key, value).map((problem) => `${name}: ${problem}`)),
  ];
}

function tagProblems(key: string, value: string): string[] {
  return [
    ...(key === 'StableStack' ? ['StableStack is the tag in which the canary records the stable colour.'] : []),
    ...(/^aws:/i.test(key) ? [`${key} starts with aws:, which AWS reserves.`] : []),
    ...(value.length > 256 ? [`the value of ${key} has more than 256 characters.`] : []),
    ...(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(key + value)
      ? []
      : [`${key} or its value has a character other than letters, digits, spaces and _ . : / = + - @.`]),
  ];
}
