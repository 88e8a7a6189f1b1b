import { createInterface } from 'node:readline/promises';
import type { LogLook } from '../rehearsal/rehearsal-log.ts';

/** The person at the terminal ended a question with Ctrl-C or Ctrl-D. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
}

/**
 * Asks the person at the terminal, and resolves to one line.
 * @throws Interruption if the person ends the program or the input instead
 */
export async function askOnTerminal(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const closed = new AbortController();
  // Ctrl-D closes the interface, which leaves the promise pending in some versions of Node.js.
  terminal.once('close', () => closed.abort());
  try {
    return await terminal.question(question, { signal: closed.signal });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
    process.stdout.write('\n');
    throw new Interruption();
  } finally {
    terminal.close();
  }
}

/** Whether there is a person to ask. */
export function isAttended(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY;
}

/** How a log may look here: plain where its reader is a file. NO_COLOR turns colours off. */
export function lookOfTerminal(): LogLook {
  if (!process.stdout.isTTY) return {};
  // Some pseudo-terminals have no width.
  return { columns: process.stdout.columns || undefined, isColoured: process.stdout.hasColors() };
}
