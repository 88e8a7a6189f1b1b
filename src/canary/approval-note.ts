/** What an approver asked for in the note of a manual intervention. */
export type NoteCommand =
  /** No line starts with a slash, but for those of the extras: the rest of the note is a remark. */
  | ({ readonly kind: 'none' } & NoteExtras)
  | ({ readonly kind: 'weight'; readonly percent: number; readonly confirmed: boolean } & NoteExtras)
  | { readonly kind: 'hold' }
  | { readonly kind: 'rollback'; readonly reason: string }
  | { readonly kind: 'unreadable'; readonly line: string; readonly why: string };

/** What lines of their own may add to a share. */
export interface NoteExtras {
  /** How long green may keep the share. */
  readonly leaseMinutes?: number;
  /** Why a larger share is allowed outside the allowed hours. */
  readonly override?: string;
}

/** The commands that a note may hold, for instructions and warnings. */
export const noteCommands =
  '/weight 25 (or 2.5; /weight 25! confirms a large increase), /hold or /rollback reason; with /weight or alone, also /lease 2h and /override reason, each on its own line';

/** Reads the command in a note. Anything that is not exactly a command is unreadable; nothing is guessed. */
export function readApprovalNote(note: string): NoteCommand {
  const typed = note.split(lineEnd).map((line) => line.replace(invisibleEdges, ''));
  const lines = typed.filter((line) => slash.test(line));
  const shiftBack = lines.map(splitWord).find(([word]) => /^\/rollback:?$/i.test(word));
  // Whatever else the note holds, a rollback is the safe reading.
  if (shiftBack) return { kind: 'rollback', reason: shiftBack[1] === '' ? 'no reason given' : shiftBack[1] };
  const crowded = lines.find((line) => secondCommand.test(line));
  if (crowded) return { kind: 'unreadable', line: shorten(crowded), why: 'each command needs a line of its own' };
  const [leases, overrides] = [/^\/lease$/i, /^\/override:?$/i].map((word) =>
    lines.filter((line) => word.test(splitWord(line)[0])),
  ) as [string[], string[]];
  const others = lines.filter((line) => !leases.includes(line) && !overrides.includes(line));
  if ([others, leases, overrides].some(({ length }) => length > 1))
    return {
      ...{ kind: 'unreadable', line: shorten(lines.join(' and ')) },
      why: 'only one of /weight, /hold and /rollback is allowed, and each command only once',
    };
  const [command] = others;
  // A remark that names a share means that one, and not the planned share.
  const share = command === undefined ? (mentionIn(typed) ?? { kind: 'none' }) : readCommand(command);
  const extras = [...leases.map(readLease), ...overrides.map(readOverride)];
  return extras.length === 0 ? share : withExtras(share, extras, lines);
}

function readCommand(line: string): NoteCommand {
  const [word = '', rest = ''] = splitWord(line);
  switch (word.toLowerCase()) {
    case '/weight':
      return readWeight(line, rest);
    case '/hold':
      return { kind: 'hold' };
    default:
      return { kind: 'unreadable', line: shorten(line), why: 'unknown command' };
  }
}

type Unreadable = Extract<NoteCommand, { kind: 'unreadable' }>;

/** Extras are about the share that is given, so they stand beside no other command. */
function withExtras(
  share: NoteCommand,
  extras: readonly (NoteExtras | Unreadable)[],
  lines: readonly string[],
): NoteCommand {
  if (share.kind === 'unreadable') return share;
  if (share.kind !== 'none' && share.kind !== 'weight')
    return {
      ...{ kind: 'unreadable', line: shorten(lines.join(' and ')) },
      why: '/lease and /override go with /weight or alone, not with /hold',
    };
  return extras.find((extra) => 'kind' in extra) ?? Object.assign({ ...share }, ...extras);
}

function readOverride(line: string): NoteExtras | Unreadable {
  const [, override] = splitWord(line);
  return override === ''
    ? { kind: 'unreadable', line: shorten(line), why: 'an override needs a reason' }
    : { override };
}

function readLease(line: string): NoteExtras | Unreadable {
  const leaseMinutes = readMinutes(splitWord(line)[1]);
  return leaseMinutes === undefined
    ? { kind: 'unreadable', line: shorten(line), why: 'a lease is a duration such as 30m, 2h, 1h30m or 3d, at most 7d' }
    : { leaseMinutes };
}

/** The longest lease, in minutes: seven days. */
export const longestLease = 7 * 24 * 60;

function readMinutes(typed: string): number | undefined {
  const [, ...parts] = /^(?:(\d)d)?(?:(\d{1,3})h)?(?:(\d{1,5})m)?$/i.exec(typed) ?? [];
  const [days = 0, hours = 0, minutes = 0] = parts.map((part) => Number(part ?? 0));
  const total = (days * 24 + hours) * 60 + minutes;
  return total > 0 && total <= longestLease ? total : undefined;
}

/** A command in quotes, in a list or inside a sentence is neither a valid command nor a plain remark. */
function mentionIn(typed: readonly string[]): NoteCommand | undefined {
  const line = typed.find((one) => !slash.test(one) && anyCommand.test(one));
  return line === undefined
    ? undefined
    : { kind: 'unreadable', line: shorten(line), why: 'a command must be at the start of its own line' };
}

function shorten(line: string): string {
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

const lineEnd = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;
// Pasted text may contain invisible characters, and a command after one must not pass for a remark.
const invisibleEdges = /^[\s\p{Cc}\p{Cf}]+|[\s\p{Cc}\p{Cf}]+$/gu;
// Some keyboards have other slashes. A line that starts with one is meant as a command, so it is not a remark.
const slash = /^[/\u2044\u2215\uff0f]/;
const anyCommand = /[/\\\u2044\u2215\uff0f\u2571\u29f8]\s*(weight|hold|rollback|lease|override)\b/i;
// A slash after a letter, a digit or another slash is part of a path.
const secondCommand = new RegExp(`[^\\p{L}\\p{N}/]${anyCommand.source}`, 'iu');

function splitWord(line: string): readonly [string, string] {
  const match = /^(\S+)\s*(.*)$/.exec(line);
  return [match?.[1] ?? line, match?.[2] ?? ''];
}

function readWeight(line: string, rest: string): NoteCommand {
  // Who copies the command from the end of a sentence copies its full stop, too.
  const match = /^(\d{1,3}(?:\.\d)?)\s*%?\s*(!\.?)?$/.exec(rest);
  const percent = Number(match?.[1]);
  if (!match || percent > 100) {
    return {
      kind: 'unreadable',
      line: shorten(line),
      why: 'a weight is a number from 0 to 100 with at most one decimal, after a dot',
    };
  }
  return { kind: 'weight', percent, confirmed: match[2] !== undefined };
}
