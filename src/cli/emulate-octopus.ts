import { createCommand } from '../command-line/command.ts';
import { readOptions } from '../command-line/read-options.ts';
import { numberFrom } from '../command-line/value-parsers.ts';
import { createOctopusServer, type OctopusServer } from '../rehearsal/octopus-server/server.ts';
import { nameCommand } from './command-name.ts';
import { portProblem, untilStopped } from './serving.ts';

function declareEmulateOctopus() {
  return createCommand(
    nameCommand('emulate-octopus'),
    'Serves an emulated Octopus Server on 127.0.0.1 until Ctrl+C, to try the installer. It has a REST API and no portal, and forgets everything when it stops.',
  ).option('--port <N>', 'TCP port; 0 picks any free port', numberFrom(0, 65_535), 8065);
}

/** Serves the emulated Octopus Server until the signal is aborted; resolves to the exit code. */
export async function runEmulateOctopus(
  args: readonly string[],
  write: (line: string) => void,
  stop: AbortSignal,
): Promise<number> {
  const values = readOptions(declareEmulateOctopus(), args, write);
  if (values === undefined) return 0;
  const server = await createOctopusServer(values).catch((error: NodeJS.ErrnoException) => {
    throw portProblem(error, values.port);
  });
  write(howToUse(server));
  await untilStopped(stop);
  await server.close();
  return 0;
}

function howToUse({ url, apiKey, spaces }: OctopusServer): string {
  const { plain, name: space = '' } = spaces[0] ?? {};
  const [account, workerPool] = [plain?.accounts[0]?.Name, plain?.workerpools[0]?.Name];
  return `The emulated Octopus Server is listening at ${url}

  export OCTOPUS_URL=${url} OCTOPUS_SPACE=${space}
  export OCTOPUS_API_KEY=${apiKey}
  ${nameCommand('install')} --project Shop --account "${account}" \\
    --worker-pool "${workerPool}" --container-image octopusdeploy/worker-tools:6.5.2-ubuntu.24.04

Read what it holds through its REST API, for example ${url}/api/Spaces-1/projects (header X-Octopus-ApiKey).
Press Ctrl+C to stop.`;
}
