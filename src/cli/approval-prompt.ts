import type { ApprovalDecision } from '../rehearsal/deployment.ts';
import { askOnTerminal } from './terminal.ts';

/** Asks the person at the terminal to proceed or abort, with an optional note; asks again after any other answer. */
export async function askForDecision(
  ask: (question: string) => Promise<string> = askOnTerminal,
): Promise<ApprovalDecision> {
  for (let question = choice; ; question = `${explanation}\n${choice}`) {
    const answer = (await ask(question)).trim().toLowerCase();
    if (answer === '' || !['proceed', 'abort'].some((word) => word.startsWith(answer))) continue;
    const notes = (await ask('Notes (may be empty): ')).trim();
    return { proceed: 'proceed'.startsWith(answer), notes };
  }
}

const choice = 'Proceed or Abort? [p/a] ';
const explanation = 'p proceeds, a aborts the deployment, which then rolls back. Notes are asked for after either.';
