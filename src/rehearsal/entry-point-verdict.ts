import type { Stage } from './canary-watch.ts';
import { countErrors, type Measurement, shortName, toleranceOf } from './measurement.ts';
import type { PlayedRelease } from './played-release.ts';
import type { EntryPointMeasurement } from './users.ts';

/** What went wrong for users at each entry point: splits, errors, and the version that served them at the end. */
export function judgeEntryPoints(played: PlayedRelease): readonly string[] {
  const { stages, final } = played;
  const names = [
    ...[...final, ...stages.flatMap(({ entryPoints }) => entryPoints)].map(({ entryPoint }) => entryPoint.name),
    ...stages.flatMap(({ errorsAt }) => Object.keys(errorsAt)),
  ];
  // A single entry point need not be named.
  const at = new Set(names).size > 1 ? (name: string): string => ` at ${name}` : (): string => '';
  return [...judgeFinal(played, at), ...stages.flatMap((stage) => judgeSplits(stage, at)), ...judgeErrors(played, at)];
}

/** Names the entry point, or nothing if there is only one. */
type Where = (name: string) => string;

function judgeFinal(played: PlayedRelease, at: Where): readonly string[] {
  const { deployment, stableBefore, stableAfter, blueAfter, final } = played;
  const stable = deployment.succeeded ? stableAfter : stableBefore;
  // A first deployment that failed has no version that users should get.
  if (stable === '') return [];
  if (final.length === 0) return ['no users were served at the end'];
  return final.flatMap(({ entryPoint, measured }) => {
    const missed = (version: string): number => measured.requests - (measured.taskDefinitions[version] ?? 0);
    const [wrong, what] = {
      redirect: [measured.errors, 'were redirected but never answered'] as const,
      kept: [
        missed(blueAfter),
        `were not served by blue (${shortName(blueAfter)}), although their rule keeps users on blue`,
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
        `after ${result.step.name} ${kept.others} of ${measured.requests} requests${where} were not served by blue (${shortName(kept.blue)}), although their rule keeps users on blue`,
      ];
    if (share === undefined || isNear(share, requested, seen)) return [];
    return [`after ${result.step.name} the new version had ${share.toFixed(1)}%${where}, not ${requested}%`];
  });
}

function isNear(measuredShare: number, requested: number, { measured }: EntryPointMeasurement): boolean {
  const allowed = toleranceOf(requested, measured.requests);
  return Math.abs(measuredShare - requested) <= allowed && !isLeftOut(measuredShare, requested / 100, measured);
}

/** Whether one version got no requests, too unlikely for its share to be chance: the shift did not change this rule. */
function isLeftOut(measuredShare: number, share: number, { requests, errors }: Measurement): boolean {
  const chance = measuredShare === 0 ? (1 - share) ** requests : measuredShare === 100 ? share ** requests : 1;
  return errors === 0 && chance < 1e-5;
}

function judgeErrors({ plan, stages }: PlayedRelease, at: Where): readonly string[] {
  if (plan.errorsAllowed) return [];
  const errors = new Map<string, number>();
  for (const [name, count] of stages.flatMap(({ errorsAt }) => Object.entries(errorsAt)))
    errors.set(name, (errors.get(name) ?? 0) + count);
  return [...errors].map(([name, count]) => `users saw ${countErrors(count)}${at(name)}`);
}
