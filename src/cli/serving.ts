import { UsageError } from '../command-line/usage-error.ts';

/** Resolves when the signal is aborted. */
export async function untilStopped(stop: AbortSignal): Promise<void> {
  if (stop.aborted) return;
  await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
}

/** What to throw for an error of listening: a UsageError if the port is the cause. */
export function portProblem(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') return error;
  return new UsageError(
    [`Cannot listen on port ${port} (${error.code}).`],
    'Choose another port with --port; 0 picks any free port.',
  );
}
