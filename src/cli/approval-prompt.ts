import type { ApprovalDecision } from '../rehearsal/deployment.ts';
import { askOnTerminal } from './terminal.ts';

/** Asks the person at the terminal to proceed or abort, with an optional note; asks again after any other answer. */
export async function askForDecision(
  ask: (question: string) => Promise<string> = askOnTerminal,
): Promise<ApprovalDecision> {
  for (let question = choice; ; question = `${explanation}\n${choice}`) {
    const answer = (await ask(question)).trim().toLowerCase();
    if (answer === '' || !['proceed', 'abort'].some((word) => word.startsWith(answer))) continue;
    return { proceed: 'proceed'.startsWith(answer), notes: await askForNotes(ask) };
  }
}

/** Each command has a line of its own, so a note that begins with one may have more lines. */
async function askForNotes(ask: (question: string) => Promise<string>): Promise<string> {
  const lines = [(await ask('Notes (may be empty): ')).trim()];
  while (lines.at(-1)?.startsWith('/')) lines.push((await ask('Another command (empty to go on): ')).trim());
  return lines.join('\n').trim();
}

const choice = 'Proceed or Abort? [p/a] ';
const explanation = 'p proceeds, a aborts the deployment, which then rolls back. Notes are asked for after either.';
