import type { CallRecord } from '../../emulator/calls.ts';

/** How one step of one canary went. */
export interface StepResult {
  readonly canary: string;
  readonly step: string;
  readonly release: number;
  /** In emulated time. */
  readonly seconds: number;
  readonly failure?: { readonly code: string; readonly message: string };
}

/** The results of canaries on one account. */
export interface FleetFigures {
  readonly canaries: number;
  readonly timeScale: number;
  /** Attempts at one call before its step has to wait. */
  readonly tries: number;
  /** Steps that reached their goal. */
  readonly steps: number;
  /** API calls, including retries. */
  readonly calls: number;
  /** Calls that were throttled by the account's rates. */
  readonly throttled: number;
  /** Attempts at calls beyond the first. */
  readonly retries: number;
  /** Calls with every attempt throttled, so that the step itself had to wait. */
  readonly givenUp: number;
  readonly emulatedSeconds: number;
  readonly realSeconds: number;
  readonly failures: readonly StepResult[];
  /** How long steps took, in emulated seconds, in the order in which they first ran. */
  readonly durations: readonly { readonly step: string; readonly median: number; readonly longest: number }[];
  /** Calls and throttled calls by operation, the most throttled first. */
  readonly operations: readonly { readonly operation: string; readonly calls: number; readonly throttled: number }[];
}

/** The attempts of the steps' clients (src/aws/clients.ts). */
export const triesOfCall = 5;

/** Sums up a fleet. */
export function figuresOf(
  {
    canaries,
    timeScale,
    tries = triesOfCall,
  }: { readonly canaries: number; readonly timeScale: number; readonly tries?: number },
  results: readonly StepResult[],
  calls: readonly CallRecord[],
  realSeconds: number,
): FleetFigures {
  const failures = results.filter(({ failure }) => failure !== undefined);
  return {
    canaries,
    timeScale,
    tries,
    steps: results.length - failures.length,
    calls: calls.length,
    throttled: calls.filter(isThrottled).length,
    retries: calls.filter(({ attempt = 1 }) => attempt > 1).length,
    givenUp: calls.filter((call) => isThrottled(call) && call.attempt === tries).length,
    emulatedSeconds: realSeconds * timeScale,
    realSeconds,
    failures,
    durations: byStep(results),
    operations: byOperation(calls),
  };
}

/** Renders the figures as lines of text. */
export function describeFleet(figures: FleetFigures): string[] {
  const { canaries, steps, calls, throttled, retries, givenUp, failures, timeScale, tries } = figures;
  const share = calls === 0 ? 0 : (100 * throttled) / calls;
  return [
    `${canaries} canaries at once on one account: ${steps} steps done, ${failures.length} failed.`,
    `${calls} calls (${(calls / canaries).toFixed(0)} per canary), ${throttled} throttled (${share.toFixed(1)} %), ${retries} retries; all ${tries} attempts of ${givenUp} calls were throttled, and their steps waited.`,
    `${minutes(figures.emulatedSeconds)} of emulated time in ${minutes(figures.realSeconds)}, at ${timeScale} times real speed.`,
    ...figures.durations.map(
      ({ step, median, longest }) => `  ${step}: median ${median.toFixed(0)} s, at most ${longest.toFixed(0)} s`,
    ),
    ...figures.operations
      .slice(0, 8)
      .map((row) => `  ${row.operation}: ${row.calls} calls, ${row.throttled} throttled`),
    ...failures.map(
      ({ canary, step, release, failure }) =>
        `✗ ${canary}, ${step} of ${release}.0: ${failure?.code}: ${failure?.message}`,
    ),
  ];
}

function isThrottled({ outcome }: CallRecord): boolean {
  return outcome === 'Throttling' || outcome === 'ThrottlingException';
}

function byStep(results: readonly StepResult[]): FleetFigures['durations'] {
  const steps = [...new Set(results.map(({ step }) => step))];
  return steps.map((step) => {
    const taken = results.filter((result) => result.step === step).map(({ seconds }) => seconds);
    taken.sort((a, b) => a - b);
    return { step, median: taken[Math.floor(taken.length / 2)] ?? 0, longest: taken.at(-1) ?? 0 };
  });
}

function byOperation(calls: readonly CallRecord[]): FleetFigures['operations'] {
  const rows = new Map<string, { operation: string; calls: number; throttled: number }>();
  for (const call of calls) {
    const row = rows.get(call.operation) ?? { operation: call.operation, calls: 0, throttled: 0 };
    row.calls += 1;
    if (isThrottled(call)) row.throttled += 1;
    rows.set(call.operation, row);
  }
  return [...rows.values()].sort((a, b) => b.throttled - a.throttled || b.calls - a.calls);
}

function minutes(seconds: number): string {
  return seconds < 120 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(1)} min`;
}
