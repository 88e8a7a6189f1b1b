/** How a decision came about, where the shares do not say it: the note confirmed it with `!`, or green kept its share although nobody asked for that. */
export const entryMarks = ['confirmed', 'overruled-guard', 'held-by-guard', 'held-by-limit', 'held-by-note'] as const;
export type EntryMark = (typeof entryMarks)[number];

/** Whether green kept its share although the approver did not ask for that. */
export function isForced(mark: EntryMark | undefined): boolean {
  return mark?.startsWith('held-by-') ?? false;
}

/** What the mark says, as a part of a sentence. */
export function describeMark(mark: EntryMark): string {
  return {
    confirmed: 'confirmed with !',
    'overruled-guard': 'overruling Guard, which had taken traffic from green',
    'held-by-guard':
      'nobody asked for this: the note did not confirm a larger share after Guard took traffic from green',
    'held-by-limit':
      'nobody asked for this: the increase exceeded EcsCanary.MaxIncrease, and the note did not confirm it',
    'held-by-note': 'nobody asked for this: the note had no valid command',
  }[mark];
}
