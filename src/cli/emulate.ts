import { createEmulator } from '../emulator/emulator.ts';
import { readArguments, readNumber } from './arguments.ts';
import { UsageError } from './usage-error.ts';

export const emulateHelp = `Usage: octopus-ecs-canary emulate [options]

Serves an emulated AWS (ECS, CloudFormation, load balancing) on 127.0.0.1 until Ctrl+C.

  --port N          TCP port; 0 takes any free one (4566)
  --time-scale N    emulated seconds in one real second (1)
  --throttle        refuse calls beyond the rates that AWS publishes
  --help            this text`;

/** Serves the emulator until the signal is aborted; resolves to the exit code. */
export async function runEmulate(
  args: readonly string[],
  write: (line: string) => void,
  stop: AbortSignal,
): Promise<number> {
  const read = readArguments(args, {
    port: { type: 'string' },
    'time-scale': { type: 'string' },
    throttle: { type: 'boolean' },
    help: { type: 'boolean' },
  });
  const port = readNumber(read, 'port', { min: 0, max: 65_535, fallback: 4566 });
  const timeScale = readNumber(read, 'time-scale', { min: 1, max: 1000, fallback: 1 });
  if (read.values.has('help')) {
    write(emulateHelp);
    return 0;
  }
  if (read.problems.length > 0) throw new UsageError(read.problems, 'See octopus-ecs-canary emulate --help.');
  const throttle = read.values.has('throttle') ? 'published' : 'none';
  const emulator = await createEmulator({ port, timeScale, throttle, leastTimeoutMs: 5000 }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
      throw new UsageError(
        [`Port ${port} cannot be used here (${error.code}).`],
        'Choose another one with --port; 0 takes any free one.',
      );
    },
  );
  write(howToUse(emulator.url, emulator.options.region));
  await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
  await emulator.close();
  return 0;
}

function howToUse(url: string, region: string): string {
  return `The emulated AWS listens at ${url}

  export AWS_ENDPOINT_URL=${url} AWS_DEFAULT_REGION=${region} AWS_REGION=${region}
  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
  aws ecs create-cluster --cluster-name demo
  aws elbv2 create-load-balancer --name demo --subnets subnet-0a1b2c3d4e5f60001 subnet-0a1b2c3d4e5f60002

Listeners and their local addresses: ${url}/_emulator/listeners
Requests by version:                 ${url}/_emulator/traffic
API calls:                           ${url}/_emulator/calls
Make calls fail (POST, DELETE):      ${url}/_emulator/faults
Ctrl+C stops it.`;
}
