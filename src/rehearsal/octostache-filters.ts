import type { Filter } from './octostache-parser.ts';

const filters: Readonly<Record<string, (value: string, options: readonly string[]) => string>> = {
  toupper: (value) => value.toUpperCase(),
  tolower: (value) => value.toLowerCase(),
  trim: (value) => value.trim(),
  tobase64: (value) => Buffer.from(value, 'utf8').toString('base64'),
  frombase64: (value) => Buffer.from(value, 'base64').toString('utf8'),
  append: (value, options) => value + options.join(''),
  prepend: (value, options) => options.join('') + value,
};

/** Applies one filter of an expression; throws for filters that the rehearsal does not support. */
export function applyFilter(filter: Filter, value: string): string {
  const known = filters[filter.name.toLowerCase()];
  if (known === undefined) {
    throw new Error(
      `The rehearsal does not support the Octopus filter "${filter.name}"; it supports ${Object.keys(filters).join(', ')}.`,
    );
  }
  return known(value, filter.options);
}
