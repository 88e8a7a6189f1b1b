import { InstallError } from './install-error.ts';
import type { Plan, PlannedChange } from './plan.ts';
import type { Project, TemplateUsage, UsageOutcome } from './resources.ts';
import { readFailure } from './rest-failure.ts';
import type { SpaceClient } from './space-client.ts';
import type { TemplatePlan } from './template-plan.ts';

/** What a person must do after the usages were updated; filled while the plan is applied. */
export type OpenMatters = string[];

/**
 * Plans to move every step in the space to the newest version of its template, and says what to do about those that cannot be.
 * @param except the project whose steps another change moves
 */
export async function planUsages(
  space: SpaceClient,
  templates: TemplatePlan,
  except: string | undefined,
  open: OpenMatters,
): Promise<Plan> {
  const changes: PlannedChange[] = [];
  const inGit: TemplateUsage[] = [];
  for (const [stepId, template] of templates.existing) {
    const target = (): Target => {
      const version = templates.installed.get(stepId)?.version ?? template.Version;
      return { id: template.Id, name: template.Name, version };
    };
    const found = await listOutdated(space, target());
    inGit.push(...found.filter(isInGit));
    const movable = (usage: TemplateUsage): boolean => !isInGit(usage) && usage.ProjectId !== except;
    if (!found.some(movable)) continue;
    changes.push({
      kind: 'update',
      what: `steps made from ${template.Name}: to version ${target().version}`,
      differences: found.filter(movable).map((usage) => `${describeUsage(usage)}, now version ${usage.Version}`),
      notes: [],
      apply: async () => moveAll(space, target(), (await listOutdated(space, target())).filter(movable), open),
    });
  }
  return { changes, toDo: await explainGit(space, templates, inGit) };
}

interface Target {
  readonly id: string;
  readonly name: string;
  readonly version: number;
}

async function listOutdated(space: SpaceClient, { id, name, version }: Target): Promise<readonly TemplateUsage[]> {
  const usages = await space.get<readonly TemplateUsage[]>(
    `actiontemplates/${id}/usage`,
    `asking where ${name} is used`,
  );
  return usages.filter(({ Version }) => Version !== String(version));
}

function isInGit({ Branch, Release }: TemplateUsage): boolean {
  return Boolean(Branch || Release);
}

// Octopus learns what such a project uses only from its releases, so it does not list a project without one.
async function explainGit(
  space: SpaceClient,
  { changes, existing, installed }: TemplatePlan,
  usages: readonly TemplateUsage[],
): Promise<readonly string[]> {
  if (usages.length === 0 && !changes.some(({ kind }) => kind === 'update')) return [];
  const projects = await space.list<Project>('projects', 'listing the projects');
  const count = projects.filter(({ IsVersionControlled }) => IsVersionControlled === true).length;
  if (count === 0) return [];
  const known = [...new Set(usages.map(({ ProjectName }) => ProjectName))].join(', ');
  const versions = [...existing].map(
    ([step, { Id, Version }]) => `${Id} to ${installed.get(step)?.version ?? Version}`,
  );
  return [
    [
      `${count === 1 ? '1 project in this space stores its' : `${count} projects in this space store their`} process in Git, which ${space.wording.runner} does not change.`,
      ...(known === '' ? [] : [`Releases show that these templates are used in ${known}.`]),
      `Where a step in their files is made from one of these templates, set its Octopus.Action.Template.Version: ${versions.join(', ')}.`,
    ].join(' '),
  ];
}

async function moveAll(
  space: SpaceClient,
  target: Target,
  usages: readonly TemplateUsage[],
  open: OpenMatters,
): Promise<readonly string[]> {
  const said: string[] = [];
  for (const usage of usages) {
    const explained = await move(space, target, usage);
    said.push(`${describeUsage(usage)}: ${explained.text}`);
    if (!explained.done) open.push(`${describeUsage(usage)}: ${explained.text}`);
  }
  return said;
}

// One request for each step, so that each outcome clearly belongs to it, and an error leaves the others alone.
async function move(space: SpaceClient, target: Target, usage: TemplateUsage): Promise<ExplainedOutcome> {
  const { ProcessType, ProcessId, ProjectId, ActionId } = usage;
  const isMoved = async (): Promise<readonly UsageOutcome[] | undefined> => {
    const left = (await listOutdated(space, target)).some((other) => other.ActionId === ActionId && !isInGit(other));
    return left ? undefined : [{ Id: ActionId, Outcome: 'Success' }];
  };
  try {
    const [outcome] = await space.post<readonly UsageOutcome[]>(
      `actiontemplates/${target.id}/actionsUpdate`,
      {
        Id: target.id,
        SpaceId: space.spaceId,
        Version: target.version,
        ActionsToUpdate: [{ ProcessType, ProcessId, ProjectId, ActionIds: [ActionId], GitRef: null }],
        DefaultPropertyValues: {},
        Overrides: {},
      },
      { doing: `moving ${describeUsage(usage)} to version ${target.version} of ${target.name}`, landed: isMoved },
    );
    return explainOutcome(outcome);
  } catch (error) {
    const failure = error instanceof InstallError ? readFailure(error.cause) : undefined;
    if (failure?.kind !== 'answer' || failure.status === 401) throw error;
    const why = `Octopus answered ${failure.status} (${failure.message})`;
    return { done: false, text: `not moved, because ${why}. Open the step in Octopus, and choose Update.` };
  }
}

function describeUsage({ ProjectName, RunbookName, StepName }: TemplateUsage): string {
  return `"${StepName}" in ${RunbookName ? `${ProjectName}, runbook ${RunbookName}` : ProjectName}`;
}

interface ExplainedOutcome {
  readonly done: boolean;
  /** What happened to the step, and what to do about it. */
  readonly text: string;
}

/** What an outcome means, and what to do about it. */
export function explainOutcome(outcome: UsageOutcome | undefined): ExplainedOutcome {
  switch (outcome?.Outcome) {
    case 'Success':
      return { done: true, text: 'moved.' };
    case 'ManualMergeRequired': {
      const reasons = Object.entries(outcome.ManualMergeRequiredReasonsByPropertyName ?? {});
      const why = reasons.map(([name, texts]) => `${name}: ${texts.join(' ')}`).join('; ') || 'Octopus gives no reason';
      return {
        done: false,
        text: `not moved, because it needs a manual merge (${why}). Open the step in Octopus, choose Update, and merge it there.`,
      };
    }
    case 'DefaultParamterValueMissing': {
      const names = (outcome.NamesOfNewParametersMissingDefaultValue ?? []).join(', ') || 'unnamed';
      return {
        done: false,
        text: `not moved, because new parameters have no default value (${names}). Open the step in Octopus, choose Update, and fill them in.`,
      };
    }
    case 'RemovedPackageInUse': {
      const users = (outcome.RemovedPackageUsages ?? []).map(({ UsedByName }) => UsedByName).join(', ');
      return {
        done: false,
        text: `not moved, because the new version removes a package that is used elsewhere (${users || 'by a channel or the release versioning'}). Change that use first.`,
      };
    }
    default:
      return {
        done: false,
        text: `not moved: Octopus answered ${outcome?.Outcome ?? 'nothing'}. Look at the step in Octopus.`,
      };
  }
}
