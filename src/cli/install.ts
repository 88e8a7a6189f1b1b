import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { connect } from '../octopus/installer/connection.ts';
import { InstallError } from '../octopus/installer/install-error.ts';
import { applyInstallation, type Installation, planInstallation } from '../octopus/installer/installation.ts';
import { type PlannedChange, renderPlan } from '../octopus/installer/plan.ts';
import type { ProjectRequest } from '../octopus/installer/project-request.ts';
import type { SpaceClient } from '../octopus/installer/space-client.ts';
import { readWantedTemplates } from '../octopus/installer/wanted-templates.ts';
import { buildCanaryProcess, buildRollbackRunbook } from '../octopus/process/process.ts';
import { type InstallCommand, installHelp, type ProjectOptions, readInstallCommand } from './install-options.ts';

/** What `install` needs of the world around it; tests bring their own. */
export interface InstallSurroundings {
  readonly environment: NodeJS.ProcessEnv;
  /** Asks a person; undefined when there is nobody to ask. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
  readonly templateDirectory: string;
  /** Waits between two attempts, in milliseconds. */
  readonly pause?: (milliseconds: number) => Promise<void>;
}

/** Runs `install`; resolves to the exit code: 0 when all is installed, 1 when something is left to do or went wrong. */
export async function runInstall(
  args: readonly string[],
  write: (line: string) => void,
  surroundings: InstallSurroundings = onThisTerminal(),
): Promise<number> {
  const command = readInstallCommand(args, surroundings.environment);
  if (command.help) {
    write(installHelp);
    return 0;
  }
  try {
    return await install(command, write, surroundings);
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    write('');
    write(`✗ ${error.message}`);
    write(error.hint);
    return 1;
  }
}

async function install(
  command: InstallCommand,
  write: (line: string) => void,
  { ask, templateDirectory, pause }: InstallSurroundings,
): Promise<number> {
  const templates = readWantedTemplates(templateDirectory);
  const space = await connect({ ...command, retrying: write, ...(pause && { pause }) });
  greet(space, write);
  const { project, updateUsages } = command;
  const plan = await planInstallation(space, {
    templates,
    project: project && toRequest(project),
    updateUsages,
  });
  for (const line of renderPlan(plan.changes)) write(line);
  write('');
  const due = plan.changes.filter(({ kind }) => kind !== 'unchanged');
  if (due.length === 0) {
    write('Everything is installed already; nothing was changed.');
  } else {
    const refusal = await whyNot(command, due, ask);
    if (refusal !== undefined) {
      write(refusal);
      return command.dryRun ? 0 : 1;
    }
    await applyInstallation(plan.changes, write);
    write('');
    write(`✓ ${due.length} ${due.length === 1 ? 'change' : 'changes'} made in the space ${space.spaceName}.`);
  }
  return conclude(plan, write);
}

function greet(space: SpaceClient, write: (line: string) => void): void {
  write(`Octopus ${space.version} at ${space.address}, space ${space.spaceName}, as ${space.user}`);
  const { protocol, hostname } = new URL(space.address);
  if (protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname)) {
    write('! This address is not encrypted: everybody on the way can read the API key. Prefer https.');
  }
  write('');
}

function toRequest(options: ProjectOptions): ProjectRequest {
  const { name, variables, teams, resetSteps, weights, testRule, ownTemplate } = options;
  const { account, projectGroup, lifecycle, workerPool, containerImage, containerFeed } = options;
  return {
    name,
    process: buildCanaryProcess({ weights, testRule, ownTemplate }),
    runbook: buildRollbackRunbook(),
    variables,
    teams,
    resetSteps,
    ...(account !== undefined && { account }),
    ...(projectGroup !== undefined && { projectGroup }),
    ...(lifecycle !== undefined && { lifecycle }),
    ...(workerPool !== undefined && { workerPool }),
    ...(containerImage !== undefined && { containerImage }),
    ...(containerFeed !== undefined && { containerFeed }),
  };
}

async function whyNot(
  { dryRun, yes }: InstallCommand,
  due: readonly PlannedChange[],
  ask: InstallSurroundings['ask'],
): Promise<string | undefined> {
  if (dryRun) return 'This was a dry run; nothing was changed.';
  if (yes) return undefined;
  if (ask === undefined) return 'There is nobody to ask; nothing was changed. Give --yes to do it.';
  const count = due.length === 1 ? 'this change' : `these ${due.length} changes`;
  return (await ask(`Make ${count}? [y/n] `)) ? undefined : 'Nothing was changed.';
}

function conclude({ toDo, open }: Installation, write: (line: string) => void): number {
  if (toDo.length > 0) write('Left for you to do:');
  for (const line of toDo) write(`  - ${line}`);
  if (open.length === 0) return 0;
  write('✗ Some steps keep an old version of their template:');
  for (const line of open) write(`  - ${line}`);
  return 1;
}

function onThisTerminal(): InstallSurroundings {
  return {
    environment: process.env,
    ask: process.stdin.isTTY && process.stdout.isTTY ? askOnTerminal : undefined,
    templateDirectory: fileURLToPath(new URL('../../step-templates', import.meta.url)),
  };
}

async function askOnTerminal(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(question)).trim());
  } finally {
    terminal.close();
  }
}
