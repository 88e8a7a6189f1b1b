/**
 * The part of a typed name that may be shown: all of it, or only its beginning if it may contain a secret.
 * @param value what was typed after it; base64 ends in equals signs, so a name without a value may be a secret itself
 */
export function redactName(name: string, value = '?'): string {
  const known = /^[A-Za-z_][\w.-]{0,39}(?=[\s:]|$)/.exec(name)?.[0];
  const shown = known === undefined || (known === name && /^=?$/.test(value.trim())) ? name.slice(0, 3) : known;
  return shown === name ? name : `${shown}…`;
}
