import { crashLoopTasks, describeFailures, type StoppedTask } from '../../canary/health.ts';
import { mostGreen } from '../../canary/production-rules.ts';
import { plainMarkdown } from '../../canary/summary.ts';
import type { CeilingVerdict } from '../../evidence/ceiling-verdict.ts';
import type { ErrorVerdict } from '../../evidence/error-verdict.ts';
import type { LatencyVerdict } from '../../evidence/latency-verdict.ts';
import { worseSentence } from './error-headline.ts';
import { ringingIn, type Sighting } from './sighting.ts';
import { count, listNames, milliseconds, rate, shorten } from './wording.ts';

/** A reason to call green worse. */
export interface Harm {
  readonly kind: 'health' | 'crash loop' | 'errors' | 'error ceiling' | 'latency' | 'latency ceiling' | 'alarm';
  /** A Markdown sentence about green. */
  readonly sentence: string;
}

interface Judged {
  readonly errors: ErrorVerdict;
  readonly latency: LatencyVerdict;
  readonly ceilings: { readonly errors?: CeilingVerdict; readonly latency?: CeilingVerdict };
  readonly request: {
    readonly whenWorse: 'Ask' | 'Fail' | 'Retreat';
    readonly latencyMargin: number;
    readonly maxErrorRate: number | undefined;
    readonly maxLatency: number | undefined;
  };
  readonly isFair: boolean;
}

/** Every reason to call green worse, most serious first; none for a green without traffic. */
export function findHarm(sighting: Sighting, judged: Judged): readonly Harm[] {
  if (mostGreen(sighting.traffic.productionRules) === 0) return [];
  return [
    ...findSickness(sighting),
    ...findErrors(judged),
    ...findLatency(judged),
    ...findRinging(sighting, judged.request),
  ];
}

function when(holds: boolean, kind: Harm['kind'], sentence: string): readonly Harm[] {
  return holds ? [{ kind, sentence }] : [];
}

function findSickness({ traffic, failed }: Sighting): readonly Harm[] {
  const { taskSet, healthy, targets } = traffic.green;
  const { blue, green } = failed.kind === 'read' ? failed.value : { blue: [], green: [] };
  // Where blue's tasks fail as often, something else is to blame.
  const isLooping = green.length >= crashLoopTasks(taskSet.computedDesired) && green.length > blue.length;
  return [
    ...when(healthy === 0, 'health', `It has no healthy target (0 of ${targets.length}).`),
    ...when(
      isLooping,
      'crash loop',
      `${green.length} of its tasks failed (blue: ${blue.length}): ${listFailures(green)}.`,
    ),
  ];
}

/** The reasons in one line. */
function listFailures(failed: readonly StoppedTask[]): string {
  const line = describeFailures(failed).replaceAll('  - ', '').replaceAll('\n', '; ');
  return plainMarkdown(shorten(line, 400));
}

function findErrors({ errors, ceilings, request, isFair }: Judged): readonly Harm[] {
  const { green } = errors;
  const counts = `${count(green.errors)} of ${count(green.requests)} requests`;
  return [
    ...when(isFair && errors.kind === 'worse', 'errors', worseSentence(errors)),
    ...when(
      ceilings.errors === 'above',
      'error ceiling',
      `Its error rate is above your limit of ${request.maxErrorRate} %: ${counts} failed (${rate(green)}).`,
    ),
  ];
}

function findLatency({ latency, ceilings, request, isFair }: Judged): readonly Harm[] {
  const { blue, green, slowerMinutes, comparedMinutes } = latency;
  return [
    ...when(
      isFair && latency.kind === 'slower',
      'latency',
      `It is slower: its p90 exceeded blue's by more than ${request.latencyMargin} % in ${slowerMinutes} of ${comparedMinutes} minutes (medians: green ${milliseconds(green?.p90)}, blue ${milliseconds(blue?.p90)}).`,
    ),
    ...when(
      ceilings.latency === 'above',
      'latency ceiling',
      `Its p90 is above your limit of ${request.maxLatency} ms in most minutes.`,
    ),
  ];
}

/** A Guard leaves alone what may have rung before a person approved the share; a person can judge that. */
function findRinging(sighting: Sighting, { whenWorse }: Judged['request']): readonly Harm[] {
  const { since, undated } = ringingIn(sighting);
  const what = since.length === 1 ? 'The alarm' : 'The alarms';
  return [
    ...when(since.length > 0, 'alarm', `${what} ${listNames(since)} went into ALARM after green got traffic.`),
    ...when(undated.length > 0 && whenWorse !== 'Retreat', 'alarm', describeUndated(undated)),
  ];
}

/** What is known of alarms that ring since an unknown time, as a Markdown sentence. */
export function describeUndated(names: readonly string[]): string {
  const what = names.length === 1 ? `The alarm ${listNames(names)} is` : `The alarms ${listNames(names)} are`;
  return `${what} in ALARM, but CloudWatch does not say since when.`;
}
