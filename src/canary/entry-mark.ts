/** How a decision came about, where the shares do not say it: the note confirmed it with `!`, or green kept its share although nobody asked for that. */
export const entryMarks = ['confirmed', 'overruled-guard', 'held-by-guard', 'held-by-limit', 'held-by-note'] as const;
export type EntryMark = (typeof entryMarks)[number];

/** Whether green kept its share although the approver did not ask for that. */
export function isForced(mark: EntryMark | undefined): boolean {
  return mark?.startsWith('held-by-') ?? false;
}

/** What the mark says, as the end of a sentence about the decision. */
export function describeMark(mark: EntryMark): string {
  return {
    confirmed: 'confirmed with an exclamation mark',
    'overruled-guard': 'overruling Guard',
    'held-by-guard': 'because nobody confirmed a larger share after Guard took traffic from green',
    'held-by-limit': 'because nobody confirmed an increase above EcsCanary.MaxIncrease',
    'held-by-note': 'because the note was not valid',
  }[mark];
}
