/**
 * What may be shown of a name that a person typed: all of it, or its beginning where a secret may follow or stand in its place.
 * @param value what was typed after it; base64 ends in equals signs, so a name without a value may be a secret itself
 */
export function redactName(name: string, value = '?'): string {
  const known = /^[A-Za-z_][\w.-]{0,39}(?=[\s:]|$)/.exec(name)?.[0];
  const shown = known === undefined || (known === name && /^=?$/.test(value.trim())) ? name.slice(0, 3) : known;
  return shown === name ? name : `${shown}…`;
}
