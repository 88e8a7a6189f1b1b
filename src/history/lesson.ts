import { isForced } from '../canary/entry-mark.ts';
import type { EntryVerdict, LedgerEntry } from '../canary/ledger-entry.ts';
import type { Chapter } from './chapter.ts';

/** What a person did with green at a gate. */
type Course = 'went on' | 'waited' | 'lowered it' | 'rolled back';

/** A decision against the verdict, or against a Guard. */
export interface Lesson {
  readonly kind: 'went on although green was worse' | 'held back although green was no worse' | 'overruled Guard';
  readonly course: Course;
  readonly entry: LedgerEntry;
  /** Absent if the approver saw none. */
  readonly verdict?: EntryVerdict;
  readonly chapter: Chapter;
  /** The next entry of the same canary with which Guard took traffic from green; absent if there is none. */
  readonly retreat?: LedgerEntry;
}

/** What the decisions of the recorded canaries teach. */
export interface Learning {
  /** Of people, with a verdict or without. */
  readonly decisions: number;
  /** How many decisions had a verdict: green worse; green no worse or better; no answer yet, or no evidence. */
  readonly worse: number;
  readonly sound: number;
  readonly unclear: number;
  /** How often Guard took traffic from green because of what it saw. */
  readonly retreats: number;
  /** By kind, then oldest first. */
  readonly lessons: readonly Lesson[];
}

/** Finds the gates where a person decided against the verdict, or against a Guard. */
export function learnFrom(chapters: readonly Chapter[]): Learning {
  const gates = chapters.flatMap((chapter) => chapter.entries.flatMap((entry) => gateOf(chapter, entry) ?? []));
  const [worse, sound] = [gates.filter(isWorse), gates.filter(isSound)];
  return {
    decisions: gates.length,
    worse: worse.length,
    sound: sound.length,
    unclear: gates.filter(({ verdict }) => verdict !== undefined).length - worse.length - sound.length,
    retreats: chapters.flatMap(({ entries }) => entries.filter(({ kind }) => kind === 'retreat')).length,
    lessons: [
      ...lessonsOf('went on although green was worse', worse.filter(wentOn)),
      ...lessonsOf(
        'held back although green was no worse',
        sound.filter((gate) => !wentOn(gate)),
      ),
      ...lessonsOf('overruled Guard', gates.filter(isAgainstGuard)),
    ],
  };
}

type Gate = Omit<Lesson, 'kind'>;

function gateOf(chapter: Chapter, entry: LedgerEntry): Gate | undefined {
  const course = isForced(entry.mark) ? undefined : courseOf(entry);
  if (course === undefined) return undefined;
  const verdict = entry.evidence?.verdict;
  const retreat = chapter.entries.find(({ kind, n }) => kind === 'retreat' && n > entry.n);
  return { course, entry, ...(verdict && { verdict }), chapter, ...(retreat && { retreat }) };
}

function courseOf({ kind, from, to }: LedgerEntry): Course | undefined {
  switch (kind) {
    case 'promotion':
      return 'went on';
    case 'hold':
      return 'waited';
    case 'rollback':
      return 'rolled back';
    case 'share':
      if (from === to) return 'waited';
      return from !== undefined && to < from ? 'lowered it' : 'went on';
    default:
      return undefined;
  }
}

function isWorse({ verdict }: Gate): boolean {
  return verdict === 'Worse';
}

function isSound({ verdict }: Gate): boolean {
  return verdict === 'NoWorse' || verdict === 'Better';
}

function wentOn({ course }: Gate): boolean {
  return course === 'went on';
}

/** An entry from before there were marks is told by the share that it raised from what Guard had left. */
function isAgainstGuard({ entry, chapter }: Gate): boolean {
  if (entry.mark !== undefined) return entry.mark === 'overruled-guard';
  const before = chapter.entries.findLast(({ n, kind }) => n < entry.n && kind !== 'hold');
  return before?.kind === 'retreat' && entry.from === before.to && entry.to > before.to;
}

function lessonsOf(kind: Lesson['kind'], gates: readonly Gate[]): readonly Lesson[] {
  return gates.map((gate) => ({ kind, ...gate }));
}
