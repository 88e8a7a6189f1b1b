import type { ProcessDefinition } from '../process/definition.ts';
import { renderProcessSteps, renderRunbookSteps } from '../process/json.ts';
import type { Placement } from '../process/placement.ts';
import { type PlannedChange, unchanged } from './plan.ts';
import type { Overrides } from './process-merge.ts';
import { planProcess } from './process-plan.ts';
import type { ResolvedRequest } from './project-request.ts';
import type { Process, Project, Runbook, VariableSet } from './resources.ts';
import { planSettings } from './settings-plan.ts';
import { named, type SpaceClient } from './space-client.ts';
import { changedMeanwhile, type TemplatePlan } from './template-plan.ts';
import { type MergedVariables, mergeVariables } from './variable-plan.ts';

/** The changes to a project, in order, and what the operator must do afterwards. */
export interface ProjectPlan {
  readonly changes: readonly PlannedChange[];
  /** Sentences, one for each thing to do by hand. */
  readonly toDo: readonly string[];
}

/** Compares the project with the requested one: variables, process, runbook. */
export async function planProject(
  space: SpaceClient,
  request: ResolvedRequest,
  templates: TemplatePlan,
): Promise<ProjectPlan> {
  // Later changes find here what earlier ones created.
  const made: Made = { project: request.existing, runbook: undefined };
  const project = planProjectItself(space, request, made);
  const settings = await planSettings(space, { name: request.name, project: () => made.project });
  const variables = await planVariables(space, request, made);
  const process = await planDeploymentProcess(space, request, made, templates);
  const runbook = await planRunbook(space, request, made, templates);
  const toDo: string[] = [];
  if (variables.empty.length > 0) toDo.push(`Set these project variables: ${variables.empty.join(', ')}.`);
  const { workerPool, container } = request.overrides;
  if (request.existing === undefined && workerPool === undefined && container === undefined) {
    toDo.push('Choose a worker pool and a container image for each step, or pass --worker-pool and --container-image.');
  }
  if (runbook.some(({ kind }) => kind !== 'unchanged')) toDo.push(`Publish the runbook ${request.runbook.name}.`);
  return { changes: [project, settings, variables.change, process, ...runbook], toDo };
}

interface Made {
  project: Project | undefined;
  runbook: Runbook | undefined;
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
      if ((await space.findProject(request.name)) !== undefined) throw changedMeanwhile(`The ${what} was created`);
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

async function planVariables(
  space: SpaceClient,
  request: ResolvedRequest,
  made: Made,
): Promise<{ change: PlannedChange; empty: readonly string[] }> {
  const what = `variables of ${request.name}`;
  const read = (): Promise<VariableSet> => space.get(`variables/${made.project?.VariableSetId}`, `reading the ${what}`);
  const planned = made.project === undefined ? undefined : await read();
  const merged = mergeVariables(planned?.Variables ?? [], request);
  if (planned !== undefined && merged.differences.length === 0) return { change: unchanged(what), empty: merged.empty };
  const apply = async (): Promise<readonly string[]> => {
    const current = await read();
    const next = mergeVariables(current.Variables, request);
    if (next.differences.length === 0) return ['They were already up to date.'];
    if (current.Version !== (planned?.Version ?? 0)) throw changedMeanwhile(`The ${what} were saved`);
    await saveVariables(space, current, next, read, request);
    return [];
  };
  return { change: { kind: 'update', what, differences: merged.differences, notes: [], apply }, empty: merged.empty };
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

async function planDeploymentProcess(
  space: SpaceClient,
  { name, process, formerProcess, overrides }: ResolvedRequest,
  made: Made,
  templates: TemplatePlan,
): Promise<PlannedChange> {
  const what = `deployment process of ${name}`;
  return planProcess(
    {
      what,
      current: made.project === undefined ? undefined : await space.getProcess(made.project),
      render: (installed) => renderProcessSteps(withTeams(process, overrides), installed, placementOf(overrides)),
      renderFormer: (installed) => (formerProcess === undefined ? [] : renderProcessSteps(formerProcess, installed)),
      overrides,
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

function placementOf({ workerPool, container }: Overrides): Placement {
  return {
    ...(workerPool !== undefined && { workerPool: workerPool.id }),
    ...(container !== undefined && { container: { feed: container.FeedId, image: container.Image } }),
  };
}

async function planRunbook(
  space: SpaceClient,
  request: ResolvedRequest,
  made: Made,
  templates: TemplatePlan,
): Promise<readonly PlannedChange[]> {
  const { runbook, overrides } = request;
  const what = `runbook ${runbook.name}`;
  const find = async (): Promise<Runbook | undefined> =>
    named(await space.list<Runbook>(`projects/${made.project?.Id}/runbooks`, 'listing the runbooks'), runbook.name);
  const pathOf = (): string => `projects/${made.project?.Id}/runbookProcesses/${made.runbook?.RunbookProcessId}`;
  const read = (): Promise<Process> => space.get(pathOf(), `reading the process of the ${what}`);
  made.runbook = made.project === undefined ? undefined : await find();
  const process = planProcess(
    {
      what: `process of the ${what}`,
      current: made.runbook === undefined ? undefined : await read(),
      render: (installed) => renderRunbookSteps(runbook, installed, placementOf(overrides)),
      overrides,
      read,
      save: (next, landed) =>
        space.put<Process>(pathOf(), next, { doing: `saving the process of the ${what}`, landed }),
    },
    templates,
  );
  if (made.runbook !== undefined) return [unchanged(what), process];
  const apply = async (): Promise<readonly string[]> => {
    const body = newRunbook(request, made.project as Project);
    made.runbook = await space.post<Runbook>(`projects/${made.project?.Id}/runbooks`, body, {
      doing: `creating the ${what}`,
      landed: find,
    });
    return [];
  };
  return [{ kind: 'create', what, differences: [], notes: [], apply }, process];
}

function newRunbook({ runbook }: ResolvedRequest, project: Project): object {
  return {
    Name: runbook.name,
    Slug: runbook.slug,
    Description: runbook.description,
    ProjectId: project.Id,
    SpaceId: project['SpaceId'],
    MultiTenancyMode: 'Untenanted',
    EnvironmentScope: 'All',
    Environments: [],
    DefaultGuidedFailureMode: 'EnvironmentDefault',
    ConnectivityPolicy: withoutTargets,
    // The space's default; without its unit, 100 would be a setting of this runbook.
    RunRetentionPolicy: { Strategy: 'Default', QuantityToKeep: 100, Unit: 'Items', ShouldKeepForever: false },
  };
}

// All of the canary's steps run on workers.
const withoutTargets = {
  AllowDeploymentsToNoTargets: true,
  SkipMachineBehavior: 'None',
  TargetRoles: [],
  ExcludeUnhealthyTargets: false,
} as const;
