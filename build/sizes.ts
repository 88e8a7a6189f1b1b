/** The sizes of a built step, in bytes. */
export interface StepSize {
  readonly name: string;
  readonly bundle: number;
  readonly template: number;
}

/** The size limits of a bundle and a template, in bytes. */
export const budget = { bundle: 420 * 1024, template: 210 * 1024 } as const;

/** A table of sizes, one row per step. */
export function renderSizes(sizes: readonly StepSize[]): string {
  const row = (name: string, bundle: string, template: string) =>
    `${name.padEnd(20)}${bundle.padStart(10)}${template.padStart(10)}`;
  return [
    row('', 'bundle', 'template'),
    ...sizes.map((size) => row(size.name, kilobytes(size.bundle), kilobytes(size.template))),
    row('limit', kilobytes(budget.bundle), kilobytes(budget.template)),
  ].join('\n');
}

/** The size of the command's bundle, in bytes, as a line below the table. */
export function renderCommandSize(bytes: number): string {
  return `${'octopus-ecs-canary'.padEnd(20)}${kilobytes(bytes).padStart(10)}`;
}

/** A sentence for each size above its budget. */
export function findExcesses(sizes: readonly StepSize[]): string[] {
  return sizes.flatMap(({ name, bundle, template }) => [
    ...(bundle > budget.bundle ? [`The bundle of ${name} has ${bundle} bytes; the limit is ${budget.bundle}.`] : []),
    ...(template > budget.template
      ? [`The template of ${name} has ${template} bytes; the limit is ${budget.template}.`]
      : []),
  ]);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KB`;
}
