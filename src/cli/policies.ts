import { join } from 'node:path';
import { seeHelp } from '../command-line/read-options.ts';
import { describeExcess, policyFiles, renderPolicy } from '../policies/policy-files.ts';
import { declarePolicies, readPoliciesCommand } from './policies-options.ts';
import { saveOutput } from './save-output.ts';

/**
 * Writes the IAM policies for one stack; resolves to the exit code.
 * @param note receives lines that are not part of a policy, so that standard output can be redirected
 * @throws UsageError if an argument is invalid or the output directory cannot be written
 */
export async function runPolicies(
  args: readonly string[],
  write: (line: string) => void,
  note: (line: string) => void,
): Promise<number> {
  const command = readPoliciesCommand(args, write);
  if (command === undefined) return 0;
  const seeUsage = seeHelp(declarePolicies());
  const files = policyFiles(command.scope).filter(({ name }) => command.wanted(name));
  for (const file of files) {
    const text = renderPolicy(file.document);
    if (command.output === undefined) write(text.trimEnd());
    else note(`Wrote ${saveOutput(join(command.output, `${file.name}.json`), text, seeUsage)}: ${file.purpose}`);
    const excess = describeExcess(file);
    if (excess !== undefined) note(excess);
  }
  const ofStack = files.some(({ name }) => /^cloudformation-(service|without)-role$/.test(name));
  if (ofStack && command.scope.taskRoles.length === 0) note(aboutTaskRoles);
  return 0;
}

const aboutTaskRoles =
  'These policies do not allow passing any role to tasks. If the task definition has an execution role or a task role, name them with --task-roles.';
