import { createCommand } from '../command-line/command.ts';
import { readOptions } from '../command-line/read-options.ts';
import { numberFrom } from '../command-line/value-parsers.ts';
import { noOutsideValues } from '../emulator/contract/outside-values.ts';
import { createEmulator } from '../emulator/emulator.ts';
import { nameCommand } from './command-name.ts';
import { portProblem, untilStopped } from './serving.ts';
import { valuesOption } from './values-option.ts';

function declareEmulate() {
  return createCommand(
    nameCommand('emulate'),
    'Serves an emulated AWS (ECS, CloudFormation, load balancing, CloudWatch) on 127.0.0.1 until Ctrl+C.',
  )
    .option('--port <N>', 'TCP port; 0 picks any free port', numberFrom(0, 65_535), 4566)
    .option('--time-scale <N>', 'emulated seconds per real second', numberFrom(1, 1000), 1)
    .option('--throttle', 'throttle calls that exceed the rates AWS publishes')
    .addOption(valuesOption());
}

/** Serves the emulator until the signal is aborted; resolves to the exit code. */
export async function runEmulate(
  args: readonly string[],
  write: (line: string) => void,
  stop: AbortSignal,
): Promise<number> {
  const values = readOptions(declareEmulate(), args, write);
  if (values === undefined) return 0;
  const { port, timeScale, values: outside = noOutsideValues } = values;
  const throttle = values.throttle ? 'published' : 'none';
  const options = { port, timeScale, throttle, values: outside, leastTimeoutMs: 5000, answerMs: 20 } as const;
  const emulator = await createEmulator(options).catch((error: NodeJS.ErrnoException) => {
    throw portProblem(error, port);
  });
  emulator.onNote(write);
  write(howToUse(emulator.url, emulator.options.region));
  await untilStopped(stop);
  await emulator.close();
  return 0;
}

function howToUse(url: string, region: string): string {
  return `The emulated AWS is listening at ${url}

  export AWS_ENDPOINT_URL=${url} AWS_DEFAULT_REGION=${region} AWS_REGION=${region}
  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
  aws ecs create-cluster --cluster-name demo
  aws elbv2 create-load-balancer --name demo --subnets subnet-0a1b2c3d4e5f60001 subnet-0a1b2c3d4e5f60002

Listeners and their local addresses: ${url}/_emulator/listeners
Requests by version:                 ${url}/_emulator/traffic
API calls:                           ${url}/_emulator/calls
What was made up:                    ${url}/_emulator/notes
Make calls fail (POST, DELETE):      ${url}/_emulator/faults
Press Ctrl+C to stop.`;
}
