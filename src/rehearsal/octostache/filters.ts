import { createHash } from 'node:crypto';
import { parseInteger, toLower, toUpper, trim, trimEnd, trimStart } from './characters.ts';
import { refuseLacking } from './refusal.ts';

/**
 * Applies a filter; undefined when it gives nothing, or does not exist: Octopus then prints the expression instead.
 * @param argument undefined when what stands before the filter could not be resolved
 * @param source the expression, for errors
 * @throws Error for a filter, or a use of one, that the rehearsal lacks
 */
export function applyFilter(
  name: string,
  argument: string | undefined,
  options: readonly string[],
  source: string,
): string | undefined {
  const key = name.toLowerCase();
  const givesSomething = argument !== undefined || datesOfToday.has(key);
  if (lackingFilters.has(key) && givesSomething) refuseLacking(`the filter ${name}`, source);
  return filters[key]?.(argument, options, source);
}

type Filter = (argument: string | undefined, options: readonly string[], source: string) => string | undefined;

const filters: Readonly<Record<string, Filter>> = {
  toupper: bare(toUpper),
  tolower: bare(toLower),
  htmlescape: bare(escaping({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;', '/': '&#x2F;' })),
  xmlescape: bare(escaping({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' })),
  jsonescape: bare(escaping({ '"': '\\"', '\r': '\\r', '\t': '\\t', '\n': '\\n', '\\': '\\\\' })),
  trim: trimEnds,
  tobase64: toBase64,
  frombase64: fromBase64,
  append: (argument = '', options) => (options.length === 0 ? undefined : argument + options.join('')),
  prepend: (argument = '', options) => (options.length === 0 ? undefined : options.join('') + argument),
  startswith: asking((text, part) => text.startsWith(part)),
  endswith: asking((text, part) => text.endsWith(part)),
  contains: asking((text, part) => text.includes(part)),
  match: asking((text, pattern, source) => text.includes(literalOf(pattern, source))),
  replace,
  substring,
  truncate,
  md5: hash('md5'),
  sha1: hash('sha1'),
  sha256: hash('sha256'),
  sha384: hash('sha384'),
  sha512: hash('sha512'),
  null: () => undefined,
};

/** Filters that take nothing. */
const datesOfToday: ReadonlySet<string> = new Set(['nowdate', 'nowdateutc']);

const lackingFilters: ReadonlySet<string> = new Set([
  ...['uriescape', 'uridataescape', 'uripart', 'yamlsinglequoteescape', 'yamldoublequoteescape'],
  ...['propertieskeyescape', 'propertiesvalueescape', 'markdown', 'markdowntohtml', 'indent', 'format'],
  ...[...datesOfToday, 'addhours', 'adddays', 'versionmajor', 'versionminor', 'versionpatch'],
  ...['versionprerelease', 'versionprereleaseprefix', 'versionprereleasecounter', 'versionrevision'],
  'versionmetadata',
]);

function bare(map: (text: string) => string): Filter {
  return (argument, options) => (argument === undefined || options.length > 0 ? undefined : map(argument));
}

function escaping(entities: Readonly<Record<string, string>>): (text: string) => string {
  return (text) => Array.from(text, (letter) => entities[letter] ?? letter).join('');
}

function asking(holds: (text: string, option: string, source: string) => boolean): Filter {
  return (argument, [option, ...more], source) =>
    argument === undefined || option === undefined || more.length > 0
      ? undefined
      : String(holds(argument, option, source));
}

function trimEnds(argument: string | undefined, [end]: readonly string[]): string | undefined {
  if (argument === undefined) return undefined;
  switch (end?.toLowerCase()) {
    case undefined:
      return trim(argument);
    case 'start':
      return trimStart(argument);
    case 'end':
      return trimEnd(argument);
    default:
      return undefined;
  }
}

const encodings: Readonly<Record<string, 'utf8' | 'utf16le'>> = { utf8: 'utf8', 'utf-8': 'utf8', unicode: 'utf16le' };

function toBase64(argument: string | undefined, options: readonly string[]): string | undefined {
  const encoding = encodings[(options[0] ?? 'utf8').toLowerCase()];
  if (argument === undefined || options.length > 1 || encoding === undefined) return undefined;
  return Buffer.from(argument, encoding).toString('base64');
}

function fromBase64(argument: string | undefined, options: readonly string[], source: string): string | undefined {
  if (argument === undefined || options.length > 1) return undefined;
  const digits = argument.replaceAll(/[ \t\r\n]/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(digits))
    throw new Error(`Octopus fails at ${source}: the value is not Base64.`);
  const encoding = encodings[(options[0] ?? 'utf8').toLowerCase()];
  return encoding && Buffer.from(digits, 'base64').toString(encoding);
}

function replace(
  argument: string | undefined,
  [pattern, replacement = '']: readonly string[],
  source: string,
): string | undefined {
  if (argument === undefined || pattern === undefined) return undefined;
  if (replacement.includes('$')) refuseLacking('replacements with $', source);
  return argument.replaceAll(literalOf(pattern, source), () => replacement);
}

/** The text that a pattern without regular expressions stands for: those of .NET and JavaScript differ. */
function literalOf(pattern: string, source: string): string {
  if (!/^(?:[^\\^$.|?*+()[\]{}]|\\[\\^$.|?*+()[\]{}-])*$/.test(pattern)) refuseLacking('regular expressions', source);
  return pattern.replaceAll(/\\(.)/g, '$1');
}

function substring(argument: string | undefined, options: readonly string[], source: string): string | undefined {
  const numbers = options.map(parseInteger);
  if (argument === undefined || options.length === 0 || options.length > 2) return undefined;
  const [first, second] = numbers;
  if (first === undefined || first < 0 || first > argument.length) return undefined;
  if (options.length === 1) return argument.slice(0, first);
  if (second === undefined || second < 0) return undefined;
  // Octostache 3.9.3 fails here, and later versions give an empty text.
  if (first === argument.length && second > 0) refuseLacking('a substring that begins at the end', source);
  return argument.slice(first, first + second);
}

function truncate(argument: string | undefined, options: readonly string[], source: string): string | undefined {
  const length = parseInteger(options[0] ?? '');
  if (argument === undefined || length === undefined || length < 0) return undefined;
  // Octostache 3.9.3 ignores it, and later versions append it instead of the dots.
  if (options.length > 1) refuseLacking('the suffix of Truncate', source);
  return length < argument.length ? `${argument.slice(0, length)}...` : argument;
}

function hash(algorithm: string): Filter {
  return (argument, options, source) => {
    if (argument === undefined) return undefined;
    if (options.length > 0) refuseLacking('options of hashes', source);
    return createHash(algorithm).update(argument, 'utf8').digest('hex');
  };
}
