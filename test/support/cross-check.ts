import { spawn, spawnSync } from 'node:child_process';

/** Whether a third-party program is installed; on CI its absence is an error, so that no cross-check is skipped unnoticed. */
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

/** Runs a program to its end without blocking this process, in which the emulator runs; never rejects because of its exit status. */
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

/** Starts `moto_server` on a free port and waits until it says which. */
export async function startMotoServer(): Promise<MotoServer> {
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const close = async (): Promise<void> => {
    child.kill();
    await ended;
  };
  let output = '';
  const port = await new Promise<string | undefined>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output += chunk;
        const said = /Running on http:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1];
        if (said !== undefined) resolve(said);
      });
    void ended.then(() => resolve(undefined));
  });
  if (port !== undefined) return { url: `http://127.0.0.1:${port}`, close };
  await close();
  throw new Error(`moto_server did not start: ${output}`);
}
