import { Option } from '@commander-js/extra-typings';
import { expecting } from '../command-line/value-parsers.ts';

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

/** The option that leaves out the Watch steps, and their figures from the approvals. */
export function watchOption() {
  return new Option(
    '--no-watch',
    'leave out the Watch step after each shift, and the runbook Guard Canary; the approvals then show neither errors nor latency',
  );
}

/** The option that leaves out the runbook which looks after the canary between two approvals. */
export function guardOption() {
  return new Option(
    '--no-guard',
    'leave out the runbook Guard Canary, which takes traffic from a bad green while an approval waits',
  );
}

/** The option for which of the two steps deploys. */
export function ownTemplateOption() {
  return new Option(
    '--own-template',
    'deploy your own CloudFormation template with Deploy Own Template, instead of the built-in one with Deploy Stack',
  );
}
