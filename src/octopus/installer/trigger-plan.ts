import type { ScheduledTrigger } from '../process/definition.ts';
import { type Plan, type PlannedChange, unchanged } from './plan.ts';
import type { Lifecycle, NamedResource, Project, Runbook, Trigger, Variable } from './resources.ts';
import type { FoundRunbook } from './runbook-target.ts';
import { named, type SpaceClient } from './space-client.ts';
import { changedMeanwhile } from './template-plan.ts';

/**
 * Plans the scheduled trigger of a runbook; one that is there stays as it is.
 * @param willBePublished whether the runbook has a published snapshot by then, because triggers run nothing else
 */
export async function planTrigger(space: SpaceClient, found: FoundRunbook, willBePublished: boolean): Promise<Plan> {
  const { runbook, project, request } = found;
  const { trigger } = runbook;
  if (trigger === undefined) return { changes: [], toDo: [] };
  const what = `scheduled trigger ${trigger.name}`;
  const present = project() === undefined ? [] : await listTriggers(space, project() as Project);
  const ours = findOurs(present, found.existing);
  if (ours !== undefined) {
    const notes = ours.IsDisabled ? ['It is disabled.'] : [];
    return { changes: [unchanged(`scheduled trigger ${ours.Name}`, notes)], toDo: [] };
  }
  if (named(present, trigger.name) !== undefined) {
    return leave(
      `Add a scheduled trigger for the runbook ${runbook.name}: the existing trigger with this name runs something else.`,
    );
  }
  if (!willBePublished)
    return leave(`Then add a scheduled trigger for it, or run ${space.wording.runner} again, which does so.`);
  const environments = await findEnvironments(space, request.existing?.LifecycleId ?? request.lifecycleId, found);
  if (environments.length === 0) {
    return leave(
      `Add a scheduled trigger for the runbook ${runbook.name}: Canary.StackName has no value in any environment.`,
    );
  }
  const names = environments.map(({ Name }) => Name).join(', ');
  const change: PlannedChange = {
    kind: 'create',
    what,
    differences: [`runs the runbook every five minutes (${trigger.cronExpression}) in ${names}`],
    notes: [],
    apply: () => createTrigger(space, found, trigger, environments),
  };
  return { changes: [change], toDo: [] };
}

function leave(toDo: string): Plan {
  return { changes: [], toDo: [toDo] };
}

function listTriggers(space: SpaceClient, { Id, Name }: Project): Promise<readonly Trigger[]> {
  return space.list(`projects/${Id}/triggers`, `listing the triggers of ${Name}`);
}

function findOurs(triggers: readonly Trigger[], runbook: Runbook | undefined): Trigger | undefined {
  return runbook && triggers.find(({ Action }) => Action.RunbookId === runbook.Id);
}

/** Where the project may be deployed to and its stack has a name: elsewhere every run would fail. */
async function findEnvironments(
  space: SpaceClient,
  lifecycleId: string,
  { variables }: FoundRunbook,
): Promise<readonly NamedResource[]> {
  const { Phases = [] } = await space.get<Lifecycle>(`lifecycles/${lifecycleId}`, 'reading the lifecycle');
  const environments = await space.list<NamedResource>('environments', 'listing the environments');
  const phases = Phases.map((phase) => [...phase.AutomaticDeploymentTargets, ...phase.OptionalDeploymentTargets]);
  // A lifecycle without phases, and a phase without environments, allow all of them.
  const isAllowed = (id: string): boolean =>
    phases.length === 0 || phases.some((ids) => ids.length === 0 || ids.includes(id));
  return environments.filter(({ Id }) => isAllowed(Id) && hasStack(variables.variables, Id));
}

function hasStack(variables: readonly Variable[], environment: string): boolean {
  return variables.some(({ Name, Value, Scope }) => {
    const scope = Scope?.Environment ?? [];
    return Name === 'Canary.StackName' && Boolean(Value) && (scope.length === 0 || scope.includes(environment));
  });
}

async function createTrigger(
  space: SpaceClient,
  { project, made, runbook }: FoundRunbook,
  { name, description, cronExpression }: ScheduledTrigger,
  environments: readonly NamedResource[],
): Promise<readonly string[]> {
  const owner = project() as Project;
  const find = async (): Promise<Trigger | undefined> => findOurs(await listTriggers(space, owner), made());
  if ((await find()) !== undefined)
    throw changedMeanwhile(`A trigger of the runbook ${runbook.name} was created`, space.wording);
  const body = {
    Name: name,
    Description: description,
    ProjectId: owner.Id,
    SpaceId: owner['SpaceId'],
    IsDisabled: false,
    Filter: { FilterType: 'CronExpressionSchedule', CronExpression: cronExpression, Timezone: 'UTC' },
    Action: {
      ActionType: 'RunRunbook',
      RunbookId: made().Id,
      EnvironmentIds: environments.map(({ Id }) => Id),
      TenantIds: [],
      TenantTags: [],
    },
  };
  await space.post<Trigger>('projecttriggers', body, { doing: `creating the scheduled trigger ${name}`, landed: find });
  return [];
}
