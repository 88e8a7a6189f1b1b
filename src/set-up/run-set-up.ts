import { proxyAgents } from '../aws/proxy.ts';
import { OperatorError } from '../canary/operator-error.ts';
import { requestProject } from '../octopus/installer/canary-project.ts';
import { connect, describeConnection } from '../octopus/installer/connection.ts';
import { describeHealthPath } from '../octopus/installer/health-path.ts';
import { InstallError } from '../octopus/installer/install-error.ts';
import { applyInstallation, type Installation, planInstallation } from '../octopus/installer/installation.ts';
import { renderPlan } from '../octopus/installer/plan.ts';
import { type Names, resolveNames } from '../octopus/installer/project-request.ts';
import type { SpaceClient } from '../octopus/installer/space-client.ts';
import type { TaskLog } from '../octopus/log/task-log.ts';
import { healthPathVariable, settableVariables } from '../octopus/process/project-variables.ts';
import { type Check, parseParameters, type ValuesOf } from '../parameters/parameters.ts';
import { quote } from '../parameters/parsers.ts';
import type { ReadInput } from '../runtime/run-program.ts';
import { type CarriedTemplates, unpackTemplates } from './carried-templates.ts';
import { setUpParameters } from './parameters.ts';
import { serverVariables, spaceVariable } from './set-up-project.ts';
import { stepWording } from './wording.ts';

type Values = ValuesOf<typeof setUpParameters>;

/** Sets up what the step's parameters ask for. @throws OperatorError */
export async function runSetUp(carried: CarriedTemplates, given: TaskLog, read: ReadInput): Promise<void> {
  const hide = hiding(read(setUpParameters.apiKey.name)?.trim() ?? '');
  const log = {
    ...given,
    info: (text: string) => given.info(hide(text)),
    highlight: (text: string) => given.highlight(hide(text)),
    warning: (text: string) => given.warning(hide(text)),
  };
  try {
    const { space, values } = await prepare(log, read);
    const { text, warnings } = describeConnection(space);
    log.info(text);
    for (const warning of warnings) log.warning(warning);
    const plan = await planInstallation(space, {
      templates: unpackTemplates(carried),
      project: values.project === undefined ? undefined : requestProject({ ...values, name: values.project }),
      updateUsages: values.updateUsages,
    });
    if (plan.healthPath !== undefined) log.info(`${describeHealthPath(plan.healthPath)} ${otherPath}`);
    for (const line of renderPlan(plan.changes)) log.info(line);
    const count = plan.changes.filter(({ kind }) => kind !== 'unchanged').length;
    const changes = count === 1 ? '1 change' : `${count} changes`;
    if (count === 0) log.highlight('Everything is already set up; nothing was changed.');
    else if (values.dryRun) log.highlight(`Dry run: nothing was changed. To make ${changes}, ${untick}.`);
    else {
      await applyInstallation(plan.changes, log.info);
      log.highlight(`${changes} made in the space ${space.spaceName}.`);
    }
    conclude(plan, log);
  } catch (error) {
    if (!(error instanceof InstallError || error instanceof OperatorError)) throw error;
    const code = error instanceof OperatorError ? error.code : 'set-up-failed';
    throw new OperatorError(code, hide(error.message), hide(error.hint), { cause: error });
  }
}

const otherPath = `For another path, put ${healthPathVariable}=/health into ${setUpParameters.variables.name}.`;

const untick = `untick ${setUpParameters.dryRun.name} and run the step again`;

/** Reports every bad value at once, also names that the space does not know. */
async function prepare(log: TaskLog, read: ReadInput): Promise<{ space: SpaceClient; values: Values }> {
  const parse = (others: readonly string[]): Values => parseParameters(setUpParameters, read, checks, others);
  if (read(setUpParameters.apiKey.name) === undefined) parse([]);
  try {
    const space = await connectToSpace(log, read);
    const project = read(setUpParameters.project.name)?.trim();
    const isNew = Boolean(project) && (await space.findProject(String(project))) === undefined;
    const { problems } = await resolveNames(space, namesIn(read), isNew);
    return { space, values: parse(problems.map(({ message }) => message)) };
  } catch (error) {
    if (error instanceof InstallError && !succeeds(() => parse([]))) parse([`${error.message} ${error.hint}`]);
    throw error;
  }
}

function succeeds(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}

function connectToSpace(log: TaskLog, read: ReadInput): Promise<SpaceClient> {
  const { apiKey, url, space } = setUpParameters;
  const server = [url.name, ...serverVariables].map((name) => read(name)?.trim()).find(Boolean) ?? '';
  return connect({
    url: server,
    apiKey: read(apiKey.name)?.trim() ?? '',
    space: read(space.name)?.trim() || read(spaceVariable),
    agents: proxyAgents(process.env, proxyPatience),
    wording: stepWording,
    retrying: log.info,
  });
}

const proxyPatience = 10_000;

/** The names that can be looked up although other values are bad. */
function namesIn(read: ReadInput): Names {
  const attempt = <T>({ name, parse }: { name: string; parse: (raw: string) => T }): T | undefined => {
    try {
      return parse(read(name) ?? '');
    } catch {
      return undefined;
    }
  };
  const { account, workerPool, containerImage, containerFeed, teams, projectGroup, lifecycle } = setUpParameters;
  return {
    account: attempt(account),
    workerPool: attempt(workerPool),
    containerImage: attempt(containerImage),
    containerFeed: attempt(containerFeed),
    teams: attempt(teams),
    projectGroup: attempt(projectGroup),
    lifecycle: attempt(lifecycle),
  };
}

const checks: readonly Check<Values>[] = [findStrangers, findIdle];

function findStrangers({ variables, ownTemplate, watch }: Values): readonly string[] {
  const { name, label } = setUpParameters.variables;
  const known = settableVariables({ ownTemplate, watch });
  const strangers = Object.keys(variables).filter((variable) => !known.includes(variable));
  return strangers.map(
    (variable) => `${name} (${label}): ${quote(variable)} is unknown. Known variables: ${known.join(', ')}.`,
  );
}

function findIdle(values: Values): readonly string[] {
  if (values.project !== undefined) return [];
  const { account, workerPool, containerImage, containerFeed, projectGroup, lifecycle } = values;
  const given = { account, workerPool, containerImage, containerFeed, projectGroup, lifecycle };
  const idle = Object.entries(given).flatMap(([key, value]) =>
    value === undefined ? [] : [setUpParameters[key as keyof typeof given]],
  );
  const lists = [
    ...(values.teams.length > 0 ? [setUpParameters.teams] : []),
    ...(Object.keys(values.variables).length > 0 ? [setUpParameters.variables] : []),
  ];
  const needed = setUpParameters.project.name;
  return [...idle, ...lists].map(({ name, label }) => `${name} (${label}): it needs ${needed}.`);
}

function conclude({ toDo, open }: Installation, log: TaskLog): void {
  if (toDo.length > 0) log.highlight(['Left for you to do:', ...toDo.map((line) => `- ${line}`)].join('\n'));
  if (open.length === 0) return;
  throw new OperatorError(
    'set-up-failed',
    ['Some steps still use an old version of their step template:', ...open.map((line) => `  - ${line}`)].join('\n'),
    'Do what each line says. Everything else was done.',
  );
}

/** Octopus masks only what it knows to be sensitive, and a key may be bound to any variable. */
function hiding(secret: string): (text: string) => string {
  return (text) => (secret === '' ? text : text.replaceAll(secret, '********'));
}
