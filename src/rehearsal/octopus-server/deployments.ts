import { runScript } from '../script-run.ts';
import { createVariables, type Variables } from '../substitution.ts';
import { findIn } from './lookup.ts';
import { page } from './paging.ts';
import { notFound } from './refusal.ts';
import { requiredText, type SpaceRequest } from './request.ts';
import type { Action, Release, SpaceState, Step } from './state.ts';
import { isActive, type PersonAnswer, type Task } from './task.ts';

/** A project has one channel here. */
export function listChannels(request: SpaceRequest): object {
  const project = findIn(request.space.projects, request.parts[0] ?? '');
  return page([{ Id: `Channels-${project.Id}`, Name: 'Default', ProjectId: project.Id }], request);
}

/** Starts a deployment of a release; its scripts run on this machine, and nobody gives them credentials. */
export function createDeployment({ space, body }: SpaceRequest): object {
  const id = requiredText(body, 'ReleaseId');
  const release = space.releases.find(({ Id }) => Id === id);
  if (release === undefined) throw notFound(id);
  const environment = findIn(space.plain.environments, requiredText(body, 'EnvironmentId'));
  const number = space.tasks.length + 1;
  const task: Task = {
    ...{ Id: `ServerTasks-${number}`, Name: 'Deploy', deploymentId: `Deployments-${number}`, state: 'Executing' },
    ...{ log: new Map(), artifacts: [], interruptions: [], kill: undefined },
  };
  space.tasks.push(task);
  run(space, release, environment.Name, task).catch(() => {
    task.state = 'Failed';
  });
  return { Id: task.deploymentId, Name: environment.Name, ReleaseId: id, TaskId: task.Id };
}

type Entry = readonly [name: string, value: string];

async function run(space: SpaceState, release: Release, environment: string, task: Task): Promise<void> {
  const known: Entry[] = [
    ...variablesOf(space, release),
    ['Octopus.Deployment.Id', task.deploymentId],
    ['Octopus.Environment.Name', environment],
    ['Octopus.Release.Number', release.Version],
    ['Octopus.Task.Id', task.Id],
  ];
  let failed = false;
  for (const step of release.process.Steps) {
    for (const action of step.Actions) {
      const variables = createVariables([...known, ...propertiesOf(action)]);
      if (!isDue(step, failed, variables)) continue;
      const { succeeded, outputs } = await runAction(action, variables, task);
      if (!isActive(task)) return;
      known.push(...outputs.map(([name, value]) => [`Octopus.Action[${action.Name}].Output.${name}`, value] as const));
      if (!succeeded) known.push(['Octopus.Deployment.Error', 'The deployment failed because a step failed.']);
      failed ||= !succeeded;
    }
  }
  task.state = failed ? 'Failed' : 'Success';
}

function variablesOf(space: SpaceState, { ProjectId }: Release): readonly Entry[] {
  const { ['VariableSetId']: id } = findIn(space.projects, ProjectId);
  const variables = space.variableSets.get(String(id))?.Variables ?? [];
  return variables.map(({ Name, ['Value']: value }) => [Name, String(value ?? '')]);
}

function propertiesOf({ Properties, Name }: Action): readonly Entry[] {
  const texts = Object.entries(Properties).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return [...texts, ['Octopus.Action.Name', Name]];
}

function isDue(
  { ['Condition']: condition, ['Properties']: given }: Step,
  failed: boolean,
  variables: Variables,
): boolean {
  const properties = given as Readonly<Record<string, string>>;
  if (condition === 'Variable') return variables.holds(properties['Octopus.Step.ConditionVariableExpression'] ?? '');
  return condition === 'Always' || failed === (condition === 'Failure');
}

interface Outcome {
  readonly succeeded: boolean;
  readonly outputs: readonly Entry[];
}

function runAction(action: Action, variables: Variables, task: Task): Promise<Outcome> {
  return action.ActionType === 'Octopus.Manual' ? ask(action, variables, task) : execute(action, variables, task);
}

async function ask({ Name }: Action, variables: Variables, task: Task): Promise<Outcome> {
  const instructions = variables.get('Octopus.Action.Manual.Instructions') ?? '';
  const { proceed, notes } = await new Promise<PersonAnswer>((decide) => {
    const Id = `Interruptions-${task.Id}-${task.interruptions.length + 1}`;
    task.interruptions.push({ Id, Name, instructions, responsible: null, answer: undefined, decide });
  });
  const outputs: readonly Entry[] = [
    ['Manual.Approved', proceed ? 'True' : 'False'],
    ['Manual.Notes', notes],
    ['Manual.ResponsibleUser.Id', 'Users-1'],
    ['Manual.ResponsibleUser.Username', 'rehearsal'],
  ];
  return { succeeded: proceed, outputs };
}

async function execute({ Name, Properties }: Action, variables: Variables, task: Task): Promise<Outcome> {
  const lines: string[] = [];
  task.log.set(Name, lines);
  const script = await runScript({
    scriptBody: String(Properties['Octopus.Action.Script.ScriptBody'] ?? ''),
    variables,
    environment: {},
    log: (_, text) => void lines.push(text),
    onStart: (kill) => {
      task.kill = kill;
      if (!isActive(task)) kill();
    },
  });
  task.kill = undefined;
  task.artifacts.push(...script.collected.keys());
  const outputs = [...script.variables].map(([name, { value }]) => [name, value] as const);
  return { succeeded: script.exitCode === 0, outputs };
}
