import { type ProcessFormat, processFormats } from '../octopus/process/files.ts';
import { type ExecutionContainer, type Placement, workerToolsImage } from '../octopus/process/placement.ts';
import { deploymentStep } from '../octopus/process/process.ts';
import type { TemplateReference } from '../octopus/process/template-references.ts';
import { steps } from '../steps/index.ts';
import type { StepId } from '../steps/step.ts';
import { type ReadArguments, readArguments } from './arguments.ts';
import { UsageError } from './usage-error.ts';
import { readWeights } from './weights-option.ts';

/** What `process` was asked to write. */
export interface ProcessCommand {
  readonly help: boolean;
  readonly format: ProcessFormat;
  readonly weights: readonly number[];
  readonly testRule: boolean;
  readonly ownTemplate: boolean;
  readonly responsibleTeams: readonly string[];
  readonly placement: Placement;
  readonly projectId: string | undefined;
  /** The templates of a space; undefined for placeholders. */
  readonly references: ReadonlyMap<StepId, TemplateReference> | undefined;
  /** Undefined for standard output. */
  readonly output: string | undefined;
}

export const processHelp = `Usage: octopus-ecs-canary process --format FORMAT [options]

Writes the canary's deployment process and its rollback runbook, to be taken into Octopus.

  --format FORMAT           ocl (config as code), terraform or json (REST API)
  --output FILE|DIRECTORY   where to: a name ending in .ocl, .tf or .json gets the deployment process alone,
                            a directory gets every file (the deployment process alone, to standard output)
  --weights 10,50           green's share at each shift, in percent, rising; each has its manual intervention
  --no-test-rule            without the step Add Test Rule
  --own-template            deploy a CloudFormation template of your own, with Deploy Own Template
                            in place of Deploy Stack, which has a built-in template
  --responsible-teams A,B   who may approve; anybody who may deploy when absent
  --worker-pool POOL        where the steps run; the default pool when absent
  --container-feed FEED     the feed of the image that the steps run in; on the worker itself when absent
  --container-image IMAGE   that image (${workerToolsImage})
  --project-id ID           for terraform: the project, such as Projects-1, as the default of its variable
  --template-ids LIST       for ocl and json: the step templates of your space, as STEP=ID@VERSION for each of
                            ${steps.map(({ id }) => id).join(', ')},
                            separated by commas; @0, a fresh import, when there is no version
  --help                    this text

Teams, pool and feed are named by slug for ocl, and by id (Teams-1, WorkerPools-1, Feeds-1) for terraform and json.`;

/**
 * Reads the arguments of `process`.
 * @throws UsageError with every problem at once
 */
export function readProcessCommand(args: readonly string[]): ProcessCommand {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const read = readArguments(args, {
    format: text,
    output: text,
    weights: text,
    'no-test-rule': flag,
    'own-template': flag,
    'responsible-teams': text,
    'worker-pool': text,
    'container-feed': text,
    'container-image': text,
    'project-id': text,
    'template-ids': text,
    help: flag,
  });
  const format = readFormat(read);
  const command: ProcessCommand = {
    help: read.values.has('help'),
    format,
    weights: readWeights(read),
    testRule: !read.values.has('no-test-rule'),
    ownTemplate: read.values.has('own-template'),
    responsibleTeams: readList(read, 'responsible-teams'),
    placement: readPlacement(read),
    projectId: readFor(read, 'project-id', format, ['terraform']),
    references: readReferences(read, format),
    output: read.values.get('output')?.[0],
  };
  if (read.problems.length > 0 && !command.help) throw new UsageError(read.problems, seeHelp);
  return command;
}

/** The last line of what a usage error prints. */
export const seeHelp = 'See octopus-ecs-canary process --help.';

function readFormat({ values, problems }: ReadArguments): ProcessFormat {
  const raw = values.get('format')?.[0];
  const format = processFormats.find((known) => known === raw);
  const known = processFormats.join(', ');
  if (raw === undefined) problems.push(`--format is needed: one of ${known}.`);
  else if (format === undefined) problems.push(`--format must be one of ${known}, not "${raw}".`);
  return format ?? 'ocl';
}

export function readList({ values, problems }: ReadArguments, name: string): readonly string[] {
  const raw = values.get(name)?.[0];
  if (raw === undefined) return [];
  const items = raw.split(',').map((item) => item.trim());
  if (items.includes('')) problems.push(`--${name} must be names separated by commas, not "${raw}".`);
  return items;
}

function readPlacement({ values, problems }: ReadArguments): Placement {
  const workerPool = values.get('worker-pool')?.[0];
  const feed = values.get('container-feed')?.[0];
  const image = values.get('container-image')?.[0];
  if (image !== undefined && feed === undefined) {
    problems.push('--container-image needs --container-feed, the feed to pull it from.');
  }
  const container: ExecutionContainer | undefined =
    feed === undefined ? undefined : { feed, image: image ?? workerToolsImage };
  return { ...(workerPool && { workerPool }), ...(container && { container }) };
}

function readFor(
  { values, problems }: ReadArguments,
  name: string,
  format: ProcessFormat,
  formats: readonly ProcessFormat[],
): string | undefined {
  const raw = values.get(name)?.[0];
  if (raw !== undefined && !formats.includes(format)) problems.push(`--${name} is for ${formats.join(' and ')} alone.`);
  return raw;
}

function readReferences(
  read: ReadArguments,
  format: ProcessFormat,
): ReadonlyMap<StepId, TemplateReference> | undefined {
  if (readFor(read, 'template-ids', format, ['ocl', 'json']) === undefined) return undefined;
  const references = new Map<StepId, TemplateReference>();
  for (const item of readList(read, 'template-ids')) {
    const [, name, id, version = '0'] = /^([^=@]+)=([^=@\s]+?)(?:@(\d+))?$/.exec(item) ?? [];
    const step = steps.find((each) => each.id === name)?.id;
    if (id === undefined) read.problems.push(`--template-ids: "${item}" is not of the form STEP=ID@VERSION.`);
    else if (step === undefined) read.problems.push(`--template-ids: there is no step ${name}.`);
    else if (references.has(step)) read.problems.push(`--template-ids: ${step} is given twice.`);
    else references.set(step, { id, version: Number(version) });
  }
  // A process has one of the two steps that deploy.
  const unused = deploymentStep(!read.values.has('own-template')).id;
  const missing = steps.filter(({ id }) => id !== unused && !references.has(id)).map(({ id }) => id);
  if (missing.length > 0) read.problems.push(`--template-ids: missing ${missing.join(', ')}.`);
  return references;
}
