import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Artifact } from '../canary/decision.ts';
import type { TaskLog } from '../octopus/log/task-log.ts';

/** Keeps a file until the step has ended. @returns its absolute path @throws if it cannot be written */
export type SaveArtifact = (artifact: Artifact) => string;

/**
 * Octopus collects artifacts after the script has ended and the wrapper has removed its own folder, so the file is kept outside that.
 * Octopus deletes its working directory itself.
 */
export function saveInWorkingDirectory({ name, content }: Artifact): string {
  const path = resolve(name);
  writeFileSync(path, content);
  return path;
}

/** Attaches files to the task. A file that cannot be written is a warning, because the canary does not depend on it. */
export function attachArtifacts(artifacts: readonly Artifact[], save: SaveArtifact, log: TaskLog): void {
  for (const artifact of artifacts) {
    try {
      log.artifact(artifact.name, save(artifact), Buffer.byteLength(artifact.content));
    } catch (error) {
      log.warning(
        `${artifact.name} is not attached to this task, because the worker could not write it: ${(error as Error).message}. Nothing else depends on it.`,
      );
    }
  }
}
