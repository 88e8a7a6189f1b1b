import type { ErrorVerdict } from '../../evidence/error-verdict.ts';
import { about, count, percentage, plural, rate, times } from './wording.ts';

/** The verdict as a few words, and the sentence that gives its counts; both Markdown. */
export interface Headline {
  readonly title: string;
  readonly sentence: string;
}

/** What the errors alone say. */
export function headlineOfErrors(errors: ErrorVerdict): Headline {
  const counts = countsOf(errors);
  switch (errors.kind) {
    case 'worse':
      return { title: 'Green is worse', sentence: worseSentence(errors) };
    case 'better':
      return { title: 'Green is better', sentence: `It fails less often than blue: ${counts}.` };
    case 'no worse':
      return {
        title: 'Green is no worse',
        sentence: `It fails at most ${times(errors.than)} as often as blue: ${counts}.`,
      };
    case 'cannot tell yet':
      return blueAndGreen(errors) === 0
        ? {
            title: 'No errors seen',
            sentence: `${capitalised(counts)}. ${whatIsPossible(errors)}, so it is not known to be as good as blue.`,
          }
        : { title: 'Cannot tell yet', sentence: `${whyOpen(errors)}: ${counts}. ${whatIsMissing(errors)}` };
    case 'no evidence':
      return { title: 'No evidence', sentence: 'CloudWatch has no minutes with requests to both colours.' };
  }
}

/** "It fails more often than blue, at least 3 times as often: …". */
export function worseSentence({ blue, green, leastRatio }: ErrorVerdict): string {
  const least = leastRatio >= 1.05 ? `, at least ${times(leastRatio)} as often` : '';
  return `It fails more often than blue${least}: ${count(green.errors)} of ${count(green.requests)} requests (${rate(green)}), blue ${count(blue.errors)} of ${count(blue.requests)} (${rate(blue)}).`;
}

/** "green failed 2 of 500 requests (0.4 %), blue 3 of 4,500 (0.067 %)". */
export function countsOf({ blue, green }: Pick<ErrorVerdict, 'blue' | 'green'>): string {
  return `green failed ${count(green.errors)} of ${plural(green.requests, 'request')} (${rate(green)}), blue ${count(blue.errors)} of ${count(blue.requests)} (${rate(blue)})`;
}

function blueAndGreen({ blue, green }: ErrorVerdict): number {
  return blue.errors + green.errors;
}

function capitalised(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function whyOpen({ greatestRatio }: ErrorVerdict): string {
  const worst = greatestRatio === undefined ? 'much worse' : `fail ${times(greatestRatio)} as often`;
  return `Green may be as good as blue, or ${worst}`;
}

function whatIsMissing(errors: ErrorVerdict): string {
  if (errors.kind !== 'cannot tell yet') return '';
  if (errors.moreErrors !== undefined)
    return `It looks worse so far: ${plural(errors.moreErrors, 'more failed request')} on green alone would show it.`;
  if (errors.more === undefined) return `${whatIsPossible(errors)}.`;
  const { requests, minutes } = errors.more;
  return `About ${about(requests)} more requests (${plural(minutes, 'minute')} at this rate) would be enough to detect a green that fails twice as often.`;
}

function whatIsPossible({ greatestRate }: ErrorVerdict): string {
  return `Green's error rate may still be up to ${percentage(greatestRate)}`;
}
