import { findIn } from './lookup.ts';
import { page } from './paging.ts';
import { createProcess } from './processes.ts';
import { invalid, notFound } from './refusal.ts';
import { requiredText, type SpaceRequest } from './request.ts';
import { type Process, type Resource, type Snapshot, type SpaceState, slugOf } from './state.ts';

/** The runbooks of a project. */
export function listRunbooks(request: SpaceRequest): object {
  return page(runbooksOf(request), request);
}

export function getRunbook({ space, parts }: SpaceRequest): object {
  return findIn(space.runbooks, parts[0] ?? '');
}

/** Creates a runbook with an empty process. */
export function createRunbook(request: SpaceRequest): object {
  const { space, parts, body } = request;
  const name = requiredText(body, 'Name');
  const project = findIn(space.projects, parts[0] ?? '');
  if (runbooksOf(request).some(({ Name }) => Name.toLowerCase() === name.toLowerCase())) {
    throw invalid(`A runbook with the name '${name}' already exists. Please choose a different name.`);
  }
  const id = `Runbooks-${space.runbooks.length + 1}`;
  const runbook = {
    ...structuredClone(body),
    Id: id,
    Name: name,
    Slug: slugOf(name),
    SpaceId: space.id,
    ProjectId: project.Id,
    RunRetentionPolicy: completeRetention(body['RunRetentionPolicy'] as Partial<Retention> | undefined),
    RunbookProcessId: `RunbookProcess-${id}`,
    PublishedRunbookSnapshotId: null,
    Links: {},
  };
  space.runbooks.push(runbook);
  createProcess(space, runbook.RunbookProcessId, { ProjectId: project.Id, RunbookId: id });
  return runbook;
}

interface Retention {
  readonly Strategy: 'Default' | 'Forever' | 'Count';
  readonly QuantityToKeep: number;
  readonly Unit: 'Items' | 'Days';
  readonly ShouldKeepForever: boolean;
}

// Old requests have no strategy, so it is inferred; 100 is the default only together with its unit.
function completeRetention(given: Partial<Retention> = { Strategy: 'Default' }): Retention {
  const { QuantityToKeep = 100, ShouldKeepForever = false, Unit, Strategy } = given;
  const forever = ShouldKeepForever || QuantityToKeep === 0;
  const inferred = forever ? 'Forever' : QuantityToKeep === 100 && Unit === 'Items' ? 'Default' : 'Count';
  const strategy = Strategy ?? inferred;
  return { Strategy: strategy, QuantityToKeep, Unit: Unit ?? 'Items', ShouldKeepForever: strategy === 'Forever' };
}

function runbooksOf({ space, parts }: SpaceRequest): readonly Resource[] {
  const project = findIn(space.projects, parts[0] ?? '');
  return space.runbooks.filter(({ ProjectId }) => ProjectId === project.Id);
}

/** What a new snapshot would be named, and the packages that it needs versions of. */
export function getSnapshotTemplate({ space, parts: [processId = ''] }: SpaceRequest): object {
  const { Id: id, process } = ownerOf(space, processId);
  const Packages = process.Steps.flatMap(({ Actions }) =>
    Actions.flatMap((action) => (action['Packages'] ?? []) as object[]),
  );
  const count = space.snapshots.filter(({ RunbookId }) => RunbookId === id).length;
  return { Id: null, RunbookId: id, NextNameIncrement: `Snapshot ${count + 1}`, Packages, Links: {} };
}

/** Keeps the process and the variables of a runbook as they are now, and publishes them if the query says so. */
export function createSnapshot({ space, body, query, settings }: SpaceRequest): object {
  const runbook = findIn(space.runbooks, requiredText(body, 'RunbookId'));
  const name = requiredText(body, 'Name');
  const project = findIn(space.projects, String(runbook['ProjectId']));
  if (space.snapshots.some((other) => other.RunbookId === runbook.Id && other.Name === name)) {
    throw invalid(`A snapshot with the name '${name}' already exists. Please choose a different name.`);
  }
  const snapshot: Snapshot = {
    Id: `RunbookSnapshots-${space.snapshots.length + 1}`,
    Name: name,
    RunbookId: runbook.Id,
    ProjectId: project.Id,
    processVersion: ownerOf(space, String(runbook['RunbookProcessId'])).process.Version,
    variablesVersion: space.variableSets.get(String(project['VariableSetId']))?.Version ?? 0,
  };
  space.snapshots.push(snapshot);
  if (settings.publishesSnapshots && query.get('publish') === 'true')
    runbook['PublishedRunbookSnapshotId'] = snapshot.Id;
  return snapshot;
}

/** What has changed since a snapshot was made. */
export function getRunTemplate({ space, parts: [id = ''] }: SpaceRequest): object {
  const snapshot = space.snapshots.find(({ Id }) => Id === id);
  if (snapshot === undefined) throw notFound(id);
  const runbook = findIn(space.runbooks, snapshot.RunbookId);
  const project = findIn(space.projects, snapshot.ProjectId);
  const { process } = ownerOf(space, String(runbook['RunbookProcessId']));
  const variables = space.variableSets.get(String(project['VariableSetId']));
  return {
    IsRunbookProcessModified: process.Version !== snapshot.processVersion,
    IsVariableSetModified: variables?.Version !== snapshot.variablesVersion,
    IsLibraryVariableSetModified: false,
    PromoteTo: [],
    Links: {},
  };
}

function ownerOf(space: SpaceState, processId: string): { Id: string; process: Process } {
  const process = space.processes.get(processId);
  if (process?.RunbookId === undefined) throw notFound(processId);
  return { Id: process.RunbookId, process };
}
