import { describeMark } from '../canary/entry-mark.ts';
import { mostEntries } from '../canary/ledger.ts';
import type { LedgerEntry } from '../canary/ledger-entry.ts';
import { type Chapter, chaptersOf } from './chapter.ts';
import { describeLearning } from './learning-text.ts';
import { learnFrom } from './lesson.ts';
import { type Reach, reachOf } from './reach.ts';
import { describeEvidence, describeShare, describeTime, nameOutcome, plain } from './wording.ts';
import { wrap } from './wrapped-text.ts';

/** A ledger for people, the newest canary last, in lines of at most 80 characters. @param entries oldest first */
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

const emptyLedger = wrap(
  'The ledger is empty: no step has recorded a decision yet. Prepare Blue, Shift Traffic, Promote, Rollback and Guard do so if their policy allows the tags EcsCanaryLog01 to EcsCanaryLog16.',
  '',
).join('\n');

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

function row(n: string, time: string, kind: string, share: string): string {
  return `${n.padStart(5)}  ${time.padEnd(20)} ${kind.padEnd(12)}${share}`;
}

const heading = row('No.', 'When (UTC)', 'What', "Green's share");

/** Who decided, and what they saw, is below it. */
function describeEntry(entry: LedgerEntry, begin: LedgerEntry | undefined): readonly string[] {
  return [
    row(String(entry.n), describeTime(entry.at), entry.kind, describeShare(entry)),
    ...detailsOf(entry, begin).flatMap((detail) => wrap(detail, ' '.repeat(7), ' '.repeat(9))),
  ];
}

function detailsOf(entry: LedgerEntry, begin: LedgerEntry | undefined): readonly string[] {
  const { kind, by, approvalStep, evidence, mark, note, seconds, deployment } = entry;
  const isGuard = kind === 'retreat' || kind === 'lease-ended';
  const who = [isGuard ? 'Guard' : by, approvalStep && `at ${approvalStep}`].filter(Boolean).join(' ');
  const isForeign = deployment !== undefined && begin !== undefined && deployment !== begin.deployment;
  return [
    who,
    ...(isForeign || (deployment !== undefined && !begin) ? [`in ${deployment}`] : []),
    ...(evidence ? [describeEvidence(evidence)] : []),
    ...(mark ? [describeMark(mark)] : []),
    ...(note !== undefined && entry !== begin ? [isGuard ? reasonOf(note) : `“${note}”`] : []),
    ...(seconds === undefined ? [] : [`read back after ${seconds} s`]),
  ]
    .filter((detail) => detail !== '')
    .map(plain);
}

/** The verdict and the kind of the entry tell the other reasons of a Guard. */
function reasonOf(note: string): string {
  return note === 'silent' ? 'because CloudWatch had no figures for green' : '';
}

function describeReach({ first, last, missing }: Reach, [oldest]: readonly LedgerEntry[]): string {
  const since = oldest ? `${describeTime(oldest.at)} UTC` : '';
  const gone =
    first === 1 ? 'The ledger is complete: it begins' : `Older entries are gone (1 to ${first - 1}): the ledger begins`;
  const edited = missing.length === 0 ? '' : ` Missing: ${missing.join(', ')}, because somebody edited the tags.`;
  return `${gone} with no. ${first} at ${since} and ends with no. ${last}.${edited} The service has room for the last ${mostEntries} entries at most; each task's artifact ecs-canary-ledger.json keeps them for longer.`;
}
