import { type EntryMark, entryMarks } from './entry-mark.ts';

/** What happened: a canary began, a decision of a person, or what moved traffic without one. */
export type EntryKind = 'begin' | 'share' | 'hold' | 'promotion' | 'rollback' | 'retreat' | 'lease-ended';

/** What the figures said about green, as Watch Canary's output variable has it. */
export const entryVerdicts = ['Worse', 'NoWorse', 'Better', 'CannotTell', 'NoEvidence'] as const;
export type EntryVerdict = (typeof entryVerdicts)[number];

/** Requests of a colour that were compared, and how many of them failed. */
export interface EntryCounts {
  readonly errors: number;
  readonly requests: number;
}

/** The figures that an approver saw. */
export interface EntryEvidence {
  readonly verdict: EntryVerdict;
  /** Absent if nothing was measured. */
  readonly green?: EntryCounts;
  readonly blue?: EntryCounts;
  /** Beginning of the SHA-256 of the evidence, in hexadecimal. */
  readonly hash?: string;
}

/** One line of the ledger. */
export interface LedgerEntry {
  /** From 1, one more for each entry of the service. */
  readonly n: number;
  /** The canary, from 1. */
  readonly chapter: number;
  readonly kind: EntryKind;
  /** Epoch milliseconds by AWS's clock; whole seconds. */
  readonly at: number;
  /** Green's share before, in percent; absent if it is not known. */
  readonly from?: number;
  /** Green's share after, in percent. */
  readonly to: number;
  /** From the start of the step until the share was read back; absent if this run did not move it. */
  readonly seconds?: number;
  /** Who approved. */
  readonly by?: string;
  /** Octopus's id of the deployment or runbook run. */
  readonly deployment?: string;
  /** The manual intervention. */
  readonly approvalStep?: string;
  readonly evidence?: EntryEvidence;
  /** Beginnings of AWS's ids of the requests that moved the traffic. */
  readonly requestIds?: readonly string[];
  /** Absent in entries from before there were marks. */
  readonly mark?: EntryMark;
  readonly note?: string;
}

/** Whether a canary ends with such an entry. */
export function endsChapter(kind: EntryKind): boolean {
  return kind === 'promotion' || kind === 'rollback';
}

/**
 * An entry as a tag's value of at most 256 characters that AWS accepts. Every other character becomes `_`; what a
 * person wrote is cut, the note first.
 */
export function formatEntry(entry: LedgerEntry): string {
  const { n, chapter, at, kind, from, to, by, deployment, approvalStep, evidence, mark, note } = entry;
  const words = [
    `${n} c${chapter} ${new Date(Math.ceil(at / 1000) * 1000).toISOString().slice(0, 19)}Z ${kind}`,
    from === undefined ? `to ${percent(to)}` : `${percent(from)} to ${percent(to)}`,
    ...[entry.seconds].flatMap((seconds) => (seconds === undefined ? [] : [`took ${seconds.toFixed(1)}s`])),
    field('by', by, 32),
    field('d', deployment?.replace(/\s/g, '_'), 32),
    field('at', cutMiddle(toTagText(approvalStep ?? ''), 32), 32),
    ...(evidence ? describeEvidence(evidence) : []),
    ...[(entry.requestIds ?? []).slice(0, 3)].map((ids) => field('req', ids.map(begin).join('+'), 26)),
  ].filter(Boolean);
  const marked = mark === undefined ? '' : ` note +${mark}`;
  // Only figures of many digits need more than a tag holds.
  while (words.join(' ').length > mostCharacters - marked.length) words.pop();
  const head = words.join(' ') + marked;
  const lead = marked === '' ? ' note ' : ' ';
  const rest = cut(toTagText(note ?? ''), Math.max(0, mostCharacters - head.length - lead.length));
  return rest === '' ? head : head + lead + rest.replace(markedNote, '_$1$2');
}

/** The entry that a tag's value holds; undefined for anything else. */
export function parseEntry(text: string): LedgerEntry | undefined {
  const found = form.exec(text)?.groups;
  const at = Date.parse(found?.['at'] ?? '');
  if (!found || Number.isNaN(at)) return undefined;
  const { from, seconds, by, deployment, approvalStep, requestIds } = found;
  const [before, to] = [from, found['to']].map(Number);
  if (to === undefined || to > 100 || (before !== undefined && before > 100)) return undefined;
  const evidence = readEvidence(found);
  return {
    n: Number(found['n']),
    chapter: Number(found['chapter']),
    kind: found['kind'] as EntryKind,
    at,
    ...(from !== undefined && { from: Number(from) }),
    to,
    ...(seconds !== undefined && { seconds: Number(seconds) }),
    ...(by !== undefined && { by }),
    ...(deployment !== undefined && { deployment }),
    ...(approvalStep !== undefined && { approvalStep }),
    ...(evidence && { evidence }),
    ...(requestIds !== undefined && { requestIds: requestIds.split('+') }),
    ...readNote(found['note'] ?? ''),
  };
}

/** AWS's limit for the value of a tag. */
const mostCharacters = 256;

function percent(share: number): string {
  return String(Number(share.toFixed(1)));
}

/** A name within the line: what looks like the next field is joined to the word before it. */
function field(word: string, text: string | undefined, most: number): string {
  const plain = cut(toTagText(text ?? ''), most).replace(fieldWithin, '_');
  return plain === '' ? '' : `${word} ${plain}`;
}

const fieldWithin = / (?=(?:took|by|d|at|verdict|green|blue|evidence|req|note)(?: |$))/g;

function describeEvidence({ verdict, green, blue, hash }: EntryEvidence): readonly string[] {
  const counts = (colour: string, found: EntryCounts | undefined): string =>
    found ? `${colour} ${found.errors}/${found.requests}` : '';
  return [
    `verdict ${verdict}`,
    counts('green', green),
    counts('blue', blue),
    hash === undefined ? '' : `evidence ${begin(hash)}`,
  ];
}

function begin(id: string): string {
  return id.replace(/[^\w-]/g, '').slice(0, 8);
}

/** One line of the characters that AWS allows in tags. */
function toTagText(text: string): string {
  return text
    .replace(/[\s\p{Z}]+/gu, ' ')
    .trim()
    .replace(/[^\p{L}\p{N} +\-=._:/@]/gu, '_');
}

/** At most this many UTF-16 units, without half a character or a blank at the end. */
function cut(text: string, length: number): string {
  return text
    .slice(0, length)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd();
}

/** The beginning and the end, where names of approvals differ: `Approve the pr..n traffic to 50_`. */
function cutMiddle(text: string, length: number): string {
  if (text.length <= length) return text;
  const tail = text.slice(-length / 2).replace(/^[\uDC00-\uDFFF]/, '');
  return `${cut(text, length / 2 - 2)}..${tail.trimStart()}`;
}

type Found = Readonly<Record<string, string | undefined>>;

function readEvidence(found: Found): EntryEvidence | undefined {
  const { verdict, green, blue, hash } = found;
  if (verdict === undefined) return undefined;
  return {
    verdict: verdict as EntryVerdict,
    ...(green !== undefined && { green: readCounts(green) }),
    ...(blue !== undefined && { blue: readCounts(blue) }),
    ...(hash !== undefined && { hash }),
  };
}

/** A reader of an older version takes the mark for a part of the note. */
function readNote(text: string): Pick<LedgerEntry, 'mark' | 'note'> {
  const [, mark, rest = ''] = markedNote.exec(text) ?? [undefined, undefined, text];
  return { ...(mark !== undefined && { mark: mark as EntryMark }), ...(rest.trim() !== '' && { note: rest.trim() }) };
}

const markedNote = new RegExp(`^\\+(${entryMarks.join('|')})($| .*)`);

function readCounts(text: string): EntryCounts {
  const [errors = 0, requests = 0] = text.split('/').map(Number);
  return { errors, requests };
}

const form = new RegExp(
  [
    // No service has more decisions; a longer number, which only a hand can have written, would come after every later one.
    /^(?<n>[1-9]\d{0,6}) c(?<chapter>[1-9]\d{0,8}) (?<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)/,
    / (?<kind>begin|share|hold|promotion|rollback|retreat|lease-ended)/,
    /(?: (?<from>\d{1,3}(?:\.\d)?))? to (?<to>\d{1,3}(?:\.\d)?)/,
    /(?: took (?<seconds>\d{1,9}\.\d)s)?/,
    /(?: by (?<by>\S.*?))?(?: d (?<deployment>\S+))?(?: at (?<approvalStep>\S.*?))?/,
    /(?: verdict (?<verdict>Worse|NoWorse|Better|CannotTell|NoEvidence))?/,
    /(?: green (?<green>\d{1,15}\/\d{1,15}))?(?: blue (?<blue>\d{1,15}\/\d{1,15}))?/,
    /(?: evidence (?<hash>[\da-f]{8}))?(?: req (?<requestIds>[\w-]+(?:\+[\w-]+)*))?(?: note (?<note>\S.*))?$/,
  ]
    .map(({ source }) => source)
    .join(''),
);
