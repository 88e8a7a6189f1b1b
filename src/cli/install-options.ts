import { createCommand, type OptionsOf } from '../command-line/command.ts';
import { readOptions } from '../command-line/read-options.ts';
import { names, refuse } from '../command-line/value-parsers.ts';
import { projectVariables, type TemplateSource } from '../octopus/process/project-variables.ts';
import { templateSourceOption, weightsOption } from './process-shape-options.ts';

const projectGroup = 'Options for --project:';

function declareInstall() {
  return createCommand(
    'octopus-ecs-canary install',
    `Puts the step templates into a space of an Octopus Server, and a whole project if one is named. It shows what it would do, asks, never deletes anything, and changes nothing when it is run again.
The API key is read from the environment variable OCTOPUS_API_KEY, and from nowhere else.`,
  )
    .option('--url <URL>', 'address of the Octopus web portal; needed, here or in OCTOPUS_URL')
    .option('--space <SPACE>', 'name of the space; needed when the key sees several, here or in OCTOPUS_SPACE')
    .option('--dry-run', 'show the plan, change nothing')
    .option('--yes', 'do not ask')
    .option('--update-usages', 'move every step of the space to the new version of its template')
    .option('--project <NAME>', 'create or complete this project: variables, process, rollback runbook')
    .optionsGroup(projectGroup)
    .addOption(weightsOption())
    .option('--no-test-rule', 'without the step Add Test Rule')
    .addOption(templateSourceOption())
    .option(
      '--variable <NAME=VALUE...>',
      'value of a project variable, such as Canary.StackName=shop; may be repeated',
      addVariable,
    )
    .option('--account <NAME>', 'the AWS account in Octopus')
    .option('--responsible-teams <A,B>', 'who may approve', names)
    .option('--worker-pool <NAME>', 'where the steps run')
    .option('--container-image <IMAGE>', 'the image that the steps run in')
    .option('--container-feed <NAME>', 'the registry of that image; needed when the space has several')
    .option('--project-group <NAME>', 'for a new project (default: the default group)')
    .option('--lifecycle <NAME>', 'for a new project (default: the default lifecycle)')
    .option('--reset-steps', 'give steps back what was edited in Octopus: run conditions, instructions, parameters');
}

/** What `install` was asked to do. */
export type InstallCommand = OptionsOf<typeof declareInstall> & { readonly url: string; readonly apiKey: string };

/**
 * Reads the arguments of `install`, and the environment as Octopus's own CLI does; undefined where they ask for help,
 * which is written.
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
      ...(isGiven('project') ? checkVariables(others.variable, others.templateSource) : []),
      ...(url ? [] : ['Say where Octopus is: --url, or the environment variable OCTOPUS_URL.']),
      ...(apiKey === '' ? [noKey] : []),
    ];
  });
  if (values === undefined) return undefined;
  const space = values.space ?? environment['OCTOPUS_SPACE'];
  return { ...values, apiKey, url: values.url ?? environment['OCTOPUS_URL'] ?? '', ...(space && { space }) };
}

const noKey =
  'There is no API key: put it into the environment variable OCTOPUS_API_KEY. Make one in Octopus under your profile, My API keys.';

type Variables = Readonly<Record<string, string>>;

function addVariable(typed: string, others: Variables = {}): Variables {
  const [, name, value = ''] = /^([^=]+)=([\s\S]*)$/.exec(typed) ?? [];
  return name === undefined ? refuse(`"${typed}" is not of the form NAME=VALUE.`) : { ...others, [name]: value };
}

function checkVariables(variables: Variables = {}, source: TemplateSource = 'BuiltIn'): readonly string[] {
  const known = projectVariables(source).flatMap(({ type, name }) => (type === 'String' ? [name] : []));
  const strangers = Object.keys(variables).filter((name) => !known.includes(name));
  return strangers.map((name) => `--variable ${name} is unknown; known are ${known.join(', ')}.`);
}
