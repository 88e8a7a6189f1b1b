/** A piece of one output line: text to log, or a message to Octopus. */
export type LinePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'message'; readonly name: string; readonly attributes: Readonly<Record<string, string>> };

/** Splits a line of output into text and service messages, which may appear anywhere in it. */
export function readLine(line: string): readonly LinePart[] {
  const parts: LinePart[] = [];
  let rest = line;
  for (let found = serviceMessage.exec(rest); found !== null; found = serviceMessage.exec(rest)) {
    const before = rest.slice(0, found.index);
    if (before !== '') parts.push({ kind: 'text', text: before });
    parts.push({ kind: 'message', name: found[1] ?? '', attributes: readAttributes(found[2] ?? '') });
    rest = rest.slice(found.index + found[0].length);
  }
  if (rest !== '' || parts.length === 0) parts.push({ kind: 'text', text: rest });
  return parts;
}

const serviceMessage = /##octopus\[([\w-]+)([^\]]*)\]/;

function readAttributes(source: string): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = {};
  for (const [, key, single, double] of source.matchAll(/([\w-]+)\s*=\s*(?:'([^']*)'|"([^"]*)")/g)) {
    attributes[key ?? ''] = decode(key ?? '', single ?? double ?? '');
  }
  return attributes;
}

function decode(key: string, value: string): string {
  if (value.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) {
    throw new Error(`The service message attribute ${key} is not base64: ${value}`);
  }
  return Buffer.from(value, 'base64').toString('utf8');
}
