import { fileURLToPath } from 'node:url';
import { deploymentStep } from '../octopus/process/process.ts';
import type { Cloud } from '../rehearsal/cloud.ts';
import { createEmulatedCloud } from '../rehearsal/emulated-cloud.ts';
import { type InstalledProject, installAndReadBack } from '../rehearsal/installed-project.ts';
import { rehearse, rehearsedProcess } from '../rehearsal/rehearsal.ts';
import { createRehearsalLog, seconds } from '../rehearsal/rehearsal-log.ts';
import { renderSummary } from '../rehearsal/summary-table.ts';
import { loadTemplateLibrary, type TemplateLibrary } from '../rehearsal/template-library.ts';
import { askOnTerminal } from './approval-prompt.ts';
import { type RehearseCommand, readRehearseCommand, rehearseHelp } from './rehearse-options.ts';
import { UsageError } from './usage-error.ts';

/** Runs a rehearsal and prints it; resolves to the exit code, 0 only when everything went as the scenario should. */
export async function runRehearse(args: readonly string[], write: (line: string) => void): Promise<number> {
  const command = readRehearseCommand(args);
  if (command.help) {
    write(rehearseHelp);
    return 0;
  }
  // As the wrapper of every step does: the SDK's notice about coming Node versions is no news of the canary.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const startedAt = performance.now();
  const committed = await loadTemplateLibrary(templateDirectory);
  checkParameters(committed, command);
  const cloud = await createEmulatedCloud(command);
  const attended = !command.alone && process.stdin.isTTY && process.stdout.isTTY;
  const options = { ...command, ask: attended ? askOnTerminal : undefined };
  try {
    write(`Emulated AWS at ${cloud.endpoint}, ${command.timeScale} seconds in one.`);
    const { library, process } = await chooseProcess(command, committed, cloud, write);
    const log = createRehearsalLog(write, command.verbose);
    const { problems, stages } = await rehearse(options, library, cloud, log, process);
    write('');
    for (const line of renderSummary(stages)) write(line);
    write('');
    for (const problem of problems) write(`✗ ${problem}`);
    write(problems.length > 0 ? 'The rehearsal did not go as it should.' : allWell(performance.now() - startedAt));
    return problems.length > 0 ? 1 : 0;
  } finally {
    await cloud.close();
  }
}

async function chooseProcess(
  command: RehearseCommand,
  committed: TemplateLibrary,
  cloud: Cloud,
  write: (line: string) => void,
): Promise<InstalledProject> {
  const process = rehearsedProcess(command, cloud.deployment);
  if (!command.fromInstall) return { library: committed, process };
  write('Installing into an Octopus Server of this rehearsal:');
  return installAndReadBack(templateDirectory, process, write);
}

/** @throws UsageError when the step template has no such parameters */
function checkParameters(library: TemplateLibrary, { parameters, template }: RehearseCommand): void {
  const { id, name: step } = deploymentStep(template !== undefined);
  const known = library.get(id)?.parameters ?? {};
  const strangers = Object.keys(parameters).filter((name) => !Object.hasOwn(known, name));
  if (strangers.length === 0) return;
  const problems = strangers.map((name) => `--parameters: ${step} has no parameter ${name}.`);
  throw new UsageError(problems, `It has ${Object.keys(known).sort().join(', ')}.`);
}

const templateDirectory = fileURLToPath(new URL('../../step-templates', import.meta.url));

function allWell(milliseconds: number): string {
  return `✓ Everything went as it should, and no version got more than its approved share (${seconds(milliseconds)}).`;
}
