import { type ParseArgsConfig, parseArgs } from 'node:util';

type OptionConfigs = NonNullable<ParseArgsConfig['options']>;

/** The values that were given, each as typed, and what is wrong with the arguments. */
export interface ReadArguments {
  /** Option name → its values in order; a flag has the value `true`. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly problems: string[];
}

/** Reads arguments, and collects every problem instead of stopping at the first. */
export function readArguments(args: readonly string[], options: OptionConfigs): ReadArguments {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const values = new Map<string, string[]>();
  const problems: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') problems.push(`Unexpected argument: ${token.value}`);
    if (token.kind !== 'option') continue;
    const config = options[token.name];
    const given = values.get(token.name) ?? [];
    if (config === undefined) problems.push(`Unknown option: ${token.rawName}`);
    else if (config.type === 'boolean' && token.value !== undefined) problems.push(`${token.rawName} takes no value.`);
    else if (config.type === 'string' && (token.value ?? '') === '') problems.push(`${token.rawName} needs a value.`);
    else if (given.length > 0 && config.multiple !== true) problems.push(`${token.rawName} is given twice.`);
    else values.set(token.name, [...given, token.value ?? 'true']);
  }
  return { values, problems };
}

/** A number within bounds, or undefined and a problem; the fallback when the option is absent. */
export function readNumber(
  { values, problems }: ReadArguments,
  name: string,
  bounds: { readonly min: number; readonly max: number; readonly fallback: number },
): number {
  const raw = values.get(name)?.[0];
  if (raw === undefined) return bounds.fallback;
  const value = raw.trim() === '' ? Number.NaN : Number(raw);
  if (value >= bounds.min && value <= bounds.max) return value;
  problems.push(`--${name} must be a number from ${bounds.min} to ${bounds.max}, not "${raw}".`);
  return bounds.fallback;
}
