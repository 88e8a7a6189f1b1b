import type { Answer } from './measurement.ts';
import type { PlayedRelease } from './played-release.ts';

/** One sentence for each figure in a summary that contradicts what the users themselves counted in the same minutes. */
export function judgeCards(releases: readonly PlayedRelease[], answers: readonly Answer[]): readonly string[] {
  return releases.flatMap(({ plan, stages }) => {
    const watches = stages.flatMap(({ result: { step, outputs } }) =>
      step.kind === 'template' && step.stepId === 'watch' && outputs['Evidence']
        ? [{ name: step.name, evidence: readEvidence(outputs['Evidence']) }]
        : [],
    );
    const shifts = watches.map(({ evidence }) => evidence.shareSince);
    return watches.flatMap(({ name, evidence }) =>
      compare(evidence, shifts, answers).map(
        (difference) => `Release ${plan.number}: the summary of ${name} ${difference}`,
      ),
    );
  });
}

/** What the output variable `Evidence` says, as far as users can know it; times in epoch milliseconds. */
interface Evidence {
  readonly from: number;
  readonly until: number;
  readonly shareSince: number;
  /** Whether an error is what users see as one. */
  readonly isOf5xx: boolean;
  readonly colours: readonly Figures[];
}

interface Figures {
  readonly colour: string;
  readonly taskDefinition: string;
  /** Null where nothing was measured. */
  readonly requests: number | null;
  readonly errors: number | null;
}

function readEvidence(json: string): Evidence {
  const { from, until, shareSince, errors, blue, green } = JSON.parse(json);
  return {
    from: Date.parse(from),
    until: Date.parse(until),
    shareSince: Date.parse(shareSince),
    isOf5xx: errors.counted === '5xx',
    colours: [
      { colour: 'blue', ...blue },
      { colour: 'green', ...green },
    ],
  };
}

function compare(evidence: Evidence, shifts: readonly number[], answers: readonly Answer[]): readonly string[] {
  const spans = countedSpans(evidence, shifts);
  return evidence.colours.flatMap(({ colour, taskDefinition, requests, errors }) => {
    if (requests === null || errors === null) return [];
    const own = answers.filter((answer) => (answer.taskDefinition ?? taskDefinition) === taskDefinition);
    const failed = own.filter(({ status = 500 }) => status >= 500);
    return [
      ...contradict(requests, boundsOf(own, taskDefinition, spans), `requests to ${colour}`),
      ...(evidence.isOf5xx ? contradict(errors, boundsOf(failed, taskDefinition, spans), `errors from ${colour}`) : []),
    ];
  });
}

interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

const minute = 60_000;

/** The counted minutes: those of the watch without the ones in which the split changed. */
function countedSpans({ from, until }: Evidence, shifts: readonly number[]): readonly TimeSpan[] {
  const spans: TimeSpan[] = [];
  let start = from;
  for (const at of [...shifts].filter((shift) => shift > from && shift % minute !== 0)) {
    const mixed = Math.floor(at / minute) * minute;
    if (mixed >= until) continue;
    spans.push({ from: start, to: mixed });
    start = mixed + minute;
  }
  return [...spans, { from: start, to: until }].filter(({ from: begin, to }) => to > begin);
}

/** The least and most answers that the load balancer may have counted: a user knows only when a request was in flight. */
function boundsOf(answers: readonly Answer[], taskDefinition: string, spans: readonly TimeSpan[]) {
  const within = (meets: (answer: Answer, span: TimeSpan) => boolean) =>
    answers.filter((answer) => spans.some((span) => meets(answer, span))).length;
  return {
    least: within(
      (answer, { from, to }) =>
        answer.taskDefinition === taskDefinition && answer.askedAt >= from && answer.answeredAt < to,
    ),
    // Nobody knows which colour failed to answer.
    most: within(({ askedAt, answeredAt }, { from, to }) => answeredAt >= from && askedAt < to),
  };
}

function contradict(shown: number, { least, most }: ReturnType<typeof boundsOf>, what: string): readonly string[] {
  if (shown >= least && shown <= most) return [];
  return [`shows ${shown} ${what}, but users counted ${least === most ? least : `${least} to ${most}`}`];
}
