/** A JSON-like value of a template, with every intrinsic function in its long form. */
export type TemplateValue = string | number | boolean | null | readonly TemplateValue[] | TemplateObject;
export type TemplateObject = { readonly [key: string]: TemplateValue };

/** Whether a template value is a mapping. */
export function isObject(value: TemplateValue | undefined): value is TemplateObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list as it is; an empty list for anything else. */
export function asList(value: TemplateValue | undefined): readonly TemplateValue[] {
  return Array.isArray(value) ? (value as readonly TemplateValue[]) : [];
}

/** The mapping at a path; an empty one when there is none. */
export function objectAt(value: TemplateValue | undefined, ...path: readonly string[]): TemplateObject {
  const found = valueAt(value, ...path);
  return isObject(found) ? found : {};
}

/** The value at a path of keys, or undefined. */
export function valueAt(value: TemplateValue | undefined, ...path: readonly string[]): TemplateValue | undefined {
  let current = value;
  for (const key of path) {
    if (!isObject(current) || !Object.hasOwn(current, key)) return undefined;
    current = current[key];
  }
  return current;
}

/** A copy in which the value at a path is another; missing mappings on the path are created. */
export function withValueAt(body: TemplateObject, path: readonly string[], value: TemplateValue): TemplateObject {
  const [key, ...rest] = path;
  if (key === undefined) return body;
  const inner = rest.length === 0 ? value : withValueAt(objectAt(body, key), rest, value);
  return { ...body, [key]: inner };
}

/** Whether two values mean the same to CloudFormation, for which the order of keys has no meaning. */
export function sameMeaning(one: TemplateValue, other: TemplateValue): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: TemplateValue): string {
  return JSON.stringify(value, (_key, inner: TemplateValue) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

/** JSON.parse does not accept the byte order mark that some editors put at the start of a file. */
export function withoutByteOrderMark(text: string): string {
  return text.replace(/^\uFEFF/, '');
}
