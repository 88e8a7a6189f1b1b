import type { StepId } from '../../steps/step.ts';
import type { InstalledTemplate } from '../process/json.ts';
import { InstallError } from './install-error.ts';
import { type PlannedChange, unchanged } from './plan.ts';
import type { ActionTemplate } from './resources.ts';
import { named, type SpaceClient } from './space-client.ts';
import { describeTemplateChange, findOwnProperties } from './template-difference.ts';
import type { TemplateBody, WantedTemplate } from './wanted-templates.ts';
import { inSentence, type Wording } from './wording.ts';

/** The templates of a space: as predicted while planning, and as saved once the changes are applied. */
export interface TemplatePlan {
  readonly changes: readonly PlannedChange[];
  /** What is in the space now, by step. */
  readonly existing: ReadonlyMap<StepId, ActionTemplate>;
  /** Predicted until a change is applied; a template that does not exist yet has the id `(new)`. */
  readonly installed: Map<StepId, InstalledTemplate>;
}

/** Compares the wanted templates with those of the space, by name. */
export async function planTemplates(space: SpaceClient, wanted: readonly WantedTemplate[]): Promise<TemplatePlan> {
  const listed = await space.list<ActionTemplate>('actiontemplates', 'listing the step templates', {
    partialName: 'AWS ECS Canary',
  });
  const existing = new Map<StepId, ActionTemplate>();
  const installed = new Map<StepId, InstalledTemplate>();
  const changes: PlannedChange[] = [];
  for (const { stepId, body } of wanted) {
    const found = named(listed, body.Name);
    const keep = (template: InstalledTemplate): unknown => installed.set(stepId, template);
    if (found === undefined) {
      keep(predict(body, '(new)', 0));
      changes.push(planCreation(space, body, keep));
      continue;
    }
    const current = await readTemplate(space, found.Id, body.Name);
    existing.set(stepId, current);
    const change = planUpdate(space, current, body, keep);
    keep(predict(body, current.Id, current.Version + (change.kind === 'update' ? 1 : 0)));
    changes.push(change);
  }
  return { changes, existing, installed };
}

type Keep = (template: InstalledTemplate) => unknown;

function planCreation(space: SpaceClient, body: TemplateBody, keep: Keep): PlannedChange {
  return {
    kind: 'create',
    what: `step template ${body.Name}`,
    differences: [],
    notes: [],
    apply: async () => {
      const other = await findTemplate(space, body.Name);
      if (other !== undefined) return adoptOrRefuse(other, body, keep, space.wording);
      const doing = `creating the step template ${body.Name}`;
      const landed = (): Promise<ActionTemplate | undefined> => findTemplate(space, body.Name);
      try {
        const created = await space.post<ActionTemplate>(
          'actiontemplates',
          { ...body, SpaceId: space.spaceId },
          { doing, landed },
        );
        keep(predict(body, created.Id, created.Version));
        return [];
      } catch (error) {
        const rival = await landed().catch(() => undefined);
        if (rival === undefined) throw error;
        return adoptOrRefuse(rival, body, keep, space.wording);
      }
    },
  };
}

// Two installers may run at once: an identical template from the other one will do.
function adoptOrRefuse(other: ActionTemplate, body: TemplateBody, keep: Keep, wording: Wording): readonly string[] {
  if (describeTemplateChange(other, body).length > 0)
    throw changedMeanwhile(`The step template ${body.Name} was created`, wording);
  keep(predict(body, other.Id, other.Version));
  return ['Somebody else created an identical template in the meantime.'];
}

function planUpdate(space: SpaceClient, planned: ActionTemplate, body: TemplateBody, keep: Keep): PlannedChange {
  const what = `step template ${body.Name} (${planned.Id}, version ${planned.Version})`;
  if (planned.ActionType !== body.ActionType) {
    throw new InstallError(
      `The step template ${body.Name} already exists with another type (${planned.ActionType}), and Octopus cannot change a type.`,
      `Rename that template in Octopus, and ${inSentence(space.wording)}.`,
    );
  }
  const differences = describeTemplateChange(planned, body);
  const own = findOwnProperties(planned, body);
  const community = planned.CommunityActionTemplateId;
  const notes = [
    ...(own.length === 0 ? [] : [`It keeps ${own.join(', ')}, which this package does not set.`]),
    // OctopusDeploy/Issues#9201
    ...(community ? [`Octopus linked it to its community library (${community}), whose updates may replace it.`] : []),
  ];
  if (differences.length === 0) return unchanged(what, notes);
  return {
    kind: 'update',
    what,
    differences,
    notes,
    apply: async () => {
      const saved = await saveTemplate(space, planned, body);
      keep(predict(body, saved.Id, saved.Version));
      if (saved.Version === planned.Version + 1) return [];
      return [
        `It became version ${saved.Version}, because somebody else saved version ${planned.Version + 1} at the same moment. Check that version in the history of the template.`,
      ];
    },
  };
}

async function saveTemplate(space: SpaceClient, planned: ActionTemplate, body: TemplateBody): Promise<ActionTemplate> {
  const current = await readTemplate(space, planned.Id, body.Name);
  if (current.Version !== planned.Version) {
    if (describeTemplateChange(current, body).length === 0) return current;
    // Not every server compares versions when a template is saved, so they are compared here too.
    throw changedMeanwhile(`The step template ${body.Name} was saved as version ${current.Version}`, space.wording);
  }
  const doing = `saving the step template ${body.Name}`;
  const Properties = { ...current.Properties, ...body.Properties };
  const merged = { ...current, ...body, Properties, Parameters: withKnownIds(current, body), Version: current.Version };
  return space.put<ActionTemplate>(`actiontemplates/${planned.Id}`, merged, {
    doing,
    landed: async () => {
      const now = await readTemplate(space, planned.Id, body.Name);
      return describeTemplateChange(now, body).length === 0 ? now : undefined;
    },
  });
}

function withKnownIds(current: ActionTemplate, body: TemplateBody): TemplateBody['Parameters'] {
  return body.Parameters.map((parameter) => {
    const id = current.Parameters.find(({ Name }) => Name === parameter.Name)?.Id;
    return id === undefined ? parameter : { ...parameter, Id: id };
  });
}

function readTemplate(space: SpaceClient, id: string, name: string): Promise<ActionTemplate> {
  return space.get(`actiontemplates/${id}`, `reading the step template ${name}`);
}

async function findTemplate(space: SpaceClient, name: string): Promise<ActionTemplate | undefined> {
  return named(
    await space.list<ActionTemplate>('actiontemplates', `looking for the step template ${name}`, { partialName: name }),
    name,
  );
}

function predict(body: TemplateBody, id: string, version: number): InstalledTemplate {
  return { id, version, actionType: body.ActionType, properties: body.Properties, packages: body.Packages };
}

/** The refusal to overwrite what somebody else changed after the plan was made. */
export function changedMeanwhile(what: string, { again }: Wording): InstallError {
  return new InstallError(
    `${what} by somebody else after the plan was made; it was not overwritten.`,
    `${again} to see what is different now.`,
  );
}
