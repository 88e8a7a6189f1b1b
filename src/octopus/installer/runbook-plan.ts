import type { RunbookDefinition } from '../process/definition.ts';
import { formerRunbook } from '../process/former-process.ts';
import { guidedFailureMode, renderRunbookSteps } from '../process/json.ts';
import { type Plan, type PlannedChange, unchanged } from './plan.ts';
import { placementOf, planProcess, withoutTargets } from './process-plan.ts';
import { planPublication } from './publication-plan.ts';
import type { Process, Project, Runbook } from './resources.ts';
import type { RunbookTarget } from './runbook-target.ts';
import { named, type SpaceClient } from './space-client.ts';
import type { TemplatePlan } from './template-plan.ts';
import { planTrigger } from './trigger-plan.ts';

/** Compares a runbook with ours: itself, its process, what is published of it, and its trigger. */
export async function planRunbook(space: SpaceClient, target: RunbookTarget, templates: TemplatePlan): Promise<Plan> {
  const { request, runbook, project } = target;
  const what = `runbook ${runbook.name}`;
  const find = async (): Promise<Runbook | undefined> =>
    named(await space.list<Runbook>(`projects/${project()?.Id}/runbooks`, 'listing the runbooks'), runbook.name);
  let made = project() === undefined ? undefined : await find();
  const pathOf = (): string => `projects/${project()?.Id}/runbookProcesses/${made?.RunbookProcessId}`;
  const read = (): Promise<Process> => space.get(pathOf(), `reading the process of the ${what}`);
  const process = planProcess(
    {
      what: `process of the ${what}`,
      current: made === undefined ? undefined : await read(),
      render: (installed) => renderRunbookSteps(runbook, installed, placementOf(request.overrides)),
      renderFormer: (installed) => renderRunbookSteps(formerRunbook(runbook), installed),
      overrides: request.overrides,
      wording: space.wording,
      read,
      save: (next, landed) =>
        space.put<Process>(pathOf(), next, { doing: `saving the process of the ${what}`, landed }),
    },
    templates,
  );
  const apply = async (): Promise<readonly string[]> => {
    made = await space.post<Runbook>(`projects/${project()?.Id}/runbooks`, newRunbook(runbook, project() as Project), {
      doing: `creating the ${what}`,
      landed: find,
    });
    return [];
  };
  const itself: PlannedChange =
    made === undefined ? { kind: 'create', what, differences: [], notes: [], apply } : unchanged(what);
  const found = { ...target, existing: made, made: () => made as Runbook };
  const publication = await planPublication(space, found, process);
  const trigger = await planTrigger(space, found, publication.willBePublished);
  return {
    changes: [itself, process, ...publication.changes, ...trigger.changes],
    toDo: [...publication.toDo, ...trigger.toDo],
  };
}

function newRunbook(runbook: RunbookDefinition, project: Project): object {
  return {
    Name: runbook.name,
    Slug: runbook.slug,
    Description: runbook.description,
    ProjectId: project.Id,
    SpaceId: project['SpaceId'],
    MultiTenancyMode: 'Untenanted',
    EnvironmentScope: 'All',
    Environments: [],
    DefaultGuidedFailureMode: guidedFailureMode(runbook),
    ConnectivityPolicy: withoutTargets,
    // The space's default; without its unit, 100 would be a setting of this runbook.
    RunRetentionPolicy: { Strategy: 'Default', QuantityToKeep: 100, Unit: 'Items', ShouldKeepForever: false },
  };
}
