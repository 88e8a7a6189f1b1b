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
  // 8 KB: a class and a schema for every error of a service. Without them the SDK makes its base exception of the service,
  // as it does for every error that a service does not declare, such as AccessDenied: with name, message, $fault and $metadata.
  // 5 KB: what the steps neither send nor read. Load balancing keeps all of it, because rules are written back whole.
  { module: schemasOf('elastic-load-balancing-v2'), rewrite: leaveOutErrors },
  { module: schemasOf('ecs'), rewrite: (source) => leaveOutErrors(leaveOutMembers(source, 'ecs.ts')) },
  {
    module: schemasOf('cloudformation'),
    rewrite: (source) => leaveOutErrors(leaveOutMembers(source, 'cloud-formation.ts')),
  },
  // 2 KB: SHA-256 in JavaScript (Node has its own), adaptive retries (ours are standard), signatures of events (none stream).
  { module: /\/@smithy\/.*\/(Sha256Js|AdaptiveRetryStrategy|HeaderFormatter)\.js$/, rewrite: emptyClasses },
  // 2.6 KB: tags and schemas that CloudFormation does not know; stack-template/document.ts asks for the core schema alone.
  { module: /\/yaml\/.*\/schema\/yaml-1\.1\/(binary|omap|pairs|schema|set|timestamp)\.js$/, rewrite: leaveOut },
  { module: /\/yaml\/.*\/schema\/json\/schema\.js$/, rewrite: leaveOut },
  // 0.2 KB: a walk through YAML's tokens that nothing takes.
  { module: /\/yaml\/.*\/parse\/cst-visit\.js$/, rewrite: leaveOut },
  // 1.5 KB: the SDK parses dates with two sets of functions; the other one is inside anyway.
  { module: sdk('serde/date-utils'), rewrite: () => dateUtilities },
  // 0.8 KB: steps take their settings from the environment alone, whatever ~/.aws holds on the worker.
  { module: sdk('config/shared-ini-file-loader/loadSharedConfigFiles'), rewrite: () => noSharedConfigFiles },
  // 0.6 KB: only the defaults mode "auto" asks the machine for its region, and aws/clients.ts names another.
  { module: sdk('config/config-resolver/regionConfig/getInstanceMetadataRegion'), rewrite: leaveOut },
  // 0.2 KB: only the client of S3 calls it.
  { module: sdk('endpoints/middleware-endpoint/service-customizations/s3'), rewrite: leaveOut },
  // 0.7 KB: the regions that every partition's pattern matches anyway, with their cities.
  {
    module: sdk('client/util-endpoints/lib/aws/partitions'),
    rewrite: (source) => source.replace(regionTables, '$1{}'),
  },
  // 0.3 KB: a warning on stderr of what later versions of the SDK will need.
  { module: sdk('client/emitWarningIfUnsupportedVersion'), rewrite: () => noVersionWarning },
  // 0.3 KB: the SDK's log, for which the steps give it no logger, and hiding secrets in it.
  { module: sdk('client/middleware-logger/loggerMiddleware'), rewrite: () => noLogger },
  { module: sdk('client/smithy-client/schemaLogFilter'), rewrite: leaveOut },
  // 0.3 KB: it passes on the trace ids of AWS Lambda.
  {
    module: sdk('client/middleware-recursion-detection/recursionDetectionMiddleware'),
    rewrite: () => noRecursionDetection,
  },
  // 0.3 KB: letters in the user agent by which AWS counts the SDK's features.
  {
    module: sdk('client/middleware-user-agent/check-features'),
    rewrite: () => 'export const checkFeatures = async () => {};',
  },
];

const regionTables = /("regions": )\{[\s\S]*?\n {12}\}/g;

const dateUtilities = `export {
  _parseEpochTimestamp as parseEpochTimestamp,
  _parseRfc3339DateTimeWithOffset as parseRfc3339DateTime,
  _parseRfc3339DateTimeWithOffset as parseRfc3339DateTimeWithOffset,
  _parseRfc7231DateTime as parseRfc7231DateTime,
} from './schema-serde-lib/schema-date-utils';
export const dateToUtcString = (date) => date.toUTCString();`;

const noSharedConfigFiles = `export { CONFIG_PREFIX_SEPARATOR } from './constants';
export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });`;

const noVersionWarning = 'export const state = {}, emitWarningIfUnsupportedVersion = () => {};';

const noLogger = `export const loggerMiddleware = () => (next) => next, loggerMiddlewareOptions = {};
export const getLoggerPlugin = () => ({ applyToStack() {} });`;

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
