import { InvalidArgumentError } from '@commander-js/extra-typings';

/** Turns what was typed into the value of an option. */
export type Parser<T> = (typed: string) => T;

/**
 * Refuses a value.
 * @param problems one sentence each, to follow the option's name
 */
export function refuse(...problems: readonly string[]): never {
  throw new InvalidArgumentError(problems.join('\n'));
}

/** A parser that refuses whatever `parse` returns undefined for, and says what was expected. */
export function expecting<T>(expected: string, parse: (typed: string) => T | undefined): Parser<T> {
  return (typed) => parse(typed) ?? refuse(`must be ${expected}, not "${typed}".`);
}

/** A number within bounds. */
export function numberFrom(least: number, most: number): Parser<number> {
  return expecting(`a number from ${least} to ${most}`, (typed) =>
    typed.trim() !== '' && Number(typed) >= least && Number(typed) <= most ? Number(typed) : undefined,
  );
}

/** A whole number within bounds, in digits. */
export function wholeNumberFrom(least: number, most: number): Parser<number> {
  return expecting(`a whole number from ${least} to ${most}`, (typed) =>
    /^\d{1,9}$/.test(typed) && Number(typed) >= least && Number(typed) <= most ? Number(typed) : undefined,
  );
}

/** One of some words. */
export function oneOf<const T extends string>(known: readonly T[]): Parser<T> {
  return expecting(`one of ${known.join(', ')}`, (typed) => known.find((each) => each === typed));
}

/** Text of a certain form. */
export function matching(form: RegExp, expected: string): Parser<string> {
  return expecting(expected, (typed) => (form.test(typed) ? typed : undefined));
}

/** Names separated by commas. */
export const names = expecting<readonly string[]>('names separated by commas', (typed) => {
  const items = splitList(typed);
  return items.includes('') ? undefined : items;
});

/** The trimmed items between the commas. */
export function splitList(typed: string): string[] {
  return typed.split(',').map((item) => item.trim());
}
