import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { EmulatorConnection } from './connection.ts';
import type { StepOrder, StepOutcome } from './step-order.ts';
import type { StepTask } from './step-process.ts';

/** Runs a step in its own process and kills it when `moment` resolves. */
export type Kill = (connection: EmulatorConnection, order: StepOrder, moment: Promise<void>) => Promise<StepOutcome>;

/** Real processes for steps that can be killed. */
export interface ProcessPool {
  readonly kill: Kill;
  readonly close: () => Promise<void>;
}

/** Bundles the step program and keeps a few processes waiting, so that cases need not wait for their start. */
export async function openProcessPool(waiting: number): Promise<ProcessPool> {
  const directory = await mkdtemp(join(tmpdir(), 'ecs-canary-faults-'));
  const program = join(directory, 'step-process.cjs');
  await writeFile(program, await bundle());
  const idle: ChildProcess[] = [];
  const start = (): void => {
    const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
    idle.push(fork(program, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env }));
  };
  const take = (): ChildProcess => {
    while (idle.length <= waiting) start();
    return idle.shift() as ChildProcess;
  };
  return {
    kill: (connection, order, moment) => runUntil(take(), { order, connection }, moment),
    close: async () => {
      await Promise.all(idle.map(end));
      await rm(directory, { recursive: true });
    },
  };
}

async function bundle(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./step-process.ts', import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    logLevel: 'error',
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

/** The step's own outcome if it comes before the kill. */
async function runUntil(child: ChildProcess, task: StepTask, moment: Promise<void>): Promise<StepOutcome> {
  const ended = new Promise<StepOutcome>((resolve, reject) => {
    child.once('message', (outcome) => resolve(outcome as StepOutcome));
    child.once('exit', (code, signal) =>
      signal === 'SIGKILL'
        ? resolve({ kind: 'killed' })
        : reject(new Error(`The process of ${task.order.step} ended with ${code ?? signal} and no outcome.`)),
    );
  });
  child.send(task);
  const reached = await Promise.race([moment.then(() => 'moment' as const), ended]);
  if (reached === 'moment') await end(child);
  return reached === 'moment' ? { kind: 'killed' } : ended;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
