import { spawn } from 'node:child_process';

/** Starts `node -e 0`. @returns the milliseconds until it ended */
export function timeBareNode(): Promise<number> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' })
      .once('error', reject)
      .once('close', () => resolve(performance.now() - startedAt));
  });
}
