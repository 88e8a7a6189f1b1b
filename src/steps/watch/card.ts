import { summariseVersions } from '../../canary/version-summary.ts';
import { type Assessment, isServing, type WatchRequest } from './assessment.ts';
import { comparisonTable } from './comparison-table.ts';
import { describeSpan, headlineOf } from './headline.ts';
import { remarksOf } from './remarks.ts';
import { retreatLine } from './retreat-line.ts';
import type { Sighting } from './sighting.ts';
import { quote } from './wording.ts';

/** The longest card, in characters: an approver should see all of it at once. */
export const mostCharacters = 3000;

/** What the approver decides on, as Markdown: the verdict first, then the figures, then what they mean. */
export function renderCard(sighting: Sighting, assessment: Assessment, request: WatchRequest): string {
  const { title, sentence } = headlineOf(sighting, assessment);
  const span = describeSpan(sighting, assessment);
  const head = [
    ...retreatLine(sighting.traffic, sighting.now),
    `**${title}.** ${sentence}`,
    ...(span === '' || !isServing(sighting) ? [] : ['', `Compared: ${span}${countedTogether(sighting)}.`]),
    '',
    ...comparisonTable(sighting, assessment, request),
    '',
  ];
  return fitCard(head, [...remarksOf(sighting, assessment, request), '', ...describeVersions(sighting).split('\n')]);
}

function describeVersions({ versions }: Sighting): string {
  if (versions.kind === 'unread') return `**What changed** is unknown: ${quote(versions.why)}`;
  return summariseVersions(versions.value.blue, versions.value.green);
}

/** CloudWatch counts per target group, so several rules cannot be told apart. */
function countedTogether({ traffic }: Sighting): string {
  const rules = traffic.productionRules.length;
  return rules > 1 ? `; ${rules === 2 ? 'both' : `all ${rules}`} production rules together` : '';
}

/** Drops the last remarks, which matter least, if the card would be too long. */
export function fitCard(head: readonly string[], remarks: readonly string[]): string {
  const more = '- … The output variable `Evidence` has the rest.';
  const whole = [...head, ...remarks].join('\n');
  if (whole.length <= mostCharacters) return whole;
  const kept = [...remarks];
  while (kept.length > 0 && [...head, ...kept, more].join('\n').length > mostCharacters) kept.pop();
  return [...head, ...kept, more].join('\n').slice(0, mostCharacters);
}
