import type { Unchecked } from '../check.ts';

/** What the checks leave out. */
export const uncheckedHere: readonly Unchecked[] = [
  { what: 'The AWS credentials that an account gives to a script', why: 'the account has none' },
  { what: 'Whether a scheduled trigger starts its runbook', why: 'it would take five minutes and call AWS' },
  { what: 'Processes in Git', why: 'they need a repository' },
  { what: 'Execution containers', why: 'not every server has a worker with Docker' },
];
