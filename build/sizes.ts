/** The sizes of a built step, in bytes. */
export interface StepSize {
  readonly name: string;
  readonly bundle: number;
  readonly template: number;
  readonly limit: Budget;
}

/** The size limits of a bundle and a template, in bytes. */
export interface Budget {
  readonly bundle: number;
  readonly template: number;
}

/** The limits of a step. */
export const budget: Budget = { bundle: 420 * 1024, template: 210 * 1024 };

/** The limits of Set Up Canary Project, whose bundle carries those of all steps. */
export const setUpBudget: Budget = { bundle: 4096 * 1024, template: 400 * 1024 };

/** A table of sizes with their limits, one row per template. */
export function renderSizes(sizes: readonly StepSize[]): string {
  const row = (name: string, ...columns: readonly string[]) =>
    `${name.padEnd(22)}${columns.map((column) => column.padStart(11)).join('')}`;
  return [
    row('', 'bundle', 'limit', 'template', 'limit'),
    ...sizes.map(({ name, bundle, template, limit }) =>
      row(name, ...[bundle, limit.bundle, template, limit.template].map(kilobytes)),
    ),
  ].join('\n');
}

/** The size of the command's bundle, in bytes, as a line below the table. */
export function renderCommandSize(bytes: number): string {
  return `${'octopus-ecs-canary'.padEnd(22)}${kilobytes(bytes).padStart(11)}`;
}

/** A sentence for each size above its limit. */
export function findExcesses(sizes: readonly StepSize[]): string[] {
  return sizes.flatMap(({ name, limit, ...size }) =>
    (['bundle', 'template'] as const)
      .filter((part) => size[part] > limit[part])
      .map((part) => `The ${part} of ${name} has ${size[part]} bytes; the limit is ${limit[part]}.`),
  );
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KB`;
}
