import type { ControlType } from '../src/parameters/parameters.ts';
import type { TemplateDeclaration } from '../src/steps/step.ts';

/** Every parameter ever published, by step and name, with its control and the version that introduced it. */
export type Ledger = Readonly<Record<string, Readonly<Record<string, LedgerEntry>>>>;

export interface LedgerEntry {
  readonly control: ControlType;
  readonly since: string;
}

/** The ledger's path in the project. */
export const ledgerPath = 'build/parameter-ledger.json';

/** The ledger's text with a version's new parameters added; existing entries are never changed or removed. */
export function extendLedger(text: string | undefined, steps: readonly TemplateDeclaration[], version: string): string {
  const ledger: Record<string, Record<string, LedgerEntry>> = JSON.parse(text ?? '{}');
  for (const step of steps) {
    const published = { ...ledger[step.id] };
    for (const { name, control } of Object.values(step.parameters)) published[name] ??= { control, since: version };
    ledger[step.id] = published;
  }
  return `${JSON.stringify(ledger, null, 2)}\n`;
}

/**
 * One line for each incompatible change to what was published, which would keep operators from upgrading.
 * Octopus asks for a manual merge if a parameter's control changes, or if a new parameter has no default.
 */
export function findBreaks(ledger: Ledger, steps: readonly TemplateDeclaration[]): string[] {
  return Object.entries(ledger).flatMap(([id, published]) => {
    const step = steps.find((one) => one.id === id);
    if (step === undefined) return [`The step ${id} was published but no longer exists.`];
    const first =
      Object.values(published)
        .map(({ since }) => since)
        .sort(compareVersions)[0] ?? '';
    return Object.entries(published).flatMap(([name, entry]) => findBreak(step, name, entry, first));
  });
}

function findBreak(step: TemplateDeclaration, name: string, { control, since }: LedgerEntry, first: string): string[] {
  const parameter = Object.values(step.parameters).find((one) => one.name === name);
  if (parameter === undefined) return [`${step.id}: ${name} was published in ${since} but no longer exists.`];
  if (parameter.control !== control)
    return [`${step.id}: the control of ${name} changed from ${control} to ${parameter.control}.`];
  if (since === first || isUsable(() => parameter.parse(parameter.defaultValue))) return [];
  return [`${step.id}: ${name} was added in ${since}, after the step itself, but its default is not a valid value.`];
}

function isUsable(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}

function compareVersions(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}
