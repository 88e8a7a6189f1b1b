import type { EntryVerdict, LedgerEntry } from '../canary/ledger-entry.ts';
import type { Chapter } from './chapter.ts';

/** What a person did with green at a gate. */
type Course = 'went on' | 'waited' | 'lowered it' | 'rolled back';

/** A decision against the verdict. */
export interface Lesson {
  readonly kind: 'went on although green was worse' | 'held back although green was no worse';
  readonly course: Course;
  readonly entry: LedgerEntry;
  readonly verdict: EntryVerdict;
  readonly chapter: Chapter;
}

/** What the decisions of the recorded canaries teach. */
export interface Learning {
  /** How many decisions had a verdict: green worse, and green no worse or better. */
  readonly worse: number;
  readonly sound: number;
  /** Oldest first. */
  readonly lessons: readonly Lesson[];
}

/** Finds the gates where a person decided against the verdict. */
export function learnFrom(chapters: readonly Chapter[]): Learning {
  const gates = chapters.flatMap((chapter) => chapter.entries.flatMap((entry) => gateOf(chapter, entry) ?? []));
  const [worse, sound] = [gates.filter(isWorse), gates.filter(isSound)];
  return {
    worse: worse.length,
    sound: sound.length,
    lessons: gates.flatMap((gate): Lesson[] => {
      if (isWorse(gate) && gate.course === 'went on') return [{ ...gate, kind: 'went on although green was worse' }];
      if (isSound(gate) && gate.course !== 'went on')
        return [{ ...gate, kind: 'held back although green was no worse' }];
      return [];
    }),
  };
}

type Gate = Omit<Lesson, 'kind'>;

function gateOf(chapter: Chapter, entry: LedgerEntry): Gate | undefined {
  const course = courseOf(entry);
  const verdict = entry.evidence?.verdict;
  return course === undefined || verdict === undefined ? undefined : { course, entry, verdict, chapter };
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
