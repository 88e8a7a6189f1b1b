/** A property only when it has something to say: CloudFormation rejects many empty values. */
export function present(name: string, value: string | readonly unknown[]): Record<string, unknown> {
  return value.length === 0 ? {} : { [name]: value };
}

/** The `Tags` property, or nothing. */
export function awsTags(...sources: readonly Readonly<Record<string, string>>[]): Record<string, unknown> {
  const tags = sources.flatMap((source) => Object.entries(source).map(([Key, Value]) => ({ Key, Value })));
  return present('Tags', tags);
}
