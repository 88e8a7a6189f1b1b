import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript } from '../../rehearsal/script-run.ts';
import { createVariables } from '../../rehearsal/substitution.ts';
import { openByteRelay } from './byte-relay.ts';
import { watchMemory } from './peak-memory.ts';
import { writeProgramShims } from './program-shims.ts';

/** A script as Octopus runs it on a worker. */
export interface WorkerScript {
  readonly body: string;
  readonly variables: readonly (readonly [name: string, value: string])[];
  /** With `AWS_ENDPOINT_URL`, and the PATH that finds the AWS CLI. */
  readonly environment: Readonly<Record<string, string>> & { readonly AWS_ENDPOINT_URL: string; readonly PATH: string };
}

/** What a run took. */
export interface TimedRun {
  /** The moment at which bash was started, as `performance.now()` has it. */
  readonly startedAt: number;
  readonly milliseconds: number;
  /** CPU of all its processes. */
  readonly cpuMilliseconds: number;
}

/** Runs the script and takes its time. @throws Error with the end of its log if it fails */
export async function timeScript(script: WorkerScript): Promise<TimedRun> {
  return inDirectory(async (directory) => {
    const { startedAt, milliseconds } = await run(script, directory);
    return { startedAt, milliseconds, cpuMilliseconds: cpuIn(await readFile(timesFile(directory), 'utf8')) };
  });
}

/** What a run needs beside its time; each of these is measured by a means that costs time. */
export interface Needs {
  readonly bytes: number;
  readonly programs: ReadonlyMap<string, number>;
  /** The most memory that one process held; undefined where the system does not say. */
  readonly peakBytes: number | undefined;
}

/** Runs the script once more, only to see what it needs. */
export async function inspectScript(script: WorkerScript): Promise<Needs> {
  return inDirectory(async (directory) => {
    const shims = await writeProgramShims(directory, script.environment.PATH);
    const relay = await openByteRelay(script.environment.AWS_ENDPOINT_URL);
    const memory = watchMemory(pidFile(directory));
    try {
      const environment = { ...script.environment, AWS_ENDPOINT_URL: relay.url, PATH: shims.path };
      await run({ ...script, environment }, directory);
      return { bytes: relay.bytes(), programs: await shims.started(), peakBytes: await memory.stop() };
    } finally {
      await memory.stop();
      await relay.close();
    }
  });
}

async function inDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'ecs-canary-bench-'));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

interface Run {
  readonly startedAt: number;
  readonly milliseconds: number;
}

async function run({ body, variables, environment }: WorkerScript, directory: string): Promise<Run> {
  const lines: string[] = [];
  let startedAt = 0;
  const result = await runScript({
    ...{ scriptBody: prologue(directory) + body, variables: createVariables(variables), environment },
    log: (_level, text) => lines.push(text),
    onStart: () => {
      startedAt = performance.now();
    },
  });
  const milliseconds = performance.now() - startedAt;
  if (result.exitCode !== 0) throw new Error(`A script ended with ${result.exitCode}:\n${lines.slice(-20).join('\n')}`);
  return { startedAt, milliseconds };
}

/** Octopus's bootstrap masks the key before the script, on both streams, which starts openssl twice. */
function prologue(directory: string): string {
  return `trap 'times >"${timesFile(directory)}"' EXIT
echo $$ >"${pidFile(directory)}"
if [ -n "\${sensitiveVariableKey:-}" ]; then
  echo "##octopus[mask value='$(encode_servicemessagevalue "$sensitiveVariableKey")']"
  echo "##octopus[mask value='$(encode_servicemessagevalue "$sensitiveVariableKey")']" >&2
fi
`;
}

function timesFile(directory: string): string {
  return join(directory, 'times');
}

function pidFile(directory: string): string {
  return join(directory, 'pid');
}

/** Bash's `times`: user and system time of the shell, then of all its children, such as `0m1.234s`. */
function cpuIn(times: string): number {
  const parts = [...times.matchAll(/(\d+)m([\d.,]+)s/g)];
  return parts.reduce(
    (sum, [, minutes = '0', seconds = '0']) =>
      sum + Number(minutes) * 60_000 + Number(seconds.replace(',', '.')) * 1000,
    0,
  );
}
