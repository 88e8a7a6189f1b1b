import { countMinutes, type MinuteFigures } from '../evidence/count-minutes.ts';
import { judgeErrors } from '../evidence/error-verdict.ts';
import { minuteLength } from '../evidence/minute.ts';
import { explanationOf, type StepResult } from './deployment.ts';
import type { Answer } from './measurement.ts';
import { type GuardLook, type Night, type NightPlan, retreatIn } from './night.ts';
import type { PlayedRelease } from './played-release.ts';
import { retreatWords } from './watched-verdict.ts';

/** How fast a night ended what users suffered. Times are the cloud's, in epoch milliseconds; lengths are in minutes. */
export interface NightMeasurement {
  /** Errors that users saw, but for users whom a cookie bound to a colour. */
  readonly errors: number;
  readonly lastErrorAt: number | undefined;
  /** From when on users' own figures called green worse, or when the night began, if that is later. */
  readonly knownAt: number | undefined;
  /** From then until the last error; 0 if there was none after it. */
  readonly took: number;
  readonly allowed: number;
}

/** Minutes from the end of a minute until its figures are settled in CloudWatch, rounded up to whole minutes. */
const lag = 3;

/** Measures a night by what users got, as they counted it themselves. */
export function measureNight(night: Night, { guardMinutes }: NightPlan, answers: readonly Answer[]): NightMeasurement {
  const own = answers.filter(({ askedAt, isBound }) => askedAt < night.until && !isBound);
  const evidence = evidenceOf(night);
  const failed = own.filter(({ askedAt, ...answer }) => askedAt >= night.from && hasFailed(answer));
  const lastErrorAt = failed.at(-1)?.askedAt;
  const worseAt = evidence && findWorse(evidence, own, night.until);
  const knownAt = worseAt && Math.max(worseAt, night.from);
  const took = knownAt === undefined || lastErrorAt === undefined ? 0 : minutes(Math.max(0, lastErrorAt - knownAt));
  return { ...{ errors: failed.length, lastErrorAt, knownAt, took }, allowed: lag + spanOf(night, guardMinutes) };
}

/** One sentence for each thing that a Guard, or what came after its retreat, did wrong. */
export function judgeNight({ plan, night, deployment }: PlayedRelease, answers: readonly Answer[]): readonly string[] {
  if (night === undefined || plan.night === undefined) return [];
  const { took, allowed, knownAt } = measureNight(night, plan.night, answers);
  const retreat = retreatIn(night);
  const failed = night.looks.find(({ result }) => result.status === 'failed');
  const problems = [
    ...(failed ? [`a run of Guard failed: ${[...explanationOf(failed.result), failed.result.reason][0]}`] : []),
    ...(retreat?.result.outputs['Verdict'] === 'Worse' && !plan.isUnsound
      ? ['Guard took traffic from a version that was sound']
      : []),
    ...(!retreat && knownAt !== undefined && minutes(night.until - knownAt) > allowed
      ? ['users could see that green was worse, but Guard took no traffic from it']
      : []),
    ...(retreat && took > allowed
      ? [`users still saw errors ${inMinutes(took)} after it was known, but at most ${inMinutes(allowed)} are allowed`]
      : []),
    ...(retreat ? judgeMorning(deployment.steps, plan.night.approval) : []),
  ];
  return problems.map((problem) => `Release ${plan.number}: in the night, ${problem}.`);
}

/** "4.2 minutes" */
export function inMinutes(count: number): string {
  return `${count.toFixed(1)} minutes`;
}

/** Whoever proceeded without a note has to be told who took the traffic back, and what to type. */
function judgeMorning(steps: readonly StepResult[], approval: string): readonly string[] {
  const at = steps.findIndex(({ step }) => step.slug === approval);
  const decided = steps[at];
  const [shift, watch] = steps.slice(at + 1);
  if (decided?.status !== 'succeeded' || decided.outputs['Manual.Notes'] !== '' || !shift || shift.status === 'failed')
    return [];
  const told = shift.script?.warnings.some((line) => line.startsWith(retreatWords) && /\/weight [\d.]+!/.test(line));
  const shown = watch?.outputs['Summary']?.startsWith(retreatWords);
  return [
    ...(told ? [] : [`traffic was taken from green, but ${shift.step.name} did not say so, or not what to type`]),
    ...(shown ? [] : [`traffic was taken from green, but the summary of ${watch?.step.name} does not begin with it`]),
  ];
}

/** How long the retreat, or without one the slowest look, took from the start of the look before: a program does not run as fast as emulated time. */
function spanOf(night: Night, guardMinutes: number): number {
  const { from, looks } = night;
  const retreat = retreatIn(night);
  const spans = looks.flatMap((look, index) =>
    retreat === undefined || look === retreat ? [minutes(look.endedAt - (looks[index - 1]?.startedAt ?? from))] : [],
  );
  return Math.max(guardMinutes, ...spans);
}

function minutes(milliseconds: number): number {
  return milliseconds / minuteLength;
}

/** Which versions a Guard compared, and since when it counted. */
interface Compared {
  readonly from: number;
  readonly blue: string;
  readonly green: string;
}

function evidenceOf({ looks }: Night): Compared | undefined {
  const json = looks.map(({ result }: GuardLook) => result.outputs['Evidence'] ?? '').find((text) => text !== '');
  if (json === undefined) return undefined;
  const { from, blue, green } = JSON.parse(json);
  return { from: Date.parse(from), blue: blue.taskDefinition, green: green.taskDefinition };
}

/** The end of the first minute with which users' own figures call green worse; undefined if none does. */
function findWorse(compared: Compared, answers: readonly Answer[], until: number): number | undefined {
  const figures = countByMinute(compared, answers);
  const limits = { greenDeployedAt: compared.from, greenServesSince: compared.from, shiftedAt: [] };
  const ends = figures.map(({ start }) => start + minuteLength).filter((end) => end <= until);
  // What is judged now are the minutes that ended two minutes ago.
  return ends.find(
    (end) => judgeErrors(countMinutes(figures, { ...limits, now: end + 2 * minuteLength })).kind === 'worse',
  );
}

function countByMinute({ from, blue, green }: Compared, answers: readonly Answer[]): readonly MinuteFigures[] {
  const figures = new Map<number, MinuteFigures>();
  for (const answer of answers) {
    const colour = answer.taskDefinition === green ? 'green' : answer.taskDefinition === blue ? 'blue' : undefined;
    const start = Math.floor(answer.askedAt / minuteLength) * minuteLength;
    if (colour === undefined || start < from) continue;
    const minute = figures.get(start) ?? { start, blue: {}, green: {} };
    const { requests = 0, errors = 0 } = minute[colour];
    const counted = { requests: requests + 1, errors: errors + (hasFailed(answer) ? 1 : 0) };
    figures.set(start, { ...minute, [colour]: counted });
  }
  return [...figures.values()].sort((one, other) => one.start - other.start);
}

function hasFailed({ status = 500 }: Pick<Answer, 'status'>): boolean {
  return status >= 500;
}
