import type { PlayedRelease } from './played-release.ts';

/** A file that a step attached to its task. */
export interface AttachedFile {
  readonly release: string;
  /** The step's slug. */
  readonly step: string;
  readonly name: string;
  readonly content: Buffer;
}

/** The files of all releases, in the order in which Octopus received them. */
export function listAttachedFiles(releases: readonly Pick<PlayedRelease, 'deployment'>[]): readonly AttachedFile[] {
  return releases.flatMap(({ deployment: { release, steps } }) =>
    steps.flatMap(({ step, script }) =>
      [...(script?.collected ?? [])].map(([name, content]) => ({ release, step: step.slug, name, content })),
    ),
  );
}
