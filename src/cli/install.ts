import { fileURLToPath } from 'node:url';
import { proxyAgents } from '../aws/proxy.ts';
import { requestProject } from '../octopus/installer/canary-project.ts';
import { connect, describeConnection } from '../octopus/installer/connection.ts';
import { InstallError } from '../octopus/installer/install-error.ts';
import { applyInstallation, type Installation } from '../octopus/installer/installation.ts';
import { type PlannedChange, renderPlan } from '../octopus/installer/plan.ts';
import type { ProjectRequest } from '../octopus/installer/project-request.ts';
import { readWantedTemplates } from '../octopus/installer/template-files.ts';
import { withHealthPath } from './health-path.ts';
import { type InstallCommand, readInstallCommand } from './install-options.ts';
import { askOnTerminal, isAttended } from './terminal.ts';

/** What `install` needs from its environment; tests pass their own. */
export interface InstallSurroundings {
  readonly environment: NodeJS.ProcessEnv;
  /** Asks the person at the terminal; undefined without one. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
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
  { environment, ask, templateDirectory, pause }: InstallSurroundings,
): Promise<number> {
  const templates = readWantedTemplates(templateDirectory);
  const { url, apiKey, space: spaceName, project, updateUsages = false } = command;
  const agents = proxyAgents(environment, proxyPatience);
  const space = await connect({ url, apiKey, agents, space: spaceName, retrying: write, ...(pause && { pause }) });
  const { text, warnings } = describeConnection(space);
  for (const line of [text, ...warnings.map((warning) => `! ${warning}`), '']) write(line);
  const wanted = project === undefined ? undefined : toRequest(project, command);
  const request = { templates, project: wanted, updateUsages };
  const plan = await withHealthPath(space, request, { ask: command.yes || command.dryRun ? undefined : ask, write });
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

const proxyPatience = 10_000;

function toRequest(name: string, command: InstallCommand): ProjectRequest {
  const { weights, testRule, watch, guard, ownTemplate = false } = command;
  const { account, projectGroup, lifecycle, workerPool, containerImage, containerFeed } = command;
  const { variable: variables = {}, responsibleTeams: teams, resetSteps = false } = command;
  const shape = { weights, testRule, watch, guard, ownTemplate };
  const names = { account, projectGroup, lifecycle, workerPool, containerImage, containerFeed, teams };
  return requestProject({ name, ...shape, ...names, variables, resetSteps });
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
  return /^y(es)?$/i.test((await ask(`Make ${count}? [y/n] `)).trim()) ? undefined : 'Nothing was changed.';
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
    ask: isAttended() ? askOnTerminal : undefined,
    templateDirectory: fileURLToPath(new URL('../../step-templates', import.meta.url)),
  };
}
