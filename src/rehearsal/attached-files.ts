import { retreatIn } from './night.ts';
import type { PlayedRelease } from './played-release.ts';

/** A file that a step attached to its task. */
export interface AttachedFile {
  readonly release: string;
  /** The step's slug. */
  readonly step: string;
  readonly name: string;
  readonly content: Buffer;
}

/** The files from all releases, in the order in which Octopus got them; after a night, those of the Guard that took traffic come last. */
export function listAttachedFiles(
  releases: readonly Pick<PlayedRelease, 'deployment' | 'night'>[],
): readonly AttachedFile[] {
  return releases.flatMap(({ deployment: { release, steps }, night }) => {
    const guard = night && retreatIn(night)?.result;
    return [...steps, ...(guard ? [guard] : [])].flatMap(({ step, script }) =>
      [...(script?.collected ?? [])].map(([name, content]) => ({ release, step: step.slug, name, content })),
    );
  });
}
