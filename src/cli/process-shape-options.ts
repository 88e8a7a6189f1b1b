import { Option } from '@commander-js/extra-typings';
import { expecting } from '../command-line/value-parsers.ts';
import type { TemplateSource } from '../octopus/process/project-variables.ts';

/** The option for green's share at each shift. */
export function weightsOption() {
  return new Option('--weights <A,B>', "green's share at each shift, as ascending percentages")
    .argParser(
      expecting<readonly number[]>('ascending percentages above 0 and below 100, such as 10,50', (typed) => {
        const weights = typed.split(',').map((part) => (/^\s*\d+(\.\d)?\s*$/.test(part) ? Number(part) : Number.NaN));
        const ascending = weights.every((weight, index) => weight > (weights[index - 1] ?? 0) && weight < 100);
        return ascending ? weights : undefined;
      }),
    )
    .default(defaultWeights, defaultWeights.join(','));
}

/** The shares used if none are given. */
export const defaultWeights: readonly number[] = [10, 50];

/** The option for where Deploy Stack's CloudFormation template comes from. */
export function templateSourceOption() {
  const sources = new Map<string, TemplateSource>([
    ['built-in', 'BuiltIn'],
    ['own', 'Own'],
  ]);
  const known = [...sources.keys()].join(' or ');
  return new Option('--template-source <SOURCE>', `where Deploy Stack's CloudFormation template comes from: ${known}`)
    .argParser(expecting(known, (typed) => sources.get(typed)))
    .default('BuiltIn' as const, 'built-in');
}
