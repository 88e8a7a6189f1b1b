import type { Parameter } from '../parameters/parameters.ts';
import { ParameterProblem } from '../parameters/parameters.ts';
import { checkbox, decimal, list, named, optional, parseEach, quote, required, text } from '../parameters/parsers.ts';

const apiKey = field<string>({
  name: 'EcsCanary.Octopus.ApiKey',
  label: 'Octopus API key',
  help: 'An API key of a user who may edit step templates and projects in this space, for example `#{Canary.ApiKey}`, a sensitive variable. Create one in Octopus under your profile, *My API keys*. Required.',
  control: 'Sensitive',
  parse: required(text),
});

const project = field<string | undefined>({
  name: 'EcsCanary.Project',
  label: 'Project',
  help: 'The name of the project to create or to complete, for example `shop`. If blank, only the step templates are created or upgraded.',
  parse: optional(text),
});

const account = field<string | undefined>({
  name: 'EcsCanary.Account',
  label: 'AWS account',
  help: 'The name of the AWS account in Octopus that the steps use, for example `AWS production`. Blank to leave the variable `Canary.AWS.Account` as it is.',
  parse: optional(text),
});

const workerPool = field<string | undefined>({
  name: 'EcsCanary.WorkerPool',
  label: 'Worker pool',
  help: 'The name of the worker pool that the steps run on, for example `Hosted Ubuntu`. Blank to leave each step as it is.',
  parse: optional(text),
});

const containerImage = field<string | undefined>({
  name: 'EcsCanary.ContainerImage',
  label: 'Container image',
  help: 'The image that the steps run in, for example `octopusdeploy/worker-tools:6.5.2-ubuntu.24.04`, which has Node.js. Blank to leave each step as it is.',
  parse: optional(text),
});

const containerFeed = field<string | undefined>({
  name: 'EcsCanary.ContainerFeed',
  label: 'Container feed',
  help: 'The name of the feed from which that image comes, for example `Docker Hub`. If blank, the only container registry of the space.',
  parse: optional(text),
});

const teams = field<readonly string[]>({
  name: 'EcsCanary.Teams',
  label: 'Teams that approve',
  help: 'Names of the teams that may approve, separated by commas, for example `Release managers, Shop`. Blank to leave the approvals as they are; in new ones, anyone who may deploy may also approve.',
  parse: list(),
});

const weights = field<readonly number[]>({
  name: 'EcsCanary.Weights',
  label: 'Shares of green',
  help: "Green's share at each shift, in percent, ascending and separated by commas, for example `10,50`. Promotion to 100 always follows.",
  defaultValue: '10,50',
  parse: (raw) => ascending(required(list(decimal(0.1, 99.9, 1)))(raw)),
});

const variables = field<Readonly<Record<string, string>>>({
  name: 'EcsCanary.Variables',
  label: 'Values of project variables',
  help: 'One `NAME=value` on each line, for example `Canary.StackName=shop`. Type `##{…}` for what each deployment should evaluate. Variables that you leave out keep their values.',
  control: 'MultiLineText',
  parse: parseVariables,
});

const watch = yes(
  'EcsCanary.Watch',
  'Watch each shift',
  'Untick to leave out the Watch step after each shift, and the runbook Guard Canary. The approvals then show neither errors nor latency.',
);

const guard = yes(
  'EcsCanary.Guard',
  'Guard the canary',
  'Untick to leave out the runbook Guard Canary, which takes traffic from a bad green while an approval waits.',
);

const dryRun = yes(
  'EcsCanary.DryRun',
  'Dry run',
  'Leave this ticked to see everything that would change; nothing is then written. Untick it to make the changes.',
);

const testRule = yes(
  'EcsCanary.TestRule',
  'Advanced: test rule',
  'Untick to leave out the step Add Test Rule, with which testers reach green before the first shift.',
);

const ownTemplate = no(
  'EcsCanary.OwnTemplate',
  'Advanced: own CloudFormation template',
  'Tick to deploy your own CloudFormation template with Deploy Own Template, instead of the built-in one with Deploy Stack.',
);

const projectGroup = field<string | undefined>({
  name: 'EcsCanary.ProjectGroup',
  label: 'Advanced: project group',
  help: 'The name of the project group of a new project, for example `Web`. If blank, the default group.',
  parse: optional(text),
});

const lifecycle = field<string | undefined>({
  name: 'EcsCanary.Lifecycle',
  label: 'Advanced: lifecycle',
  help: 'The name of the lifecycle of a new project, for example `Staging first`. If blank, the default lifecycle.',
  parse: optional(text),
});

const updateUsages = no(
  'EcsCanary.UpdateUsages',
  'Advanced: upgrade every step',
  'Tick to move every step in the space, also in other projects, to the new version of its step template.',
);

const resetSteps = no(
  'EcsCanary.ResetSteps',
  'Advanced: undo edits',
  'Tick to undo edits that somebody made to the steps in Octopus: run conditions, instructions and parameters.',
);

const url = field<string | undefined>({
  name: 'EcsCanary.Octopus.Url',
  label: 'Advanced: Octopus URL',
  help: 'The address of the Octopus web portal as the worker reaches it, for example `https://octopus.example.com`. If blank, the one that Octopus gives.',
  parse: optional(text),
});

const space = field<string | undefined>({
  name: 'EcsCanary.Octopus.Space',
  label: 'Advanced: space',
  help: 'The name of the space, for example `Default`. If blank, the space in which this step runs.',
  parse: optional(text),
});

/** The form, in its order. */
export const setUpParameters = {
  apiKey,
  project,
  account,
  workerPool,
  containerImage,
  containerFeed,
  teams,
  weights,
  variables,
  watch,
  guard,
  dryRun,
  testRule,
  ownTemplate,
  projectGroup,
  lifecycle,
  updateUsages,
  resetSteps,
  url,
  space,
} as const;

type Field<T> = Omit<Parameter<T>, 'control' | 'defaultValue'> & Partial<Parameter<T>>;

function field<T>(declared: Field<T>): Parameter<T> {
  return { control: 'SingleLineText', defaultValue: '', ...declared };
}

function yes(name: string, label: string, help: string): Parameter<boolean> {
  return { name, label, help, control: 'Checkbox', defaultValue: 'True', parse: tickedUnlessSaid };
}

/** A value of blanks only says nothing, so that a dry run stays one. */
function tickedUnlessSaid(raw: string): boolean {
  return raw.trim() === '' || checkbox(raw);
}

function no(name: string, label: string, help: string): Parameter<boolean> {
  return { ...yes(name, label, help), defaultValue: 'False', parse: checkbox };
}

function ascending(shares: readonly number[]): readonly number[] {
  if (shares.every((share, index) => share > (shares[index - 1] ?? 0))) return shares;
  throw new ParameterProblem(`${quote(shares.join(','))} does not ascend; type for example 10,50.`);
}

// Not keyedLines: a value may hold #{…}, which is for the deployments to evaluate.
function parseVariables(raw: string): Readonly<Record<string, string>> {
  const lines = raw.split(/\r\n|\r|\n/).map((line, index) => ({ line, place: `line ${index + 1}` }));
  const seen = new Set<string>();
  const pairs = parseEach(
    lines.filter(({ line }) => line.trim() !== ''),
    ({ line, place }) =>
      named(place, () => {
        const [, name = '', value = ''] = /^\s*([^=]*[^=\s])\s*=\s*(.*?)\s*$/.exec(line) ?? [];
        if (name === '') throw new ParameterProblem('it does not have the form NAME=value.');
        if (seen.has(name)) throw new ParameterProblem(`${quote(name)} is given twice.`);
        seen.add(name);
        return [name, value] as const;
      }),
  );
  return Object.fromEntries(pairs);
}
