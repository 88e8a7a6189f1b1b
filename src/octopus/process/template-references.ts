import type { StepId } from '../../steps/step.ts';

/** How a space knows a step template. */
export interface TemplateReference {
  /** For example `ActionTemplates-12`. */
  readonly id: string;
  /** As the space counts it: 0 after an import, and one more with every save. */
  readonly version: number;
}

/** The reference to the template of a step, for forms of the process that name it. */
export type FindReference = (step: StepId) => TemplateReference;

/** A reference that no space has, so that it cannot be mistaken for one; version 0 is what an import gives. */
export function placeholderReference(step: StepId): TemplateReference {
  return { id: `ActionTemplates-${step}`, version: 0 };
}

/** The action properties by which a step refers to its template. */
export function referenceProperties({ id, version }: TemplateReference): Readonly<Record<string, string>> {
  return { 'Octopus.Action.Template.Id': id, 'Octopus.Action.Template.Version': String(version) };
}
