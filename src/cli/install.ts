import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { connect } from '../octopus/installer/connection.ts';
import { InstallError } from '../octopus/installer/install-error.ts';
import { applyInstallation, type Installation, planInstallation } from '../octopus/installer/installation.ts';
import { type PlannedChange, renderPlan } from '../octopus/installer/plan.ts';
import type { ProjectRequest } from '../octopus/installer/project-request.ts';
import type { SpaceClient } from '../octopus/installer/space-client.ts';
import { readWantedTemplates } from '../octopus/installer/wanted-templates.ts';
import { buildFormerProcesses } from '../octopus/process/former-process.ts';
import { buildCanaryProcess, buildRunbooks } from '../octopus/process/process.ts';
import { type InstallCommand, readInstallCommand } from './install-options.ts';

/** What `install` needs from its environment; tests pass their own. */
export interface InstallSurroundings {
  readonly environment: NodeJS.ProcessEnv;
  /** Asks for confirmation; undefined without a terminal. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
  readonly templateDirectory: string;
  /** Waits between two attempts. */
  readonly pause?: (milliseconds: number) => Promise<void>;
}

/** Runs `install`; resolves to the exit code: 0 if everything is installed, 1 if something failed or is left to do. */
export async function runInstall(
  args: readonly string[],
  write: (line: string) => void,
  surroundings: InstallSurroundings = onThisTerminal(),
): Promise<number> {
  const command = readInstallCommand(args, surroundings.environment, write);
  if (command === undefined) return 0;
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
  const { url, apiKey, space: spaceName, project, updateUsages = false } = command;
  const space = await connect({ url, apiKey, space: spaceName, retrying: write, ...(pause && { pause }) });
  greet(space, write);
  const wanted = project === undefined ? undefined : toRequest(project, command);
  const plan = await planInstallation(space, { templates, project: wanted, updateUsages });
  for (const line of renderPlan(plan.changes)) write(line);
  write('');
  const due = plan.changes.filter(({ kind }) => kind !== 'unchanged');
  if (due.length === 0) {
    write('Everything is already installed; nothing was changed.');
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
    write('! This URL is not encrypted, so anyone on the network path can read the API key. Use https instead.');
  }
  write('');
}

function toRequest(name: string, command: InstallCommand): ProjectRequest {
  const {
    weights,
    testRule,
    watch,
    guard,
    ownTemplate = false,
    variable = {},
    responsibleTeams = [],
    resetSteps = false,
  } = command;
  const { account, projectGroup, lifecycle, workerPool, containerImage, containerFeed } = command;
  return {
    name,
    process: buildCanaryProcess({ weights, testRule, watch, guard, ownTemplate }),
    formerProcesses: buildFormerProcesses({ weights, testRule, watch, ownTemplate }),
    runbooks: buildRunbooks({ watch, guard }),
    variables: variable,
    teams: responsibleTeams,
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
  if (ask === undefined)
    return 'Nothing was changed, because there is no terminal to ask for confirmation. Run it again with --yes.';
  const count = due.length === 1 ? 'this change' : `these ${due.length} changes`;
  return (await ask(`Make ${count}? [y/n] `)) ? undefined : 'Nothing was changed.';
}

function conclude({ toDo, open }: Installation, write: (line: string) => void): number {
  if (toDo.length > 0) write('Left for you to do:');
  for (const line of toDo) write(`  - ${line}`);
  if (open.length === 0) return 0;
  write('✗ Some steps still use an old version of their step template:');
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
