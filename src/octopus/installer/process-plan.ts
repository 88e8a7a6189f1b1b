import type { InstalledTemplate, InstalledTemplates, RestStep } from '../process/json.ts';
import type { Placement } from '../process/placement.ts';
import { InstallError } from './install-error.ts';
import { type PlannedChange, unchanged } from './plan.ts';
import { type Merged, type MergeRequest, mergeSteps, type Overrides } from './process-merge.ts';
import type { Process } from './resources.ts';
import { changedMeanwhile, type TemplatePlan } from './template-plan.ts';
import type { Wording } from './wording.ts';

/** A process to plan for: a project's or a runbook's. */
export interface ProcessTarget {
  /** For example `deployment process of shop`. */
  readonly what: string;
  /** As it is now; undefined when its owner does not exist yet. */
  readonly current: Process | undefined;
  /** Renders our steps with the templates of the space. */
  readonly render: (templates: InstalledTemplates) => readonly RestStep[];
  /** Renders them as the process may originally have had them. */
  readonly renderFormer?: (templates: InstalledTemplates) => readonly RestStep[];
  readonly overrides: Overrides;
  readonly wording: Wording;
  /** Reads the process, whose owner exists by then. */
  readonly read: () => Promise<Process>;
  readonly save: (process: Process, landed: () => Promise<Process | undefined>) => Promise<unknown>;
}

/** Compares a process with ours. @throws InstallError when our steps cannot be told apart from others */
export function planProcess(target: ProcessTarget, templates: TemplatePlan): PlannedChange {
  const { what, current } = target;
  const merged = merge(target, templates, current);
  if (current !== undefined && merged.differences.length === 0) return unchanged(what, merged.notes);
  return {
    kind: current === undefined || current.Steps.length === 0 ? 'create' : 'update',
    what,
    differences: merged.differences,
    notes: merged.notes,
    apply: () => applyProcess(target, templates),
  };
}

/** Where the steps run, as it was asked for. */
export function placementOf({ workerPool, container }: Overrides): Placement {
  return {
    ...(workerPool !== undefined && { workerPool: workerPool.id }),
    ...(container !== undefined && { container: { feed: container.FeedId, image: container.Image } }),
  };
}

/** The connectivity of a project and a runbook: all of the canary's steps run on workers. */
export const withoutTargets = {
  AllowDeploymentsToNoTargets: true,
  SkipMachineBehavior: 'None',
  TargetRoles: [],
  ExcludeUnhealthyTargets: false,
} as const;

async function applyProcess(target: ProcessTarget, templates: TemplatePlan): Promise<readonly string[]> {
  const process = await target.read();
  const expected = target.current?.Version ?? 0;
  const merged = merge(target, templates, process);
  if (merged.differences.length === 0) return ['It was already up to date.'];
  if (process.Version !== expected) throw changedMeanwhile(`The ${target.what} was saved`, target.wording);
  await target.save({ ...process, Steps: merged.steps as Process['Steps'] }, async () => {
    const now = await target.read();
    return merge(target, templates, now).differences.length === 0 ? now : undefined;
  });
  return [];
}

function merge(target: ProcessTarget, templates: TemplatePlan, process: Process | undefined): Merged {
  const installed = Object.fromEntries(templates.installed) as Record<keyof InstalledTemplates, InstalledTemplate>;
  const request: MergeRequest = {
    existing: process?.Steps ?? [],
    wanted: target.render(installed),
    former: target.renderFormer?.(installed) ?? [],
    templateIds: new Set([...templates.installed.values()].map(({ id }) => id)),
    overrides: target.overrides,
  };
  const merged = mergeSteps(request);
  if (merged.refusals.length === 0) return merged;
  throw new InstallError(
    [
      `The ${target.what} has steps that conflict with the canary's:`,
      ...merged.refusals.map((line) => `  - ${line}`),
    ].join('\n'),
    `Rename or remove these steps in Octopus, ${target.wording.shape}, or choose another project. Nothing was changed in the project.`,
  );
}
