import type { Reply } from './user-request.ts';

/** One answer that a user got. */
export interface Answer extends Reply {
  /** Name of the entry point; undefined for requests to a plain address. */
  readonly entryPoint: string | undefined;
  /** Whether a cookie may have sent its user to a colour. */
  readonly isBound: boolean;
  /** When it was asked for and when it was complete, by the cloud's clock in epoch milliseconds. */
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** What users saw between two moments. */
export interface Measurement {
  readonly requests: number;
  /** Answers of 500 and above, and failed connections. */
  readonly errors: number;
  /** Entry point name → errors there. */
  readonly errorsAt: Readonly<Record<string, number>>;
  /** Version → answers without error. */
  readonly versions: Readonly<Record<string, number>>;
  /** Task definition ARN → answers without error. */
  readonly taskDefinitions: Readonly<Record<string, number>>;
  /** Task definition ARN → all of its answers. */
  readonly servedBy: Readonly<Record<string, number>>;
}

/** Counts what users got. */
export function summarise(answers: readonly Answer[]): Measurement {
  const isGood = ({ status }: Answer): boolean => status !== undefined && status < 500;
  const good = answers.filter(isGood);
  return {
    requests: answers.length,
    errors: answers.length - good.length,
    errorsAt: countBy(
      answers.filter((answer) => !isGood(answer)),
      ({ entryPoint }) => entryPoint,
    ),
    versions: countBy(good, ({ version }) => version),
    taskDefinitions: countBy(good, ({ taskDefinition }) => taskDefinition),
    servedBy: countBy(
      answers.filter(({ taskDefinition }) => taskDefinition !== undefined),
      ({ taskDefinition }) => taskDefinition,
    ),
  };
}

/** Share of a version in the answers of all versions, errors included, in percent. */
export function shareOf({ servedBy }: Measurement, taskDefinition: string): number {
  const served = Object.values(servedBy).reduce((sum, answers) => sum + answers, 0);
  return served === 0 ? 0 : ((servedBy[taskDefinition] ?? 0) / served) * 100;
}

/**
 * By how many percentage points a measured share may differ from the requested one, because of random routing and
 * pending requests. Half of the requested share would not pass.
 */
export function toleranceOf(requested: number, requests: number): number {
  const share = requested / 100;
  return 4 * Math.sqrt((share * (1 - share)) / requests) * 100 + 1;
}

/** "1 error", "2 errors" */
export function countErrors(count: number): string {
  return count === 1 ? '1 error' : `${count} errors`;
}

/** Family and revision in a task definition's ARN. */
export function shortName(taskDefinitionArn: string): string {
  return taskDefinitionArn.replace(/^.*\//, '');
}

function countBy(answers: readonly Answer[], keyOf: (answer: Answer) => string | undefined): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    const key = keyOf(answer) ?? '(none)';
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
