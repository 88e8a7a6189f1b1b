import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';

/** Whether a program that we did not write is at hand; its absence is an error on CI, so that no cross-check is skipped there unseen. */
export function requireProgram(name: string): boolean {
  const found = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name], { encoding: 'utf8' }).status === 0;
  if (!found && process.env['CI'])
    throw new Error(`CI needs the program ${name} for a cross-check, and it is not on the PATH`);
  if (!found) console.warn(`skipped: the cross-check needs the program ${name}, which is not on the PATH`);
  return found;
}

export interface ProgramResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end without blocking this process, in which the emulator answers; never rejects for its exit status. */
export function runProgram(
  name: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(name, args, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ status: code ?? -1, stdout, stderr }));
  });
}

/** Runs the `aws` CLI against an endpoint with throw-away credentials, untouched by the user's own configuration. */
export function runAwsCli(endpoint: string, args: readonly string[], region = 'us-east-1'): Promise<ProgramResult> {
  return runProgram('aws', [...args, '--endpoint-url', endpoint, '--region', region, '--output', 'json'], {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
  });
}

export interface MotoServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts `moto_server` on a free port and waits until it answers. */
export async function startMotoServer(): Promise<MotoServer> {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const close = async (): Promise<void> => {
    child.kill();
    await ended;
  };
  const deadline = Date.now() + 40_000;
  while (!(await answers(`${url}/moto-api/`))) {
    if (Date.now() > deadline || child.exitCode !== null) {
      await close();
      throw new Error(`moto_server did not answer on port ${port}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { url, close };
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
