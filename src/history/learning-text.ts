import type { Outcome } from './chapter.ts';
import type { Learning, Lesson } from './lesson.ts';
import { describeEvidence, describeOutcome, describeShare, nameOutcome, plain } from './wording.ts';
import { wrap } from './wrapped-text.ts';

/** What there is to learn, in lines of at most 80 characters. */
export function describeLearning({ decisions, worse, sound, unclear, retreats, lessons }: Learning): readonly string[] {
  const of = (wanted: Lesson['kind']) => lessons.filter(({ kind }) => kind === wanted);
  return [
    ...(worse + sound + unclear === 0
      ? wrap(decisions === 0 ? withoutDecisions : withoutVerdicts, '  ')
      : [
          ...describeGroup(of('went on although green was worse'), {
            ...{ count: worse, where: 'Green was worse at', what: 'went on' },
          }),
          ...describeGroup(of('held back although green was no worse'), {
            ...{ count: sound, where: 'Green was no worse, or better, at', what: 'waited or went back' },
          }),
          ...(unclear === 0
            ? []
            : wrap(`Nobody could tell yet, or there was no evidence, at ${plural(unclear, 'decision')}.`, '  ')),
        ]),
    ...(retreats === 0 && of('overruled Guard').length === 0 ? [] : describeOverruling(of('overruled Guard'))),
  ];
}

const withoutDecisions = 'Nobody has decided anything yet.';
const withoutVerdicts =
  'No decision here has a verdict. The ledger has them only where EcsCanary.Evidence is bound to the Watch step before the approval.';

/** Decisions with the same verdict. */
interface Gates {
  readonly count: number;
  readonly where: string;
  readonly what: string;
}

function describeGroup(lessons: readonly Lesson[], { count, where, what }: Gates): readonly string[] {
  const decisions = plural(count, 'decision');
  const sentence =
    count === 0
      ? `${where} none of the decisions.`
      : lessons.length === 0
        ? `${where} ${decisions}; nobody ${what}.`
        : `${where} ${decisions}; at ${lessons.length} of them somebody ${what}. ${countOutcomes(lessons)}`;
  return [...wrap(sentence, '  '), ...lessons.flatMap(describeLesson)];
}

function describeOverruling(lessons: readonly Lesson[]): readonly string[] {
  const sentence =
    lessons.length === 0
      ? 'Guard took traffic from green, and nobody overruled it.'
      : `Guard took traffic from green, and at ${plural(lessons.length, 'decision')} somebody overruled it. ${countOutcomes(lessons)}`;
  return [...wrap(sentence, '  '), ...lessons.flatMap(describeLesson)];
}

function plural(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

/** Each canary counts once. */
function countOutcomes(lessons: readonly Lesson[]): string {
  const chapters = [...new Set(lessons.map(({ chapter }) => chapter))];
  const outcomes: readonly Outcome[] = [...new Set(chapters.map(({ outcome }) => outcome))];
  if (chapters.length === 1) return `What came of that canary: ${outcomes.map(nameOutcome).join()}.`;
  const counts = outcomes.map(
    (outcome) => `${chapters.filter((chapter) => chapter.outcome === outcome).length} ${nameOutcome(outcome)}`,
  );
  return `What came of these canaries: ${counts.join(', ')}.`;
}

function describeLesson(lesson: Lesson): readonly string[] {
  const { kind, entry, course, chapter, retreat } = lesson;
  const { by, approvalStep, note, n, evidence } = entry;
  const who = by ?? (course === 'rolled back' ? 'the deployment' : 'somebody');
  const where = approvalStep === undefined ? '' : ` at ${approvalStep}`;
  const against =
    kind === 'overruled Guard' ? 'Guard had taken traffic from green' : evidence && describeEvidence(evidence);
  const because = note === undefined ? '' : `, saying “${note}”`;
  const again = retreat
    ? `Guard took traffic from green ${kind === 'overruled Guard' ? 'again ' : ''}(no. ${retreat.n}).`
    : '';
  const end = retreat && chapter.outcome === 'retreated' ? '' : describeOutcome(chapter.outcome);
  const sentence = `Canary ${chapter.number}, no. ${n}${where}: ${against}, but ${who} ${describeCourse(lesson)}${because}. ${again} ${end}`;
  return wrap(plain(sentence.trim()), '  - ', '    ');
}

function describeCourse({ kind, course, entry }: Lesson): string {
  const share = describeShare(entry);
  if (kind === 'overruled Guard') return `gave it back (${share})`;
  return {
    'went on': `went on (${share})`,
    waited: `waited at ${share}`,
    'lowered it': `lowered green's share (${share})`,
    'rolled back': 'rolled back',
  }[course];
}
