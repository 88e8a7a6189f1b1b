import type { Unchecked } from '../check.ts';

/** What only a deployment on a worker would show. */
export const uncheckedHere: readonly Unchecked[] = [
  'How the server evaluates #{…} in scripts, values and conditions',
  'The output variables of a manual intervention, such as Manual.Approved and Manual.Notes',
  'Output variables and artifacts of a script',
  'The AWS credentials that an account gives to a script',
  'Whether a scheduled trigger starts its runbook',
].map((what) => ({ what, why: 'the checks deploy nothing' }));
