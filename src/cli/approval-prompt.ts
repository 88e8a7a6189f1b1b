import { createInterface } from 'node:readline/promises';
import type { ApprovalDecision } from '../rehearsal/deployment.ts';

/** Asks the person at the terminal to proceed or abort, with an optional note. */
export async function askOnTerminal(): Promise<ApprovalDecision> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await askForDecision((question) => terminal.question(question));
  } finally {
    terminal.close();
  }
}

/** Asks until the answer is one of the two, and says what they mean to whoever gives another. */
export async function askForDecision(ask: (question: string) => Promise<string>): Promise<ApprovalDecision> {
  for (let question = choice; ; question = `${explanation}\n${choice}`) {
    const answer = (await ask(question)).trim().toLowerCase();
    if (answer === '' || !['proceed', 'abort'].some((word) => word.startsWith(answer))) continue;
    const notes = (await ask('Notes (may be empty): ')).trim();
    return { proceed: 'proceed'.startsWith(answer), notes };
  }
}

const choice = 'Proceed or Abort? [p/a] ';
const explanation = 'p proceeds, a aborts the deployment, which then rolls back. Notes are asked for after either.';
