import { leaveOutMembers } from './trimmed-schemas.ts';

/** A module of a dependency that the bundles hold in another form, because no step needs all of it. */
export interface TrimmedPart {
  /** The module's path. */
  readonly module: RegExp;
  /** The module's new text; the same text means that the part no longer applies. */
  readonly rewrite: (source: string) => string;
}

const sdk = (path: string): RegExp => new RegExp(`/(?:@smithy|@aws-sdk)/core/dist-es/submodules/${path}\\.js$`);

const schemasOf = (client: string): RegExp => new RegExp(`/@aws-sdk/client-${client}/dist-es/schemas/schemas_0\\.js$`);

/** What each part saves is of the template of Deploy Stack, which is compressed. */
export const trimmedParts: readonly TrimmedPart[] = [
  // 10 KB: a class and a schema for every error of a service. Without them the SDK makes its base exception of the service,
  // as it does for every error that a service does not declare, such as AccessDenied: with name, message, $fault and $metadata.
  // 6 KB: what the steps neither send nor read. Load balancing keeps all of it, because rules are written back whole.
  { module: schemasOf('elastic-load-balancing-v2'), rewrite: leaveOutErrors },
  { module: schemasOf('ecs'), rewrite: (source) => leaveOutErrors(leaveOutMembers(source, 'ecs.ts')) },
  {
    module: schemasOf('cloudformation'),
    rewrite: (source) => leaveOutErrors(leaveOutMembers(source, 'cloud-formation.ts')),
  },
  // 5 KB: SHA-256 in JavaScript (Node has its own), adaptive retries (ours are standard), signatures of events (none stream).
  { module: /\/@smithy\/.*\/(Sha256Js|AdaptiveRetryStrategy|HeaderFormatter)\.js$/, rewrite: emptyClasses },
  // 3 KB: tags and schemas that CloudFormation does not know; stack-template/document.ts asks for the core schema alone.
  { module: /\/yaml\/.*\/schema\/yaml-1\.1\/(binary|omap|pairs|schema|set|timestamp)\.js$/, rewrite: leaveOut },
  // 2 KB: the SDK parses dates with two sets of functions; the other one is inside anyway.
  { module: sdk('serde/date-utils'), rewrite: () => dateUtilities },
  // 1.4 KB: it passes on the trace ids of AWS Lambda.
  {
    module: sdk('client/middleware-recursion-detection/recursionDetectionMiddleware'),
    rewrite: () => noRecursionDetection,
  },
  // Not for its 1 KB: with it, a use_fips_endpoint or endpoint_url in a worker's ~/.aws would change which AWS a step calls.
  // Steps take their settings from the environment, where Octopus puts them.
  { module: sdk('config/shared-ini-file-loader/loadSharedConfigFiles'), rewrite: () => noSharedConfigFiles },
];

const dateUtilities = `export {
  _parseEpochTimestamp as parseEpochTimestamp,
  _parseRfc3339DateTimeWithOffset as parseRfc3339DateTime,
  _parseRfc3339DateTimeWithOffset as parseRfc3339DateTimeWithOffset,
  _parseRfc7231DateTime as parseRfc7231DateTime,
} from './schema-serde-lib/schema-date-utils';
export const dateToUtcString = (date) => date.toUTCString();`;

const noSharedConfigFiles = `export { CONFIG_PREFIX_SEPARATOR } from './constants';
export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });`;

const noRecursionDetection = 'export const recursionDetectionMiddleware = () => (next) => next;';

/** Keeps a module's exports, each of which fails loudly when it is called after all. */
function leaveOut(source: string): string {
  const message = 'The bundles do without this code (build/trimmed-parts.ts).';
  return `const leftOut = () => { throw new TypeError('${message}'); };
export { ${exportsOf(source)
    .map((name) => `leftOut as ${name}`)
    .join(', ')} };`;
}

function leaveOutErrors(source: string): string {
  const texts = new Map([...source.matchAll(/^const (\w+) = (".*");$/gm)].map(([, name, text]) => [name, text]));
  return (
    source
      .replace(/^n0_registry\.registerError\(.*\);$/gm, '')
      // Computed keys might have side effects, for all that the bundler knows, and would keep every schema that has one.
      .replace(/\[(\w+)\]: /g, (whole, name) => (texts.has(name) ? `${texts.get(name)}: ` : whole))
  );
}

/** Classes without methods: they may be extended and made, and calling any method of theirs is a TypeError. */
function emptyClasses(source: string): string {
  return exportsOf(source)
    .map((name) => `export class ${name} {}`)
    .join('\n');
}

function exportsOf(source: string): string[] {
  const declared = [...source.matchAll(/^export (?:const|class|(?:async )?function) (\w+)/gm)].map(([, name]) => name);
  const listed = [...source.matchAll(/^export \{([^}]+)\};$/gm)].flatMap(([, names]) => names?.split(',') ?? []);
  return [...declared, ...listed].map((name) => (name ?? '').trim().replace(/^.* as /, ''));
}
