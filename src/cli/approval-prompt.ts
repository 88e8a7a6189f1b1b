import { createInterface } from 'node:readline/promises';
import type { ApprovalDecision } from '../rehearsal/deployment.ts';

/** Asks the person at the terminal to proceed or abort, with an optional note. */
export async function askOnTerminal(): Promise<ApprovalDecision> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    for (;;) {
      const answer = (await terminal.question('Proceed or Abort? [p/a] ')).trim().toLowerCase();
      if (answer !== '' && ('proceed'.startsWith(answer) || 'abort'.startsWith(answer))) {
        const notes = (await terminal.question('Notes (optional): ')).trim();
        return { proceed: 'proceed'.startsWith(answer), notes };
      }
    }
  } finally {
    terminal.close();
  }
}
