import type { PlannedChange } from './plan.ts';
import type { TemplateUsage, UsageOutcome } from './resources.ts';
import type { SpaceClient } from './space-client.ts';
import type { TemplatePlan } from './template-plan.ts';

/** What a person must do after the usages were updated; filled while the plan is applied. */
export type OpenMatters = string[];

/**
 * Plans to move every step in the space to the newest version of its template.
 * @param except the project whose steps another change moves
 */
export async function planUsages(
  space: SpaceClient,
  templates: TemplatePlan,
  except: string | undefined,
  open: OpenMatters,
): Promise<readonly PlannedChange[]> {
  const changes: PlannedChange[] = [];
  for (const [stepId, template] of templates.existing) {
    const target = templates.installed.get(stepId)?.version;
    const outdated = async (): Promise<readonly TemplateUsage[]> => {
      const usages = await space.get<readonly TemplateUsage[]>(
        `actiontemplates/${template.Id}/usage`,
        `asking where ${template.Name} is used`,
      );
      // A released snapshot never changes.
      const movable = usages.filter(({ ProjectId, Release }) => ProjectId !== except && !Release);
      return movable.filter(({ Version }) => Version !== String(templates.installed.get(stepId)?.version));
    };
    const found = await outdated();
    if (found.length === 0) continue;
    changes.push({
      kind: 'update',
      what: `steps made from ${template.Name}: to version ${target}`,
      differences: found.map((usage) => `${describeUsage(usage)}, now version ${usage.Version}`),
      notes: [],
      apply: async () => {
        const version = templates.installed.get(stepId)?.version ?? template.Version;
        return updateUsages(space, { id: template.Id, name: template.Name, version }, await outdated(), open);
      },
    });
  }
  return changes;
}

async function updateUsages(
  space: SpaceClient,
  template: { readonly id: string; readonly name: string; readonly version: number },
  usages: readonly TemplateUsage[],
  open: OpenMatters,
): Promise<readonly string[]> {
  const said: string[] = [];
  for (const usage of usages) {
    // One request for each step, so that each outcome clearly belongs to it.
    const [outcome] = await space.post<readonly UsageOutcome[]>(
      `actiontemplates/${template.id}/actionsUpdate`,
      {
        Id: template.id,
        SpaceId: space.spaceId,
        Version: template.version,
        ActionsToUpdate: [
          {
            ProcessType: usage.ProcessType,
            ProcessId: usage.ProcessId,
            ProjectId: usage.ProjectId,
            ActionIds: [usage.ActionId],
            GitRef: usage.Branch ?? null,
          },
        ],
        DefaultPropertyValues: {},
        Overrides: {},
      },
      {
        doing: `moving ${describeUsage(usage)} to version ${template.version} of ${template.name}`,
        landed: async () => undefined,
      },
    );
    const explained = explainOutcome(outcome);
    said.push(`${describeUsage(usage)}: ${explained.text}`);
    if (!explained.done) open.push(`${describeUsage(usage)}: ${explained.text}`);
  }
  return said;
}

function describeUsage({ ProjectName, RunbookName, StepName, Branch }: TemplateUsage): string {
  const where = RunbookName ? `${ProjectName}, runbook ${RunbookName}` : ProjectName;
  return `"${StepName}" in ${where}${Branch ? ` (branch ${Branch})` : ''}`;
}

/** What an outcome means, and what to do about it. */
export function explainOutcome(outcome: UsageOutcome | undefined): { readonly done: boolean; readonly text: string } {
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
