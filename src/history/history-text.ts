import { mostEntries } from '../canary/ledger.ts';
import type { LedgerEntry } from '../canary/ledger-entry.ts';
import { type Chapter, chaptersOf } from './chapter.ts';
import { type Learning, type Lesson, learnFrom } from './lesson.ts';
import { type Reach, reachOf } from './reach.ts';
import { describeEvidence, describeOutcome, describeShare, describeTime, nameOutcome, plain } from './wording.ts';

/** A ledger for people, the newest canary last, in lines of at most 100 characters. @param entries oldest first */
export function renderHistory(entries: readonly LedgerEntry[]): string {
  const reach = reachOf(entries);
  if (!reach) return emptyLedger;
  const chapters = chaptersOf(entries);
  return [
    ...chapters.flatMap((chapter) => [...describeChapter(chapter), '']),
    'What to learn',
    ...describeLearning(learnFrom(chapters)),
    '',
    'How far back this goes',
    ...wrap(describeReach(reach, entries), '  '),
  ].join('\n');
}

const emptyLedger = `The ledger is empty: no step has recorded a decision yet. Prepare Blue, Shift Traffic, Promote and
Rollback do so if their policy allows the tags EcsCanaryLog01 to EcsCanaryLog16.`;

const width = 100;

function describeChapter(chapter: Chapter): readonly string[] {
  const [first] = chapter.entries;
  const begin = first?.kind === 'begin' ? first : undefined;
  const about = [begin?.note, begin?.deployment].filter((text) => text !== undefined).map(plain);
  const title = `Canary ${chapter.number}: ${nameOutcome(chapter.outcome)}${about.length === 0 ? '' : ` (${about.join(', ')})`}`;
  return [
    ...wrap(title, '', '  '),
    ...(chapter.isWhole ? [] : ['  Its first entries are no longer in the ledger.']),
    heading,
    ...chapter.entries.flatMap((entry) => describeEntry(entry, begin)),
  ];
}

const columns = { n: 5, time: 20, kind: 12, share: 16 } as const;

function row(n: string, time: string, kind: string, share: string): string {
  return `${n.padStart(columns.n)}  ${time.padEnd(columns.time)} ${kind.padEnd(columns.kind)}${share.padEnd(columns.share)}`;
}

const heading = `${row('No.', 'When (UTC)', 'What', "Green's share")}Who, and what they saw`;

/** The last column goes on in lines below it. */
function describeEntry(entry: LedgerEntry, begin: LedgerEntry | undefined): readonly string[] {
  const head = row(String(entry.n), describeTime(entry.at), entry.kind, describeShare(entry));
  const margin = ' '.repeat(head.length);
  const lines = detailsOf(entry, begin).flatMap((detail) => wrap(detail, margin, `${margin}  `));
  const [first = head, ...others] = lines;
  return [`${head}${first.slice(head.length)}`.trimEnd(), ...others];
}

function detailsOf(entry: LedgerEntry, begin: LedgerEntry | undefined): readonly string[] {
  const { by, approvalStep, evidence, note, seconds, deployment } = entry;
  const who = [by, approvalStep && `at ${approvalStep}`].filter(Boolean).join(' ');
  const isForeign = deployment !== undefined && begin !== undefined && deployment !== begin.deployment;
  return [
    who,
    ...(isForeign || (deployment !== undefined && !begin) ? [`in ${deployment}`] : []),
    ...(evidence ? [describeEvidence(evidence)] : []),
    ...(note !== undefined && entry !== begin ? [`“${note}”`] : []),
    ...(seconds === undefined ? [] : [`read back after ${seconds} s`]),
  ]
    .filter((detail) => detail !== '')
    .map(plain);
}

function describeLearning({ worse, sound, lessons }: Learning): readonly string[] {
  if (worse + sound === 0)
    return wrap(
      'No decision here has a verdict of worse, no worse or better. The ledger has verdicts only where EcsCanary.Evidence is bound to the Watch step before the approval.',
      '  ',
    );
  const [against, held] = [
    lessons.filter(({ kind }) => kind === 'went on although green was worse'),
    lessons.filter(({ kind }) => kind === 'held back although green was no worse'),
  ];
  return [
    ...wrap(sumUp(against, worse, 'Green was worse at', 'somebody went on'), '  '),
    ...against.flatMap(describeLesson),
    ...wrap(sumUp(held, sound, 'Green was no worse, or better, at', 'somebody waited or went back'), '  '),
    ...held.flatMap(describeLesson),
  ];
}

function sumUp(lessons: readonly Lesson[], gates: number, where: string, what: string): string {
  const decisions = gates === 1 ? '1 decision' : `${gates} decisions`;
  if (gates === 0) return `${where} none of the decisions.`;
  if (lessons.length === 0) return `${where} ${decisions}; at none of them ${what}.`;
  return `${where} ${decisions}; at ${lessons.length} of them ${what}. ${countOutcomes(lessons)}`;
}

/** Each canary counts once. */
function countOutcomes(lessons: readonly Lesson[]): string {
  const chapters = [...new Set(lessons.map(({ chapter }) => chapter))];
  const outcomes = [...new Set(chapters.map(({ outcome }) => outcome))];
  if (chapters.length === 1) return `What came of that canary: ${outcomes.map(nameOutcome).join()}.`;
  const counts = outcomes.map(
    (outcome) => `${chapters.filter((chapter) => chapter.outcome === outcome).length} ${nameOutcome(outcome)}`,
  );
  return `What came of these canaries: ${counts.join(', ')}.`;
}

function describeLesson({ entry, course, chapter, verdict }: Lesson): readonly string[] {
  const { by, approvalStep, note, n } = entry;
  const evidence = describeEvidence(entry.evidence ?? { verdict });
  const who = by ?? (course === 'rolled back' ? 'the deployment' : 'somebody');
  const where = approvalStep === undefined ? '' : ` at ${approvalStep}`;
  const courses: Readonly<Record<Lesson['course'], string>> = {
    'went on': `${who} went on (${describeShare(entry)})`,
    waited: `${who} waited at ${describeShare(entry)}`,
    'lowered it': `${who} lowered green's share (${describeShare(entry)})`,
    'rolled back': `${who} rolled back`,
  };
  const because = note === undefined ? '' : `, saying “${note}”`;
  const sentence = `Canary ${chapter.number}, no. ${n}${where}: ${evidence}, but ${courses[course]}${because}. ${describeOutcome(chapter.outcome)}`;
  return wrap(plain(sentence), '  - ', '    ');
}

function describeReach({ first, last, missing }: Reach, [oldest]: readonly LedgerEntry[]): string {
  const since = oldest ? `${describeTime(oldest.at)} UTC` : '';
  const gone =
    first === 1 ? 'The ledger is complete: it begins' : `Older entries are gone (1 to ${first - 1}): the ledger begins`;
  const edited = missing.length === 0 ? '' : ` Missing: ${missing.join(', ')}, because somebody edited the tags.`;
  return `${gone} with no. ${first} at ${since} and ends with no. ${last}.${edited} The service has room for the last ${mostEntries} entries at most; each task's artifact ecs-canary-ledger.json keeps them for longer.`;
}

/** Words in lines of at most 100 characters. @param first how the first line begins @param next how the others do */
function wrap(text: string, first: string, next = first): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(/\s+/).flatMap((long) => piecesOf(long, width - next.length))) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = next;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

function piecesOf(word: string, most: number): readonly string[] {
  return word.match(new RegExp(`.{1,${most}}`, 'gu')) ?? [];
}
