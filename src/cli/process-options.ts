import { extname } from 'node:path';
import { createCommand, type OptionsOf, renderText } from '../command-line/command.ts';
import { readOptions } from '../command-line/read-options.ts';
import { matching, names, oneOf, refuse, splitList } from '../command-line/value-parsers.ts';
import { type ProcessFormat, processFormats } from '../octopus/process/files.ts';
import { type ExecutionContainer, type Placement, workerToolsImage } from '../octopus/process/placement.ts';
import {
  approvalTeams,
  containerFeed,
  containerImage,
  workerPool,
} from '../octopus/process/platform-hub/template-parameters.ts';
import { deploymentStep } from '../octopus/process/process.ts';
import type { TemplateReference } from '../octopus/process/template-references.ts';
import { steps } from '../steps/index.ts';
import type { StepId } from '../steps/step.ts';
import { nameCommand } from './command-name.ts';
import { aboutDirectories, namesFile } from './output-path.ts';
import { guardOption, ownTemplateOption, watchOption, weightsOption } from './process-shape-options.ts';
import { findMisnamed } from './space-names.ts';

/** The parsed arguments of `process`. */
export interface ProcessCommand {
  readonly format: ProcessFormat;
  readonly weights: readonly number[];
  readonly testRule: boolean;
  readonly watch: boolean;
  readonly guard: boolean;
  readonly ownTemplate: boolean;
  readonly responsibleTeams: readonly string[];
  readonly placement: Placement;
  readonly projectId: string | undefined;
  /** What looks wrong but may be intended; one sentence each. */
  readonly warnings: readonly string[];
  /** The ids of the step templates in a space; undefined for placeholders. */
  readonly references: ReadonlyMap<StepId, TemplateReference> | undefined;
  /** Undefined for standard output. */
  readonly output: string | undefined;
}

/** The command `process`. */
export function declareProcess() {
  return createCommand(
    nameCommand('process'),
    "Writes the canary's deployment process and its runbooks, for use in Octopus.",
  )
    .requiredOption(
      '--format <FORMAT>',
      'ocl (config as code), terraform, json (REST API) or platform-hub (process templates and a policy)',
      oneOf(processFormats),
    )
    .option(
      '--output <PATH>',
      'where to write: a file (.ocl, .tf or .json, to match the format) gets only the deployment process; a directory gets every file, but an existing variables.ocl or deployment_settings.ocl is kept; without this option, the deployment process goes to standard output',
    )
    .addOption(weightsOption())
    .option('--no-test-rule', 'leave out the step Add Test Rule')
    .addOption(watchOption())
    .addOption(guardOption())
    .addOption(ownTemplateOption())
    .option('--responsible-teams <A,B>', 'teams that may approve (default: anyone who may deploy)', names)
    .option('--worker-pool <POOL>', 'worker pool that the steps run on (default: the default pool)')
    .option(
      '--container-feed <FEED>',
      'feed to pull the container image from (default: none; the steps run on the worker itself)',
    )
    .option('--container-image <IMAGE>', `container image that the steps run in (default: ${workerToolsImage})`)
    .option(
      '--project-id <ID>',
      'for terraform: id of the project, such as Projects-1, as the default of the project variable',
      matching(/^Projects-\d+$/i, 'the id of a project, such as Projects-1'),
    )
    .option(
      '--template-ids <LIST>',
      `for ocl and json: the step templates in your space, as STEP=ID@VERSION for each of ${steps.map(({ id }) => id).join(', ')}, separated by commas; without @VERSION, version 0 (a fresh import)`,
      parseReferences,
    )
    .addHelpText(
      'after',
      renderText(
        'Give teams, worker pool and feed by slug for ocl, and by id (Teams-1, WorkerPools-1, Feeds-1) for terraform and json; expressions such as #{Canary.Feed} pass unchecked.',
      ),
    );
}

type ProcessOptions = OptionsOf<typeof declareProcess>;

/**
 * Reads the arguments of `process`.
 * @returns undefined after printing help
 * @throws UsageError with every problem at once
 */
export function readProcessCommand(args: readonly string[], write: (text: string) => void): ProcessCommand | undefined {
  const values = readOptions(declareProcess(), args, write, checkTogether);
  return (
    values && {
      ...values,
      ownTemplate: values.ownTemplate ?? false,
      responsibleTeams: values.responsibleTeams ?? [],
      placement: toPlacement(values),
      projectId: values.projectId,
      // Servers also read ids from OCL, and old ones names, so this is not an error.
      warnings: values.format === 'ocl' ? findMisnamed('ocl', values) : [],
      references: values.templateIds,
      output: values.output,
    }
  );
}

function checkTogether(values: Partial<ProcessOptions>): readonly string[] {
  const { format, containerImage, containerFeed, projectId, templateIds, output } = values;
  const problems: string[] = [];
  if (format === 'platform-hub') problems.push(...findParameterised(values));
  else if (containerImage !== undefined && containerFeed === undefined)
    problems.push('--container-image needs --container-feed, the feed to pull the image from.');
  if (format === undefined) return problems;
  if (format === 'terraform' || format === 'json') problems.push(...findMisnamed(format, values));
  if (projectId !== undefined && format !== 'terraform')
    problems.push('--project-id can only be used with --format terraform.');
  if (templateIds !== undefined && (format === 'terraform' || format === 'platform-hub'))
    problems.push('--template-ids can only be used with --format ocl or json.');
  else problems.push(...findMissing(values));
  const extension = extensions[format];
  if (output !== undefined && namesFile(output) && extname(output) !== extension)
    problems.push(
      `--output must end in ${extension} for --format ${format}, or be a directory, not "${output}". ${aboutDirectories}`,
    );
  return problems;
}

const extensions: Readonly<Record<ProcessFormat, string>> = {
  ocl: '.ocl',
  terraform: '.tf',
  json: '.json',
  'platform-hub': '.ocl',
};

/** What the projects that use a process template decide, each for itself. */
function findParameterised(values: Partial<ProcessOptions>): readonly string[] {
  const given = [
    ['--responsible-teams', values.responsibleTeams, approvalTeams],
    ['--worker-pool', values.workerPool, workerPool],
    ['--container-feed', values.containerFeed, containerFeed],
    ['--container-image', values.containerImage, containerImage],
  ] as const;
  return given.flatMap(([option, value, { name }]) =>
    value === undefined
      ? []
      : [`${option} cannot be used with --format platform-hub: each project sets the template's parameter ${name}.`],
  );
}

/** The steps of the process whose templates are not named. */
function findMissing({ templateIds, ownTemplate, testRule, watch }: Partial<ProcessOptions>): string[] {
  // A process has only one of the two steps that deploy.
  const unused: readonly StepId[] = [
    deploymentStep(ownTemplate !== true).id,
    ...(testRule === false ? ['add-test-rule' as const] : []),
    ...(watch === false ? ['watch' as const] : []),
  ];
  const missing = templateIds && steps.filter(({ id }) => !unused.includes(id) && !templateIds.has(id));
  return missing?.length ? [`--template-ids: missing ${missing.map(({ id }) => id).join(', ')}.`] : [];
}

function toPlacement({ workerPool, containerFeed: feed, containerImage: image }: ProcessOptions): Placement {
  const container: ExecutionContainer | undefined =
    feed === undefined ? undefined : { feed, image: image ?? workerToolsImage };
  return { ...(workerPool && { workerPool }), ...(container && { container }) };
}

function parseReferences(typed: string): ReadonlyMap<StepId, TemplateReference> {
  const references = new Map<StepId, TemplateReference>();
  const problems: string[] = [];
  for (const item of splitList(typed)) {
    const [, name, id, version = '0'] = /^([^=@]+)=([^=@\s]+?)(?:@(\d+))?$/.exec(item) ?? [];
    const step = steps.find((each) => each.id === name)?.id;
    if (id === undefined) problems.push(`: "${item}" does not have the form STEP=ID@VERSION.`);
    else if (step === undefined) problems.push(`: there is no step ${name}.`);
    else if (!/^ActionTemplates-\d+$/i.test(id))
      problems.push(`: "${id}" is not the id of a step template, such as ActionTemplates-12.`);
    else if (references.has(step)) problems.push(`: ${step} is given twice.`);
    else references.set(step, { id, version: Number(version) });
  }
  return problems.length > 0 ? refuse(...problems) : references;
}
