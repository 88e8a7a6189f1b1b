import { InstallError } from './install-error.ts';
import type { PlannedChange } from './plan.ts';
import { planProject } from './project-plan.ts';
import { type ProjectRequest, resolveRequest } from './project-request.ts';
import type { SpaceClient } from './space-client.ts';
import { planTemplates } from './template-plan.ts';
import { planUsages } from './usage-plan.ts';
import type { WantedTemplate } from './wanted-templates.ts';

/** What to install. */
export interface InstallationRequest {
  readonly templates: readonly WantedTemplate[];
  readonly project: ProjectRequest | undefined;
  /** Whether every step in the space is moved to the newest version of its template. */
  readonly updateUsages: boolean;
}

/** Everything that an installation would do, in order. Planning writes nothing. */
export interface Installation {
  readonly changes: readonly PlannedChange[];
  /** What the operator has to do afterwards. */
  readonly toDo: readonly string[];
  /** The health check path that a project gets if nobody gives another; undefined if it has one. */
  readonly healthPath: string | undefined;
  /** What needs a person; filled while the plan is applied. */
  readonly open: readonly string[];
}

/** Compares a space with what should be installed. @throws InstallError */
export async function planInstallation(space: SpaceClient, request: InstallationRequest): Promise<Installation> {
  const open: string[] = [];
  const resolved = request.project && (await resolveRequest(space, request.project));
  const templates = await planTemplates(space, request.templates);
  const project = resolved && (await planProject(space, resolved, templates));
  const usages = request.updateUsages && (await planUsages(space, templates, resolved?.existing?.Id, open));
  return {
    changes: [...templates.changes, ...(project?.changes ?? []), ...(usages ? usages.changes : [])],
    healthPath: project?.healthPath,
    toDo: [...(project?.toDo ?? []), ...(usages ? usages.toDo : [])],
    open,
  };
}

/**
 * Applies the changes of a plan one by one.
 * @param progress is called for each change that was made
 * @throws InstallError that also lists what was done before it
 */
export async function applyInstallation(
  changes: readonly PlannedChange[],
  progress: (line: string) => void,
): Promise<void> {
  const due = changes.filter(({ kind }) => kind !== 'unchanged');
  for (const [index, change] of due.entries()) {
    try {
      const remarks = await change.apply();
      progress(`[${index + 1}/${due.length}] ${change.kind === 'create' ? 'created' : 'updated'} ${change.what}`);
      for (const remark of remarks) progress(`      ${remark}`);
    } catch (error) {
      if (!(error instanceof InstallError)) throw error;
      throw new InstallError(`${error.message}\n${describeProgress(due, index)}`, error.hint, { cause: error });
    }
  }
}

function describeProgress(due: readonly PlannedChange[], failed: number): string {
  const list = (changes: readonly PlannedChange[]): string => changes.map(({ what }) => what).join('; ') || 'nothing';
  return `Done before the failure: ${list(due.slice(0, failed))}.\nNot done: ${list(due.slice(failed))}.`;
}
