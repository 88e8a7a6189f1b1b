import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { bootstrapFile, configureFile, scriptFiles } from './bootstrap.ts';
import { createOutputReader, type LogLine, type StepOutput } from './step-output.ts';
import type { Variables } from './substitution.ts';

export interface ScriptRequest {
  /** The script as Octopus has it; `#{…}` in it is evaluated, as Octopus does. */
  readonly scriptBody: string;
  readonly variables: Variables;
  /** Added to the worker's plain environment; this process's own AWS settings do not reach the script. */
  readonly environment: Readonly<Record<string, string>>;
  readonly log: LogLine;
  /** Receives a function that kills the whole process tree at once, as Octopus does on cancel and time-out. */
  readonly onStart?: (kill: () => void) => void;
}

export interface ScriptResult extends StepOutput {
  /** Undefined when a signal ended the script. */
  readonly exitCode: number | undefined;
  /** Contents of the artifacts by name, read after the script ended. */
  readonly collected: ReadonlyMap<string, Buffer>;
}

/** Runs a bash script with Octopus's functions in a new directory, and parses its output. */
export async function runScript(request: ScriptRequest): Promise<ScriptResult> {
  const directory = await mkdtemp(join(tmpdir(), 'octopus-work-'));
  try {
    const key = hasOpenssl() ? randomBytes(32).toString('hex') : undefined;
    await writeFile(join(directory, scriptFiles.bootstrap), bootstrapFile());
    await writeFile(join(directory, scriptFiles.configure), configureFile(request.variables, key));
    const body = request.variables.evaluateScript(request.scriptBody).replaceAll('\r\n', '\n');
    await writeFile(join(directory, scriptFiles.script), body);
    const reader = createOutputReader(request.log);
    const exitCode = await runBash([scriptFiles.bootstrap, key ?? 'rehearsal'], directory, request, reader.readLine);
    return { ...reader.output, exitCode, collected: await collectArtifacts(reader.output, request.log) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

let foundOpenssl: boolean | undefined;

function hasOpenssl(): boolean {
  foundOpenssl ??= spawnSync('openssl', ['version'], { env: workerEnvironment() }).status === 0;
  return foundOpenssl;
}

function runBash(
  args: readonly string[],
  directory: string,
  request: ScriptRequest,
  readLine: (stream: 'stdout' | 'stderr', line: string) => void,
): Promise<number | undefined> {
  const child = spawn('bash', args, {
    cwd: directory,
    env: { ...workerEnvironment(), ...request.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  return new Promise((resolve, reject) => {
    const failed = (error: unknown): void => {
      killTree(child.pid);
      reject(error);
    };
    const streams = (['stdout', 'stderr'] as const).map((stream) => {
      const lines = createLineSplitter((line) => readLine(stream, line));
      child[stream].setEncoding('utf8');
      child[stream].on('data', (chunk: string) => {
        try {
          lines.add(chunk);
        } catch (error) {
          failed(error);
        }
      });
      return lines;
    });
    const kill = (): void => killTree(child.pid);
    process.once('exit', kill);
    child.once('error', failed);
    child.once('close', (code) => {
      process.off('exit', kill);
      for (const lines of streams) lines.end();
      resolve(code ?? undefined);
    });
    request.onStart?.(kill);
  });
}

function killTree(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function workerEnvironment(): Record<string, string> {
  const environment: Record<string, string> = {
    // The user's own AWS files must not supply credentials or another endpoint to the steps.
    AWS_CONFIG_FILE: '/nonexistent/aws-config',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/aws-credentials',
    AWS_EC2_METADATA_DISABLED: 'true',
    PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? '/usr/bin:/bin'}`,
  };
  for (const name of ['HOME', 'TMPDIR', 'LANG', 'LC_ALL']) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

function createLineSplitter(onLine: (line: string) => void): { add: (chunk: string) => void; end: () => void } {
  let rest = '';
  return {
    add: (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line.replace(/\r$/, ''));
    },
    end: () => {
      if (rest !== '') onLine(rest);
    },
  };
}

async function collectArtifacts(output: StepOutput, log: ScriptRequest['log']): Promise<ReadonlyMap<string, Buffer>> {
  const collected = new Map<string, Buffer>();
  for (const artifact of output.artifacts) {
    try {
      if (!isAbsolute(artifact.path)) throw new Error('its path is not absolute');
      collected.set(artifact.name, await readFile(artifact.path));
    } catch (error) {
      const problem = `The artifact ${artifact.name} was not collected: ${(error as Error).message}`;
      output.errors.push(problem);
      log('error', problem, false);
    }
  }
  return collected;
}
