import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What lies in the working directory afterwards, the runner's own files left out. */
  readonly leftOvers: readonly string[];
}

export interface RunOptions {
  readonly variables?: Readonly<Record<string, string>>;
  /** Replaces the definition of get_octopusvariable. */
  readonly bootstrap?: string;
  /** Bash that the bootstrap runs before the script. */
  readonly before?: string;
  /** Files next to the script. */
  readonly files?: Readonly<Record<string, string>>;
  /** A program that stands in front of the real Node as `node`; null for a worker without Node. */
  readonly node?: string | null;
  /** Added to the plain environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The shell command that starts the bootstrap, for example with limits or without stdin. */
  readonly launch?: string;
}

/** Runs a script body as Octopus does: sourced by a bootstrap, in a fresh working directory with a space in its name. */
export function runScript(body: string, options: RunOptions = {}): Run {
  const worker = prepareWorker(body, options);
  try {
    const { status, stdout, stderr } = spawnSync('/bin/bash', worker.args, { ...worker.options, encoding: 'utf8' });
    return { code: status, stdout, stderr, leftOvers: worker.leftOvers() };
  } finally {
    worker.remove();
  }
}

/** The same without blocking this process, in which an emulated AWS may have to answer. */
export async function runScriptBeside(body: string, options: RunOptions = {}): Promise<Run> {
  const worker = prepareWorker(body, options);
  try {
    const child = spawn('/bin/bash', worker.args, { ...worker.options, stdio: ['ignore', 'pipe', 'pipe'] });
    const texts = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        texts[stream] += text;
      });
    }
    const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
    return { code, ...texts, leftOvers: worker.leftOvers() };
  } finally {
    worker.remove();
  }
}

function prepareWorker(body: string, options: RunOptions) {
  const root = mkdtempSync(join(tmpdir(), 'wrapper test-'));
  const work = writeWorkingDirectory(root, body, options);
  const path = options.node === undefined ? process.env['PATH'] : writeTools(root, options.node);
  const env = {
    PATH: path,
    HOME: root,
    VARIABLES: join(root, 'variables'),
    REAL_NODE: process.execPath,
    ...options.env,
  };
  const own = ['Bootstrap.sh', 'Script.sh', ...Object.keys(options.files ?? {})];
  return {
    args: options.launch === undefined ? ['Bootstrap.sh'] : ['-c', options.launch],
    options: { cwd: work, env },
    leftOvers: () => readdirSync(work).filter((name) => !own.includes(name)),
    remove: () => rmSync(root, { recursive: true }),
  };
}

// As Octopus does: a value without a line end, and an empty line for a variable that does not exist.
const octopusBootstrap = `get_octopusvariable() {
  if [ -f "$VARIABLES/$1" ]; then cat "$VARIABLES/$1"; else echo ""; fi
}`;

function writeWorkingDirectory(root: string, body: string, options: RunOptions): string {
  const work = join(root, 'work');
  mkdirSync(work);
  mkdirSync(join(root, 'variables'));
  for (const [name, value] of Object.entries(options.variables ?? {}))
    writeFileSync(join(root, 'variables', name), value);
  for (const [name, text] of Object.entries(options.files ?? {})) writeFileSync(join(work, name), text);
  writeFileSync(join(work, 'Script.sh'), body);
  const bootstrap = [options.bootstrap ?? octopusBootstrap, options.before ?? '', 'source "$(pwd)/Script.sh"', ''];
  writeFileSync(join(work, 'Bootstrap.sh'), bootstrap.join('\n'));
  return work;
}

/** A PATH of only the tools a script may use, and the given `node`. */
function writeTools(root: string, node: string | null): string {
  const bin = join(root, 'bin');
  mkdirSync(bin);
  for (const tool of ['base64', 'cat', 'mkdir', 'mktemp', 'rm']) symlinkSync(findTool(tool), join(bin, tool));
  if (node !== null) {
    writeFileSync(join(bin, 'node'), node);
    chmodSync(join(bin, 'node'), 0o755);
  }
  return bin;
}

function findTool(name: string): string {
  const found = spawnSync('/bin/bash', ['-c', `type -P ${name}`], { encoding: 'utf8' }).stdout.trim();
  if (found === '') throw new Error(`${name} is in none of ${process.env['PATH']?.split(delimiter).join(', ')}`);
  return found;
}
