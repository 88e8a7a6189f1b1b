import { createCommand, type OptionsOf } from '../command-line/command.ts';
import { readOptions } from '../command-line/read-options.ts';
import { names, refuse } from '../command-line/value-parsers.ts';
import { settableVariables } from '../octopus/process/project-variables.ts';
import { ParameterProblem } from '../parameters/parameters.ts';
import { findStepParameter } from '../steps/step-parameter.ts';
import { nameCommand } from './command-name.ts';
import { guardOption, ownTemplateOption, watchOption, weightsOption } from './process-shape-options.ts';

const projectGroup = 'Options for --project:';

function declareInstall() {
  return createCommand(
    nameCommand('install'),
    `Installs the step templates into a space of an Octopus Server and, with --project, sets up a whole project. It shows its plan and asks before it changes anything. It never deletes anything, and running it again changes nothing.
It reads the API key only from the environment variable OCTOPUS_API_KEY.`,
  )
    .option('--url <URL>', 'URL of the Octopus web portal; required, here or in OCTOPUS_URL')
    .option(
      '--space <SPACE>',
      'name of the space, here or in OCTOPUS_SPACE; required if the API key can access several',
    )
    .option('--dry-run', 'show the plan without changing anything')
    .option('--yes', 'make the changes without asking')
    .option('--update-usages', 'update every step in the space to the new version of its step template')
    .option('--project <NAME>', 'create or complete this project: variables, process, runbooks')
    .optionsGroup(projectGroup)
    .addOption(weightsOption())
    .option('--no-test-rule', 'leave out the step Add Test Rule')
    .addOption(watchOption())
    .addOption(guardOption())
    .addOption(ownTemplateOption())
    .option(
      '--variable <NAME=VALUE...>',
      'value of a project variable, such as Canary.StackName=shop; repeatable',
      addVariable,
    )
    .option('--account <NAME>', 'the AWS account in Octopus')
    .option('--responsible-teams <A,B>', 'teams that may approve', names)
    .option('--worker-pool <NAME>', 'worker pool that the steps run on')
    .option('--container-image <IMAGE>', 'container image that the steps run in')
    .option('--container-feed <NAME>', 'feed (registry) to pull that image from; required if the space has several')
    .option('--project-group <NAME>', 'for a new project (default: the default group)')
    .option('--lifecycle <NAME>', 'for a new project (default: the default lifecycle)')
    .option('--reset-steps', 'undo edits made to the steps in Octopus: run conditions, instructions, parameters');
}

/** The parsed arguments of `install`. */
export type InstallCommand = OptionsOf<typeof declareInstall> & { readonly url: string; readonly apiKey: string };

/**
 * Reads the arguments of `install`, and the environment variables that Octopus's own CLI reads.
 * @returns undefined after printing help
 * @throws UsageError with every problem at once
 */
export function readInstallCommand(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  write: (text: string) => void,
): InstallCommand | undefined {
  const declaration = declareInstall();
  const apiKey = environment['OCTOPUS_API_KEY'] ?? '';
  const values = readOptions(declaration, args, write, ({ url = environment['OCTOPUS_URL'], ...others }, isGiven) => {
    const ofProject = declaration.options.filter(({ helpGroupHeading }) => helpGroupHeading === projectGroup);
    const idle = isGiven('project') ? [] : ofProject.filter((option) => isGiven(option.name()));
    return [
      ...idle.map(({ long }) => `${long} needs --project.`),
      ...(isGiven('project') ? checkVariables(others) : []),
      ...(url ? [] : ['No Octopus URL was given: pass --url or set the environment variable OCTOPUS_URL.']),
      ...(apiKey === '' ? [noKey] : []),
    ];
  });
  if (values === undefined) return undefined;
  const space = values.space ?? environment['OCTOPUS_SPACE'];
  return { ...values, apiKey, url: values.url ?? environment['OCTOPUS_URL'] ?? '', ...(space && { space }) };
}

const noKey =
  'No API key was given: set the environment variable OCTOPUS_API_KEY. Create a key in Octopus under your profile, My API keys.';

type Variables = Readonly<Record<string, string>>;

function addVariable(typed: string, others: Variables = {}): Variables {
  const [, name, value = ''] = /^([^=]+)=([\s\S]*)$/.exec(typed) ?? [];
  return name === undefined ? refuse(`must have the form NAME=VALUE, not "${typed}".`) : { ...others, [name]: value };
}

type Values = Partial<OptionsOf<typeof declareInstall>>;

function checkVariables({ variable = {}, ownTemplate, watch }: Values): readonly string[] {
  const shape = { ownTemplate: ownTemplate === true, watch: watch !== false };
  const known = settableVariables(shape);
  const strangers = Object.keys(variable).filter((name) => !known.includes(name));
  return [
    ...strangers.map((name) =>
      settableVariables({ ...shape, watch: true }).includes(name)
        ? `--variable ${name} belongs to the Watch steps, which --no-watch leaves out.`
        : `--variable ${name} is unknown. Known variables: ${known.join(', ')}.`,
    ),
    ...Object.entries(variable).flatMap(([name, value]) => findBadValue(name, value)),
  ];
}

/** The steps would refuse it, but only in the first deployment; what Octopus evaluates is known only then. */
function findBadValue(name: string, value: string): string[] {
  const parameter = findStepParameter(name.replace(/^Canary\./, 'EcsCanary.'));
  if (parameter === undefined || value.trim() === '' || value.includes('#{')) return [];
  try {
    parameter.parse(value);
    return [];
  } catch (error) {
    if (error instanceof ParameterProblem) return [`--variable ${name}: ${error.message}`];
    throw error;
  }
}
