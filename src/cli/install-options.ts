import { projectVariables } from '../octopus/process/project-variables.ts';
import { type ReadArguments, readArguments } from './arguments.ts';
import { readList } from './process-options.ts';
import { UsageError } from './usage-error.ts';
import { readWeights } from './weights-option.ts';

/** What `install` was asked to do. */
export interface InstallCommand {
  readonly help: boolean;
  readonly url: string;
  readonly apiKey: string;
  readonly space: string | undefined;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly updateUsages: boolean;
  readonly project: ProjectOptions | undefined;
}

export interface ProjectOptions {
  readonly name: string;
  readonly weights: readonly number[];
  readonly testRule: boolean;
  readonly ownTemplate: boolean;
  readonly teams: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly account: string | undefined;
  readonly projectGroup: string | undefined;
  readonly lifecycle: string | undefined;
  readonly workerPool: string | undefined;
  readonly containerImage: string | undefined;
  readonly containerFeed: string | undefined;
  readonly resetSteps: boolean;
}

export const installHelp = `Usage: octopus-ecs-canary install --url URL [options]

Puts the step templates into a space of an Octopus Server, and a whole project if one is named.
It shows what it would do, asks, never deletes anything, and changes nothing when it is run again.
The API key is read from the environment variable OCTOPUS_API_KEY, and from nowhere else.

  --url URL                 address of the Octopus web portal (or OCTOPUS_URL)
  --space SPACE             name of the space (or OCTOPUS_SPACE); needed when the key sees several
  --dry-run                 show the plan, change nothing
  --yes                     do not ask
  --update-usages           move every step of the space to the new version of its template

  --project NAME            create or complete this project: variables, process, rollback runbook
  --weights 10,50           green's share at each shift, in percent, rising
  --no-test-rule            without the step Add Test Rule
  --own-template            deploy a CloudFormation template of your own, with Deploy Own Template
                            in place of Deploy Stack, which has a built-in template
  --variable NAME=VALUE     value of a project variable, such as Canary.StackName=shop; may be repeated
  --account NAME            the AWS account in Octopus
  --responsible-teams A,B   who may approve
  --worker-pool NAME        where the steps run
  --container-image IMAGE   the image that the steps run in
  --container-feed NAME     the registry of that image; needed when the space has several
  --project-group NAME      for a new project (the default group)
  --lifecycle NAME          for a new project (the default lifecycle)
  --reset-steps             give steps back what was edited in Octopus: run conditions, instructions, parameters
  --help                    this text`;

/**
 * Reads the arguments of `install`, and the environment as Octopus's own CLI does.
 * @throws UsageError with every problem at once
 */
export function readInstallCommand(args: readonly string[], environment: NodeJS.ProcessEnv): InstallCommand {
  const read = readArguments(args, {
    ...Object.fromEntries([...texts, ...projectTexts].map((name) => [name, { type: 'string' as const }])),
    ...Object.fromEntries([...flags, ...projectFlags].map((name) => [name, { type: 'boolean' as const }])),
    variable: { type: 'string', multiple: true },
  });
  const { values, problems } = read;
  const command: InstallCommand = {
    help: values.has('help'),
    url: values.get('url')?.[0] ?? environment['OCTOPUS_URL'] ?? '',
    apiKey: environment['OCTOPUS_API_KEY'] ?? '',
    space: values.get('space')?.[0] ?? (environment['OCTOPUS_SPACE'] || undefined),
    yes: values.has('yes'),
    dryRun: values.has('dry-run'),
    updateUsages: values.has('update-usages'),
    project: readProject(read),
  };
  if (command.url === '') problems.push('Say where Octopus is: --url, or the environment variable OCTOPUS_URL.');
  if (command.apiKey === '') problems.push(noKey);
  if (problems.length > 0 && !command.help) throw new UsageError(problems, 'See octopus-ecs-canary install --help.');
  return command;
}

const texts = ['url', 'space', 'project'];
const flags = ['yes', 'dry-run', 'update-usages', 'help'];
const projectTexts = [
  'weights',
  'account',
  'responsible-teams',
  'worker-pool',
  'container-image',
  'container-feed',
  'project-group',
  'lifecycle',
];
const projectFlags = ['no-test-rule', 'own-template', 'reset-steps'];

const noKey =
  'There is no API key: put it into the environment variable OCTOPUS_API_KEY. Make one in Octopus under your profile, My API keys.';

function readProject(read: ReadArguments): ProjectOptions | undefined {
  const { values, problems } = read;
  const first = (name: string): string | undefined => values.get(name)?.[0];
  const name = first('project');
  if (name === undefined) {
    const idle = [...projectTexts, ...projectFlags, 'variable'].filter((option) => values.has(option));
    for (const option of idle) problems.push(`--${option} needs --project.`);
    return undefined;
  }
  const ownTemplate = values.has('own-template');
  return {
    name,
    weights: readWeights(read),
    testRule: !values.has('no-test-rule'),
    ownTemplate,
    teams: readList(read, 'responsible-teams'),
    variables: readVariables(read, ownTemplate),
    account: first('account'),
    projectGroup: first('project-group'),
    lifecycle: first('lifecycle'),
    workerPool: first('worker-pool'),
    containerImage: first('container-image'),
    containerFeed: first('container-feed'),
    resetSteps: values.has('reset-steps'),
  };
}

function readVariables({ values, problems }: ReadArguments, ownTemplate: boolean): Readonly<Record<string, string>> {
  const known = projectVariables(ownTemplate).filter(({ type }) => type === 'String');
  const variables: Record<string, string> = {};
  for (const item of values.get('variable') ?? []) {
    const [, name = '', value = ''] = /^([^=]+)=([\s\S]*)$/.exec(item) ?? [];
    if (name === '') problems.push(`--variable "${item}" is not of the form NAME=VALUE.`);
    else if (known.some((variable) => variable.name === name)) variables[name] = value;
    else problems.push(`--variable ${name} is unknown; known are ${known.map((each) => each.name).join(', ')}.`);
  }
  return variables;
}
