import { type Check, type CheckResult, Interrupted, type Sighting } from './check.ts';

/** What a run of checks needs around it. */
export interface CheckRun {
  /** Milliseconds. */
  readonly now: () => number;
  /** Called with each result as soon as it is there. */
  readonly tell: (result: CheckResult) => void;
}

/** Makes the checks one after another; a failed check does not end the run, but an interruption does. */
export async function runChecks<Scene>(
  checks: readonly Check<Scene>[],
  scene: Scene,
  { now, tell }: CheckRun,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  let interrupted: Interrupted | undefined;
  for (const check of checks) {
    const startedAt = now();
    const seen = interrupted ?? (await sight(check, scene));
    if (seen instanceof Interrupted) interrupted = seen;
    const result = judge(check, seen, Math.round((now() - startedAt) / 1000));
    results.push(result);
    if (!interrupted) tell(result);
  }
  return results;
}

/** The results of checks that could not begin. */
export function withoutSight<Scene>(checks: readonly Check<Scene>[], why: Error): readonly CheckResult[] {
  return checks.map((check) => judge(check, why, 0));
}

async function sight<Scene>(check: Check<Scene>, scene: Scene): Promise<Sighting | Error> {
  try {
    return await check.see(scene);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function judge<Scene>(check: Check<Scene>, seen: Sighting | Error, seconds: number): CheckResult {
  const { id, promise, look, expected, allowed = {} } = check;
  const common = { id, promise, look, expected, seconds };
  if (seen instanceof Error) return { ...common, verdict: 'not seen', seen: describe(seen) };
  const { answer, detail } = seen;
  const consequence = Object.hasOwn(allowed, answer) ? allowed[answer] : undefined;
  const other = consequence === undefined ? 'different' : 'allowed';
  return {
    ...common,
    verdict: answer === expected ? 'as expected' : other,
    seen: answer,
    ...(detail !== undefined && { detail }),
    ...(consequence !== undefined && { consequence }),
  };
}

function describe(error: Error): string {
  return /^(NotSeen|Interrupted|Error)$/.test(error.name) ? error.message : `${error.name}: ${error.message}`;
}
