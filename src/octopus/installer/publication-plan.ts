import { InstallError } from './install-error.ts';
import { type Plan, type PlannedChange, unchanged } from './plan.ts';
import type { Runbook, SnapshotAge, SnapshotTemplate } from './resources.ts';
import type { FoundRunbook } from './runbook-target.ts';
import type { SpaceClient } from './space-client.ts';
import { inSentence } from './wording.ts';

/** Whether a runbook is published afterwards, and how. */
export interface PublicationPlan extends Plan {
  readonly willBePublished: boolean;
}

/** Plans to publish a runbook as it will be, unless that would publish what somebody else has not finished. */
export async function planPublication(
  space: SpaceClient,
  found: FoundRunbook,
  process: PlannedChange,
): Promise<PublicationPlan> {
  const { runbook, variables, existing } = found;
  const what = `published snapshot of the runbook ${runbook.name}`;
  const isPublished = Boolean(existing?.PublishedRunbookSnapshotId);
  const left = (why: string): PublicationPlan => ({
    changes: [],
    toDo: [`Publish the runbook ${runbook.name}${why}.`],
    willBePublished: isPublished,
  });
  const age = existing && isPublished ? await readAge(space, found, existing) : undefined;
  const isDue =
    age === undefined ||
    age.IsVariableSetModified ||
    age.IsLibraryVariableSetModified === true ||
    [process, variables.change].some(({ kind }) => kind !== 'unchanged');
  if (age?.IsRunbookProcessModified)
    return left(': its process has changed since it was published, so review it first');
  if (!isDue) return { changes: [unchanged(what)], toDo: [], willBePublished: true };
  if (variables.empty.length > 0) {
    return left(` once the variables have their values; ${space.wording.runner} does so if you run it again`);
  }
  if (existing !== undefined && (await readTemplate(space, existing, runbook.name)).Packages.length > 0) {
    return left(': it has packages whose versions you have to choose');
  }
  const differences = ['publishes the runbook with the variables as they are then'];
  const kind = isPublished ? 'update' : 'create';
  const apply = () => publish(space, found);
  return { changes: [{ kind, what, differences, notes: [], apply }], toDo: [], willBePublished: true };
}

function readAge(space: SpaceClient, { runbook }: FoundRunbook, existing: Runbook): Promise<SnapshotAge> {
  const path = `runbookSnapshots/${existing.PublishedRunbookSnapshotId}/runbookRuns/template`;
  return space.get(path, `reading what has changed since the runbook ${runbook.name} was published`);
}

function readTemplate(space: SpaceClient, { RunbookProcessId }: Runbook, name: string): Promise<SnapshotTemplate> {
  const path = `runbookProcesses/${RunbookProcessId}/runbookSnapshotTemplate`;
  return space.get(path, `preparing a snapshot of the runbook ${name}`);
}

async function publish(
  space: SpaceClient,
  { runbook, project, existing, made }: FoundRunbook,
): Promise<readonly string[]> {
  const { Id } = made();
  const readPublished = async (): Promise<object | undefined> => {
    const now = await space.get<Runbook>(`runbooks/${Id}`, `reading the runbook ${runbook.name}`);
    const [before, after] = [existing?.PublishedRunbookSnapshotId, now.PublishedRunbookSnapshotId];
    return (after ?? null) === (before ?? null) ? undefined : now;
  };
  if ((await readPublished()) !== undefined) return ['Somebody else published it in the meantime.'];
  const { NextNameIncrement } = await readTemplate(space, made(), runbook.name);
  const doing = `publishing the runbook ${runbook.name}`;
  const body = { ProjectId: project()?.Id, RunbookId: Id, Name: NextNameIncrement, Notes: null, SelectedPackages: [] };
  await space.post<object>('runbookSnapshots?publish=true', body, { doing, landed: readPublished });
  if ((await readPublished()) !== undefined) return [];
  throw new InstallError(
    `Octopus created the snapshot ${NextNameIncrement} of the runbook ${runbook.name}, but did not publish it.`,
    `Publish it in Octopus (the runbook, Snapshots), and ${inSentence(space.wording)}.`,
  );
}
