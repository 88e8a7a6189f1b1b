import { createInterface } from 'node:readline/promises';
import { UsageError } from '../command-line/usage-error.ts';
import { runVerifyAws } from './aws/verify-aws.ts';
import { runVerifyOctopus } from './octopus/verify-octopus.ts';

// Node.js 20 is supported here for as long as the workers have it.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
// A terminal that was closed takes no more lines, but everything must still be removed.
process.stdout.on('error', () => {});

const [platform, ...args] = process.argv.slice(2);
const verify = platform === 'octopus' ? runVerifyOctopus : runVerifyAws;

try {
  process.exitCode = await verify(args, {
    write: (line) => void process.stdout.write(`${line}\n`),
    ask: process.stdin.isTTY && process.stdout.isTTY ? ask : undefined,
    stop: stop.signal,
  });
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

/** The first signal ends the checks and removes everything; the second gives up. */
function end(): void {
  if (stop.signal.aborted) process.exit(130);
  process.stdout.write('Stopping: removing everything. Press Ctrl-C again to leave it; --clean-up removes it later.\n');
  stop.abort();
}

async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(question, { signal: stop.signal })).trim());
  } catch {
    return false;
  } finally {
    terminal.close();
  }
}
