import { leaveOutMembers } from './trimmed-schemas.ts';

/** A dependency's module that the bundles contain in a reduced form, because no step needs all of it. */
export interface TrimmedPart {
  /** The module's path. */
  readonly module: RegExp;
  /**
   * Returns the module's reduced text; unchanged text means that the part no longer applies.
   * @param entry the text of the bundle's entry file
   */
  readonly rewrite: (source: string, entry: string) => string;
}

const sdk = (path: string): RegExp => new RegExp(`/(?:@smithy|@aws-sdk)/core/dist-es/submodules/${path}\\.js$`);

const schemasOf = (client: string): RegExp => new RegExp(`/@aws-sdk/client-${client}/dist-es/schemas/schemas_0\\.js$`);

/** The sizes in the comments are what each part saves in the compressed template of Deploy Stack. */
export const trimmedParts: readonly TrimmedPart[] = [
  // 10 KB: a class and a schema for every error of a service. Without them the SDK throws the service's base exception,
  // with name, message, $fault and $metadata, as it does for undeclared errors such as AccessDenied.
  // 6 KB: members that the steps neither send nor read. Load balancing keeps all of its members, because rules are written back whole.
  { module: schemasOf('elastic-load-balancing-v2'), rewrite: leaveOutErrors },
  {
    module: schemasOf('ecs'),
    rewrite: (source, entry) =>
      leaveOutErrors(entry.includes(wholeReader) ? source : leaveOutMembers(source, 'ecs.ts')),
  },
  {
    module: schemasOf('cloudformation'),
    rewrite: (source) => leaveOutErrors(leaveOutMembers(source, 'cloud-formation.ts')),
  },
  // 13 KB in the template of Watch Canary, the only step that reads CloudWatch.
  {
    module: schemasOf('cloudwatch'),
    rewrite: (source) => leaveOutErrors(leaveOutMembers(source, 'cloud-watch.ts')),
  },
  // 5 KB: SHA-256 in JavaScript (Node.js has its own), adaptive retries (ours are standard), signatures of streamed events.
  { module: /\/@smithy\/.*\/(Sha256Js|AdaptiveRetryStrategy|HeaderFormatter)\.js$/, rewrite: emptyClasses },
  // 3 KB: YAML tags and schemas that CloudFormation does not support; stack-template/document.ts uses only the core schema.
  { module: /\/yaml\/.*\/schema\/yaml-1\.1\/(binary|omap|pairs|schema|set|timestamp)\.js$/, rewrite: leaveOut },
  // 15 KB of the report: curves that it does not draw, which the bundler keeps for their prototypes.
  { module: /\/d3-shape\/dist\/d3-shape\.mjs$/, rewrite: leaveOutCurves },
  // 2 KB: the SDK has two sets of functions that parse dates; the bundles contain the other set anyway.
  { module: sdk('serde/date-utils'), rewrite: () => dateUtilities },
  // 1.4 KB: it only passes on the trace ids of AWS Lambda.
  {
    module: sdk('client/middleware-recursion-detection/recursionDetectionMiddleware'),
    rewrite: () => noRecursionDetection,
  },
  // Not to save 1 KB, but because use_fips_endpoint or endpoint_url in a worker's ~/.aws would change which AWS a step calls.
  // Steps take their settings from the environment, where Octopus puts them.
  { module: sdk('config/shared-ini-file-loader/loadSharedConfigFiles'), rewrite: () => noSharedConfigFiles },
];

/** It compares every member of a task definition, so bundles whose entry file imports it keep them all. */
export const wholeReader = 'src/aws/task-versions.ts';

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

/** Keeps a module's exports, but each throws if it is called. */
function leaveOut(source: string): string {
  const message = 'This code was left out of the bundle (build/trimmed-parts.ts).';
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
      // The bundler assumes that computed keys have side effects, and would keep every schema with such a key.
      .replace(/\[(\w+)\]: /g, (whole, name) => (texts.has(name) ? `${texts.get(name)}: ` : whole))
  );
}

/** Without its prototype nothing keeps a curve that nobody names; src/report names only a step. */
function leaveOutCurves(source: string): string {
  const kept = /^(Linear|Step)$/;
  return source
    .replace(/^(\w+)\.prototype = \{[\s\S]*?^\};$/gm, (whole, name) => (kept.test(name) ? whole : ''))
    .replace(/^\(MonotoneY\.prototype = [\s\S]*?^\};$/gm, '');
}

/** Replaces classes by empty ones: they can be extended and constructed, but calling one of their methods is a TypeError. */
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
