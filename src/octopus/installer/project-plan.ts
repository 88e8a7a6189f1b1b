import type { ProcessDefinition } from '../process/definition.ts';
import { renderProcessSteps } from '../process/json.ts';
import { healthPathVariable } from '../process/project-variables.ts';
import { type Plan, type PlannedChange, unchanged } from './plan.ts';
import type { Overrides } from './process-merge.ts';
import { placementOf, planProcess, withoutTargets } from './process-plan.ts';
import type { ResolvedRequest } from './project-request.ts';
import type { Process, Project, VariableSet } from './resources.ts';
import { planRunbook } from './runbook-plan.ts';
import { planSettings } from './settings-plan.ts';
import type { SpaceClient } from './space-client.ts';
import { changedMeanwhile, type TemplatePlan } from './template-plan.ts';
import { type MergedVariables, mergeVariables, type PlannedVariables } from './variable-plan.ts';
import type { Wording } from './wording.ts';

/** What a project needs; its health check path if nobody gave one yet. */
export interface ProjectPlan extends Plan {
  readonly healthPath: string | undefined;
}

/** Compares the project with the requested one: variables, process, runbooks and their triggers. */
export async function planProject(
  space: SpaceClient,
  request: ResolvedRequest,
  templates: TemplatePlan,
): Promise<ProjectPlan> {
  // Later changes find here what earlier ones created.
  const made: Made = { project: request.existing };
  const project = planProjectItself(space, request, made);
  const settings = await planSettings(space, { name: request.name, project: () => made.project });
  const variables = await planVariables(space, request, made);
  const current = made.project === undefined ? undefined : await space.getProcess(made.project);
  const process = planDeploymentProcess(space, request, { made, current }, templates);
  const runbooks: Plan[] = [];
  for (const runbook of request.runbooks) {
    runbooks.push(await planRunbook(space, { request, runbook, project: () => made.project, variables }, templates));
  }
  const toDo = [
    ...upgradeToDo(process, current),
    ...(variables.empty.length > 0 ? [`Set these project variables: ${variables.empty.join(', ')}.`] : []),
    ...findMissingPlaces(current, request, space.wording),
    ...runbooks.flatMap((runbook) => runbook.toDo),
  ];
  const ofRunbooks = runbooks.flatMap(({ changes }) => changes);
  const changes = [project, settings, variables.change, process, ...ofRunbooks];
  return { changes, toDo, healthPath: variables.preset.get(healthPathVariable) };
}

/** What an operator has to do before the first deployment with new steps. */
function upgradeToDo({ differences }: PlannedChange, current: Process | undefined): readonly string[] {
  const addsWatch = differences.some((line) => line.startsWith('adds the step Watch'));
  if (current === undefined || current.Steps.length === 0 || !addsWatch) return [];
  return [
    `Before you deploy: if a canary is open, promote it or roll it back. Give the AWS account this version's policies, because Watch Canary reads CloudWatch. CHANGELOG.md says what else is new, under "Before you upgrade".`,
  ];
}

/** Where nobody said what steps run on, and who approves. */
function findMissingPlaces(
  current: Process | undefined,
  { process, overrides }: ResolvedRequest,
  { give, names }: Wording,
): readonly string[] {
  const ours = new Set(process.steps.map(({ name }) => name.toLowerCase()));
  const actions = (current?.Steps ?? [])
    .filter(({ Name }) => ours.has(Name.toLowerCase()))
    .flatMap(({ Actions }) => Actions);
  const isNew = actions.length === 0;
  const lacksPlace = actions.some(
    (action) => action.ActionType !== manual && !action['WorkerPoolId'] && !action['WorkerPoolVariable'],
  );
  const lacksTeam = actions.some((action) => action.ActionType === manual && !action.Properties[teamsProperty]);
  return [
    ...((isNew || lacksPlace) && overrides.workerPool === undefined && overrides.container === undefined
      ? [
          `Choose a worker pool and a container image for each step, or ${give} ${names.workerPool} and ${names.containerImage}.`,
        ]
      : []),
    ...((isNew || lacksTeam) && overrides.responsibleTeamIds === undefined
      ? [`Anyone who may deploy can approve now. Name the teams in each approval, or ${give} ${names.teams}.`]
      : []),
  ];
}

const manual = 'Octopus.Manual';
const teamsProperty = 'Octopus.Action.Manual.ResponsibleTeamIds';

interface Made {
  project: Project | undefined;
}

function planProjectItself(space: SpaceClient, request: ResolvedRequest, made: Made): PlannedChange {
  const what = `project ${request.name}`;
  if (request.existing !== undefined) return unchanged(what);
  return {
    kind: 'create',
    what,
    differences: [],
    notes: [],
    apply: async () => {
      if ((await space.findProject(request.name)) !== undefined)
        throw changedMeanwhile(`The ${what} was created`, space.wording);
      made.project = await space.createProject({
        Name: request.name,
        Description: 'ECS canaries with manual approval, created by octopus-ecs-canary.',
        ProjectGroupId: request.projectGroupId,
        LifecycleId: request.lifecycleId,
        ProjectConnectivityPolicy: withoutTargets,
      });
      return [];
    },
  };
}

async function planVariables(space: SpaceClient, request: ResolvedRequest, made: Made): Promise<PlannedVariables> {
  const what = `variables of ${request.name}`;
  const read = (): Promise<VariableSet> => space.get(`variables/${made.project?.VariableSetId}`, `reading the ${what}`);
  const planned = made.project === undefined ? undefined : await read();
  const merged = mergeVariables(planned?.Variables ?? [], request);
  if (planned !== undefined && merged.differences.length === 0) return { ...merged, change: unchanged(what) };
  const apply = async (): Promise<readonly string[]> => {
    const current = await read();
    const next = mergeVariables(current.Variables, request);
    if (next.differences.length === 0) return ['They were already up to date.'];
    if (current.Version !== (planned?.Version ?? 0)) throw changedMeanwhile(`The ${what} were saved`, space.wording);
    await saveVariables(space, current, next, read, request);
    return [];
  };
  return { ...merged, change: { kind: 'update', what, differences: merged.differences, notes: [], apply } };
}

async function saveVariables(
  space: SpaceClient,
  current: VariableSet,
  next: MergedVariables,
  read: () => Promise<VariableSet>,
  request: ResolvedRequest,
): Promise<void> {
  await space.put<VariableSet>(
    `variables/${current.Id}`,
    { ...current, Variables: next.variables },
    {
      doing: `saving the variables of ${request.name}`,
      landed: async () => {
        const now = await read();
        return mergeVariables(now.Variables, request).differences.length === 0 ? now : undefined;
      },
    },
  );
}

function planDeploymentProcess(
  space: SpaceClient,
  { name, process, formerProcesses = [], overrides }: ResolvedRequest,
  { made, current }: { readonly made: Made; readonly current: Process | undefined },
  templates: TemplatePlan,
): PlannedChange {
  const what = `deployment process of ${name}`;
  return planProcess(
    {
      what,
      current,
      render: (installed) => renderProcessSteps(withTeams(process, overrides), installed, placementOf(overrides)),
      renderFormer: (installed) => formerProcesses.flatMap((former) => renderProcessSteps(former, installed)),
      overrides,
      wording: space.wording,
      read: () => space.getProcess(made.project as Project),
      save: (next, landed) => space.saveProcess(made.project as Project, next, { doing: `saving the ${what}`, landed }),
    },
    templates,
  );
}

// People name teams, but Octopus stores their ids, which only the space knows.
function withTeams(process: ProcessDefinition, { responsibleTeamIds }: Overrides): ProcessDefinition {
  if (responsibleTeamIds === undefined) return process;
  const responsibleTeams = [responsibleTeamIds];
  return {
    ...process,
    steps: process.steps.map((step) => (step.kind === 'manual' ? { ...step, responsibleTeams } : step)),
  };
}
