import { fileURLToPath } from 'node:url';
import { UsageError } from '../command-line/usage-error.ts';
import { createEmulatedCloud, type EmulatedCloud } from '../rehearsal/emulated-cloud.ts';
import { findGivenProblems } from '../rehearsal/given-parameters.ts';
import { type InstalledProject, installAndReadBack, setUpAndReadBack } from '../rehearsal/installed-project.ts';
import { rehearse, rehearsedProcess } from '../rehearsal/rehearsal.ts';
import { createRehearsalLog, seconds } from '../rehearsal/rehearsal-log.ts';
import { type PlannedRelease, planReleases, type RehearsalOptions } from '../rehearsal/scenario.ts';
import { renderSummary, renderTolerance } from '../rehearsal/summary-table.ts';
import { findClusters } from '../rehearsal/template-clusters.ts';
import { loadTemplateLibrary, type TemplateLibrary } from '../rehearsal/template-library.ts';
import { mannerOf } from '../rehearsal/user-behaviours.ts';
import { missingParameters, valueTemplate } from '../rehearsal/valued-template.ts';
import { confirmVerdict } from '../rehearsal/watched-verdict.ts';
import { askForDecision } from './approval-prompt.ts';
import { nameCommand } from './command-name.ts';
import { type RehearseCommand, readRehearseCommand } from './rehearse-options.ts';
import { saveAttached } from './save-attached.ts';
import { isAttended, lookOfTerminal } from './terminal.ts';

/** What `rehearse` needs from its environment; tests pass their own. */
export interface RehearseSurroundings {
  /** Asks for the approvals; undefined without a terminal. */
  readonly ask: RehearsalOptions['ask'];
}

/** Runs a rehearsal and prints its progress; resolves to the exit code, 0 only if everything went as it should. */
export async function runRehearse(
  args: readonly string[],
  write: (line: string) => void,
  { ask }: RehearseSurroundings = onThisTerminal(),
): Promise<number> {
  const command = readRehearseCommand(args, write);
  if (command === undefined) return 0;
  // Every step's wrapper does the same: the SDK's warning about Node versions says nothing about the canary.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const startedAt = performance.now();
  const committed = await loadTemplateLibrary(templateDirectory);
  checkGiven(command, committed);
  const log = createRehearsalLog(write, command.verbose, lookOfTerminal());
  const cloud = await createEmulatedCloud({ ...command, note: log.note });
  const options = { ...command, ask: command.alone ? undefined : ask };
  try {
    write(`Emulated AWS at ${cloud.endpoint}, ${command.timeScale} emulated seconds per real second.`);
    write(describeUsers(command));
    if (!command.alone && ask === undefined) write(unattended);
    await deployOthers(cloud, command.otherStacks);
    const { library, process } = await chooseProcess(command, committed, write);
    write(describeReleases(planReleases(options, process)));
    const { problems, releases, stages, attached } = await rehearse(options, library, cloud, log, process);
    write('');
    for (const line of [...renderSummary(stages), ...renderTolerance(stages, command)]) write(line);
    for (const line of confirmVerdict(releases, command.assertVerdict ?? [])) write(line);
    write('');
    if (command.artifacts !== undefined) saveAttached(attached, command.artifacts, write);
    for (const problem of problems) write(`✗ ${problem}`);
    write(problems.length > 0 ? 'The rehearsal did not go as it should.' : allWell(performance.now() - startedAt));
    write(problems.length > 0 ? whereToLook(command) : whatNext(command));
    return problems.length > 0 ? 1 : 0;
  } finally {
    await cloud.close();
  }
}

async function deployOthers(cloud: EmulatedCloud, stacks: RehearseCommand['otherStacks']): Promise<void> {
  for (const [name, template] of stacks)
    await cloud.deployOther(name, template).catch((error: Error) => {
      throw new UsageError(
        [`--other-stack: ${name} cannot be deployed in the emulated AWS: ${error.message}`],
        'Its parameters get their defaults.',
      );
    });
}

async function chooseProcess(
  command: RehearseCommand,
  committed: TemplateLibrary,
  write: (line: string) => void,
): Promise<InstalledProject> {
  const process = rehearsedProcess(command);
  switch (command.from) {
    case undefined:
      return { library: committed, process };
    case 'install':
      write('Installing into an emulated Octopus Server:');
      return installAndReadBack(templateDirectory, process, write);
    case 'set-up':
      write('Running the step Set Up Canary Project for an emulated Octopus Server:');
      return setUpAndReadBack(templateDirectory, command, write);
  }
}

/** @throws UsageError if no step has a given parameter, or the template's cluster is unknown */
function checkGiven({ parameters, template, watch }: RehearseCommand, library: TemplateLibrary): void {
  const wrong = findGivenProblems(library, Object.keys(parameters), watch).map((problem) => `--parameters: ${problem}`);
  const unknown =
    template === undefined
      ? []
      : [...findMissing(template, parameters), ...findClusters(template, parameters).problems];
  const problems = [...wrong, ...new Set(unknown.map((problem) => `--template: ${problem}`))];
  if (problems.length > 0) throw new UsageError(problems, 'docs/parameters.md lists the parameters of every step.');
}

function findMissing(template: string, parameters: RehearseCommand['parameters']): readonly string[] {
  const valued = valueTemplate({ template, parameters, variables: {} }, '1.0.0');
  const missing = valued === undefined ? [] : missingParameters(valued);
  if (missing.length === 0) return [];
  const lines = missing.map((name) => `${name}=${/image/i.test(name) ? '#{Canary.Image}' : 'VALUE'}`).join('\\n');
  return [
    `The template needs values for its parameters ${missing.join(', ')}. Put {"EcsCanary.TemplateParameters": "${lines}"} into the file that --parameters names.`,
  ];
}

const unattended =
  'There is no terminal, so nobody is asked: the rehearsal answers the approvals itself, as with --yes.';

function describeUsers({ behaviours, requestsPerSecond, timeScale }: RehearseCommand): string {
  const { isSilent, isSticky } = mannerOf(behaviours);
  if (isSilent) return 'Nobody sends requests. The split is measured with probes that CloudWatch does not count.';
  const inMinute = Math.round((requestsPerSecond * 60) / timeScale);
  const cookies = isSticky ? ' They keep stickiness cookies, and half of them never leave.' : '';
  return `Users send up to ${requestsPerSecond} requests per real second, ${inMinute} per emulated minute.${cookies}`;
}

function describeReleases(releases: readonly PlannedRelease[]): string {
  return `Releases to play: ${releases.map(({ number, story }) => `${number} (${story})`).join(', ')}.`;
}

function onThisTerminal(): RehearseSurroundings {
  return { ask: isAttended() ? () => askForDecision() : undefined };
}

const templateDirectory = fileURLToPath(new URL('../../step-templates', import.meta.url));

function allWell(milliseconds: number): string {
  return `✓ Everything went as it should: within that tolerance, no version got more than its approved share (${seconds(milliseconds)}).`;
}

function whatNext({ template }: RehearseCommand): string {
  const own =
    template === undefined ? `rehearse a template of your own (${nameCommand('rehearse')} --template FILE), or ` : '';
  return `Next: ${own}put the process into your Octopus (${nameCommand('install')} --help).`;
}

function whereToLook({ verbose }: RehearseCommand): string {
  return verbose
    ? 'The log above has the steps of that release.'
    : 'The log above has the steps of that release; --verbose shows more.';
}
