import { describeMark } from '../canary/entry-mark.ts';
import { rateInWords } from './errors-section.ts';
import { type Content, html, type Markup } from './markup.ts';
import type { CanaryDecision } from './report.ts';
import { section } from './section.ts';
import type { NumberedDecision, Timeline } from './timeline.ts';
import { count, isoTime, notRecorded, percent, plural, seconds, shorten, timeOf } from './wording.ts';

/** Who decided what, when, and on which evidence. */
export function renderDecisions(timeline: Timeline): Markup {
  const { decisions, olderDecisions } = timeline;
  if (decisions.length === 0) return section('decisions', 'Decisions', ['No decisions were recorded.']);
  const older =
    olderDecisions === 0
      ? []
      : [`Only the newest ${count(decisions.length)} are listed; ${plural(olderDecisions, 'older one')} left out.`];
  return section(
    'decisions',
    'Decisions',
    ['Every chart below marks them by number.', ...older],
    html`<ol class="decisions" start="${decisions[0]?.number}">
${decisions.map((decision) => renderDecision(decision, timeline))}</ol>`,
  );
}

function renderDecision(decision: NumberedDecision, { from }: Timeline): Markup {
  const { at, number, by, mark, note } = decision;
  return html`<li value="${number}"><p><span class="badge" aria-hidden="true">${number}</span> <time datetime="${isoTime(at)}">${timeOf(at, from)}</time> <strong>${titleOf(decision)}${mark && `, ${describeMark(mark)}`}</strong> <span class="by">by ${name(by)}</span></p>
${note !== undefined && note.trim() !== '' && html`<blockquote><bdi>${shorten(note, 1000)}</bdi></blockquote>`}
<dl>${factsOf(decision).map(([term, fact]) => html`<div><dt>${term}</dt><dd>${fact}</dd></div>`)}</dl></li>
`;
}

function titleOf({ kind, fromPercent, toPercent }: CanaryDecision): string {
  const ends = [fromPercent, toPercent].map((share) => (share === undefined ? undefined : percent(share)));
  const move = ends[0] === undefined || ends[0] === ends[1] ? `to ${ends[1]}` : `from ${ends[0]} to ${ends[1]}`;
  const moved = ends[1] === undefined ? '' : ` ${move}`;
  switch (kind) {
    case 'share':
      return `Green${moved || "'s share changed"}`;
    case 'hold':
      return `Held${ends[1] === undefined ? '' : ` at ${ends[1]}`}`;
    case 'promotion':
      return `Promoted green${moved && `, ${move}`}`;
    case 'rollback':
      return `Rolled back to blue${moved && `, green ${move}`}`;
    case 'retreat':
      return `Retreated${moved}`;
    case 'lease ended':
      return `Lease ended, back${moved}`;
  }
}

function factsOf(decision: CanaryDecision): readonly (readonly [term: string, fact: Content])[] {
  const { verdict, evidenceHash, requestIds = [], secondsToVerified, kind } = decision;
  const unverified = kind === 'hold' ? 'nothing changed' : notRecorded;
  return [
    ['Verdict', shorten(verdict ?? notRecorded, 300)],
    ['Read back after', secondsToVerified === undefined ? unverified : seconds(secondsToVerified)],
    ["Blue's errors", failures(decision.blueErrors, decision.blueRequests)],
    ["Green's errors", failures(decision.greenErrors, decision.greenRequests)],
    ['Evidence hash', code(evidenceHash)],
    [
      requestIds.length === 1 ? 'AWS request ID' : 'AWS request IDs',
      requestIds.length === 0 ? unverified : ids(requestIds),
    ],
  ];
}

function failures(errors: number | undefined, requests: number | undefined): string {
  return errors === undefined || requests === undefined ? notRecorded : rateInWords({ errors, requests });
}

function code(text: string | undefined): Content {
  return text === undefined ? notRecorded : html`<code>${shorten(text, 100)}</code>`;
}

function ids(requestIds: readonly string[]): Content {
  const shown = requestIds.slice(0, mostIds).map((id) => html`${code(id)} `);
  return [...shown, requestIds.length > mostIds && `and ${plural(requestIds.length - mostIds, 'other')}`];
}

const mostIds = 10;

function name(by: string | undefined): Content {
  return by === undefined || by.trim() === '' ? 'someone who was not recorded' : html`<bdi>${shorten(by, 100)}</bdi>`;
}
