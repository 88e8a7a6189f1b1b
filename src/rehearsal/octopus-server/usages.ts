import { newestOf, versionOf } from './action-templates.ts';
import type { SpaceRequest } from './request.ts';
import type { Action, ActionTemplate, Process, Release, SpaceState, Step } from './state.ts';

/** Lists every step made from a template; what projects in Git use is known only from their releases. */
export function listUsages({ space, parts: [id = ''] }: SpaceRequest): object {
  newestOf(space, id);
  const released = space.releases.filter(({ Branch }) => Branch !== null);
  return [
    ...describeUsages(space, id, [...space.processes.values()]),
    ...released.flatMap((release) => describeUsages(space, id, [release.process], release)),
  ];
}

function describeUsages(
  space: SpaceState,
  id: string,
  processes: readonly Process[],
  release?: Pick<Release, 'Branch' | 'Version'>,
): readonly object[] {
  return usagesOf(processes, id).map(({ process, step, action }) => {
    const project = space.projects.find(({ Id }) => Id === process.ProjectId);
    const runbook = space.runbooks.find(({ Id }) => Id === process.RunbookId);
    return {
      ActionTemplateId: id,
      ProcessType: runbook === undefined ? 'Deployment' : 'Runbook',
      ProcessId: process.Id,
      DeploymentProcessId: runbook === undefined ? process.Id : null,
      RunbookId: runbook?.Id ?? null,
      RunbookName: runbook?.Name ?? null,
      ProjectId: project?.Id,
      ProjectName: project?.Name,
      ProjectSlug: project?.['Slug'],
      StepId: step.Id,
      StepName: step.Name,
      ActionId: action.Id,
      ActionName: action.Name,
      Version: action.Properties['Octopus.Action.Template.Version'],
      Branch: release?.Branch ?? null,
      Release: release?.Version ?? null,
    };
  });
}

/** Moves steps to a version of their template, and returns the outcome of each. */
export function updateActions(request: SpaceRequest): object {
  const { space, parts, body, settings } = request;
  const [id = ''] = parts;
  const target = versionOf(space, id, String(body['Version']));
  const wanted = (body['ActionsToUpdate'] ?? []) as readonly { ProcessId: string; ActionIds: readonly string[] }[];
  return wanted.flatMap(({ ProcessId, ActionIds }) => {
    const usages = usagesOf([...space.processes.values()], id).filter(
      ({ process, action }) => process.Id === ProcessId && ActionIds.includes(action.Id),
    );
    return usages.map(({ process, action }) => {
      const forced = settings.outcomes.get(action.Name);
      const result = forced === undefined ? judge(space, action, target) : forcedResult(forced);
      if (result.Outcome === 'Success' && moveTo(action, target)) process.Version += 1;
      return { Id: action.Id, RemovedPackageUsages: [], ...result };
    });
  });
}

interface Usage {
  readonly process: Process;
  readonly step: Step;
  readonly action: Action;
}

function usagesOf(processes: readonly Process[], templateId: string): Usage[] {
  return processes.flatMap((process) =>
    process.Steps.flatMap((step) =>
      step.Actions.flatMap((action) =>
        action.Properties['Octopus.Action.Template.Id'] === templateId ? [{ process, step, action }] : [],
      ),
    ),
  );
}

interface Result {
  readonly Outcome: string;
  readonly ManualMergeRequiredReasonsByPropertyName: Readonly<Record<string, readonly string[]>>;
  readonly NamesOfNewParametersMissingDefaultValue: readonly string[];
}

const success: Result = {
  Outcome: 'Success',
  ManualMergeRequiredReasonsByPropertyName: {},
  NamesOfNewParametersMissingDefaultValue: [],
};

function judge(space: SpaceState, action: Action, target: ActionTemplate): Result {
  const version = action.Properties['Octopus.Action.Template.Version'];
  const from = space.templates.get(target.Id)?.find(({ Version }) => String(Version) === version);
  const before = new Map((from?.Parameters ?? []).map((parameter) => [parameter.Name, parameter]));
  const missing = target.Parameters.filter(
    ({ Name, DefaultValue }) => !before.has(Name) && (DefaultValue ?? '') === '' && !action.Properties[Name],
  );
  if (missing.length > 0) {
    return {
      ...success,
      Outcome: 'DefaultParamterValueMissing',
      NamesOfNewParametersMissingDefaultValue: missing.map(({ Name }) => Name),
    };
  }
  const changed = target.Parameters.filter(({ Name, DisplaySettings }) => {
    const old = before.get(Name);
    const control = 'Octopus.ControlType';
    return old !== undefined && old.DisplaySettings?.[control] !== DisplaySettings?.[control];
  });
  if (changed.length === 0) return success;
  const reasons = changed.map(({ Name }) => [Name, ['The type of the parameter has changed.']] as const);
  return {
    ...success,
    Outcome: 'ManualMergeRequired',
    ManualMergeRequiredReasonsByPropertyName: Object.fromEntries(reasons),
  };
}

function forcedResult(Outcome: string): Result {
  return { ...success, Outcome };
}

function moveTo(action: Action, target: ActionTemplate): boolean {
  if (action.Properties['Octopus.Action.Template.Version'] === String(target.Version)) return false;
  for (const [name, value] of Object.entries(target.Properties)) if (value !== null) action.Properties[name] = value;
  for (const { Name, DefaultValue } of target.Parameters) action.Properties[Name] ??= DefaultValue ?? '';
  action.Properties['Octopus.Action.Template.Version'] = String(target.Version);
  return true;
}
