import type { Stage } from './canary-watch.ts';
import { type Measurement, shortName, toleranceOf } from './measurement.ts';
import type { PlayedRelease } from './played-release.ts';
import type { EntryPointMeasurement } from './users.ts';

/** What went wrong for users, door by door: splits, errors, and what they got in the end. */
export function judgeEntryPoints(played: PlayedRelease): readonly string[] {
  const { stages, final } = played;
  const names = [
    ...[...final, ...stages.flatMap(({ entryPoints }) => entryPoints)].map(({ entryPoint }) => entryPoint.name),
    ...stages.flatMap(({ errorsAt }) => Object.keys(errorsAt)),
  ];
  // Where there is one door, it goes without saying.
  const at = new Set(names).size > 1 ? (name: string): string => ` at ${name}` : (): string => '';
  return [...judgeFinal(played, at), ...stages.flatMap((stage) => judgeSplits(stage, at)), ...judgeErrors(played, at)];
}

/** Says at which door, or nothing. */
type Where = (name: string) => string;

function judgeFinal(played: PlayedRelease, at: Where): readonly string[] {
  const { deployment, stableBefore, stableAfter, blueAfter, final } = played;
  const stable = deployment.succeeded ? stableAfter : stableBefore;
  if (final.length === 0) return stable === '' ? [] : ['no user was served at the end'];
  return final.flatMap(({ entryPoint, measured }) => {
    const missed = (version: string): number => measured.requests - (measured.taskDefinitions[version] ?? 0);
    const [wrong, what] = {
      redirect: [measured.errors, 'did not end in an answer'] as const,
      kept: [
        missed(blueAfter),
        `were not served by blue (${shortName(blueAfter)}), where their users are kept`,
      ] as const,
      service: [missed(stable), 'were not served by the stable version'] as const,
    }[entryPoint.kind];
    return wrong === 0 ? [] : [`at the end ${wrong} of ${measured.requests} requests${at(entryPoint.name)} ${what}`];
  });
}

function judgeSplits({ result, requested, entryPoints }: Stage, at: Where): readonly string[] {
  if (result.status === 'failed' || requested === undefined) return [];
  return entryPoints.flatMap((seen) => {
    const where = at(seen.entryPoint.name);
    const { share, kept, measured } = seen;
    if (kept && kept.others > 0)
      return [
        `after ${result.step.name} ${kept.others} of ${measured.requests} requests${where} were not served by blue (${shortName(kept.blue)}), where their users are kept`,
      ];
    if (share === undefined || isNear(share, requested, seen)) return [];
    return [`after ${result.step.name} the new version had ${share.toFixed(1)}%${where}, not ${requested}%`];
  });
}

function isNear(measuredShare: number, requested: number, { measured }: EntryPointMeasurement): boolean {
  const allowed = toleranceOf(requested, measured.requests);
  return Math.abs(measuredShare - requested) <= allowed && !isLeftOut(measuredShare, requested / 100, measured);
}

/** Whether one version had nothing at all, which a small share alone cannot be blamed for: the shift never came here. */
function isLeftOut(measuredShare: number, share: number, { requests, errors }: Measurement): boolean {
  const chance = measuredShare === 0 ? (1 - share) ** requests : measuredShare === 100 ? share ** requests : 1;
  return errors === 0 && chance < 1e-5;
}

function judgeErrors({ plan, stages }: PlayedRelease, at: Where): readonly string[] {
  if (plan.errorsAllowed) return [];
  const errors = new Map<string, number>();
  for (const [name, count] of stages.flatMap(({ errorsAt }) => Object.entries(errorsAt)))
    errors.set(name, (errors.get(name) ?? 0) + count);
  return [...errors].map(([name, count]) => `users saw ${count} errors${at(name)}`);
}
