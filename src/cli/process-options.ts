import { createCommand, type OptionsOf, renderText } from '../command-line/command.ts';
import { readOptions } from '../command-line/read-options.ts';
import { names, oneOf, refuse, splitList } from '../command-line/value-parsers.ts';
import { type ProcessFormat, processFormats } from '../octopus/process/files.ts';
import { type ExecutionContainer, type Placement, workerToolsImage } from '../octopus/process/placement.ts';
import type { TemplateSource } from '../octopus/process/project-variables.ts';
import type { TemplateReference } from '../octopus/process/template-references.ts';
import { steps } from '../steps/index.ts';
import type { StepId } from '../steps/step.ts';
import { templateSourceOption, weightsOption } from './process-shape-options.ts';

/** What `process` was asked to write. */
export interface ProcessCommand {
  readonly format: ProcessFormat;
  readonly weights: readonly number[];
  readonly testRule: boolean;
  readonly templateSource: TemplateSource;
  readonly responsibleTeams: readonly string[];
  readonly placement: Placement;
  readonly projectId: string | undefined;
  /** The templates of a space; undefined for placeholders. */
  readonly references: ReadonlyMap<StepId, TemplateReference> | undefined;
  /** Undefined for standard output. */
  readonly output: string | undefined;
}

/** The command `process`. */
export function declareProcess() {
  return createCommand(
    'octopus-ecs-canary process',
    "Writes the canary's deployment process and its rollback runbook, to be taken into Octopus.",
  )
    .requiredOption('--format <FORMAT>', 'ocl (config as code), terraform or json (REST API)', oneOf(processFormats))
    .option(
      '--output <PATH>',
      'where to: a name ending in .ocl, .tf or .json gets the deployment process alone, a directory gets every file; without it, the deployment process goes to standard output',
    )
    .addOption(weightsOption())
    .option('--no-test-rule', 'without the step Add Test Rule')
    .addOption(templateSourceOption())
    .option('--responsible-teams <A,B>', 'who may approve (default: anybody who may deploy)', names)
    .option('--worker-pool <POOL>', 'where the steps run (default: the default pool)')
    .option(
      '--container-feed <FEED>',
      'the feed of the image that the steps run in (default: none, they run on the worker itself)',
    )
    .option('--container-image <IMAGE>', `that image (default: ${workerToolsImage})`)
    .option('--project-id <ID>', 'for terraform: the project, such as Projects-1, as the default of its variable')
    .option(
      '--template-ids <LIST>',
      `for ocl and json: the step templates of your space, as STEP=ID@VERSION for each of ${steps.map(({ id }) => id).join(', ')}, separated by commas; @0, a fresh import, when there is no version`,
      parseReferences,
    )
    .addHelpText(
      'after',
      renderText(
        'Teams, pool and feed are named by slug for ocl, and by id (Teams-1, WorkerPools-1, Feeds-1) for terraform and json.',
      ),
    );
}

type ProcessOptions = OptionsOf<typeof declareProcess>;

/**
 * Reads the arguments of `process`; undefined where they ask for help, which is written.
 * @throws UsageError with every problem at once
 */
export function readProcessCommand(args: readonly string[], write: (text: string) => void): ProcessCommand | undefined {
  const values = readOptions(declareProcess(), args, write, checkTogether);
  return (
    values && {
      ...values,
      responsibleTeams: values.responsibleTeams ?? [],
      placement: toPlacement(values),
      projectId: values.projectId,
      references: values.templateIds,
      output: values.output,
    }
  );
}

function checkTogether({ format, containerImage, containerFeed, projectId, templateIds }: Partial<ProcessOptions>) {
  const problems: string[] = [];
  if (containerImage !== undefined && containerFeed === undefined)
    problems.push('--container-image needs --container-feed, the feed to pull it from.');
  if (projectId !== undefined && format !== 'terraform') problems.push('--project-id is for terraform alone.');
  if (templateIds !== undefined && format === 'terraform') problems.push('--template-ids is for ocl and json alone.');
  return problems;
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
    if (id === undefined) problems.push(`: "${item}" is not of the form STEP=ID@VERSION.`);
    else if (step === undefined) problems.push(`: there is no step ${name}.`);
    else if (references.has(step)) problems.push(`: ${step} is given twice.`);
    else references.set(step, { id, version: Number(version) });
  }
  const missing = steps.filter(({ id }) => !references.has(id)).map(({ id }) => id);
  if (missing.length > 0) problems.push(`: missing ${missing.join(', ')}.`);
  return problems.length > 0 ? refuse(...problems) : references;
}
