import { createCommand, suggest } from '../command-line/command.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { version } from '../version.ts';
import { nameCommand } from './command-name.ts';
import { Interruption } from './terminal.ts';

const summaries = {
  install: 'installs the step templates, or a whole project, into an Octopus Server',
  rehearse: 'runs whole canaries with the step templates against an emulated AWS',
  emulate: 'serves only the emulated AWS',
  'emulate-octopus': 'serves an emulated Octopus Server, to try the installer',
  process: 'writes the deployment process as OCL, Terraform or JSON',
  history: 'shows who decided what in the most recent canaries of a stack, and what came of it',
  verify: 'checks whether exported step templates are exactly what this source builds',
  policies: 'writes the IAM policies that the steps and CloudFormation need',
};

const overview = createCommand(nameCommand()).usage('COMMAND [options]').helpCommand(false);
for (const [name, summary] of Object.entries(summaries)) overview.command(name).description(summary);
const help = `${overview.helpInformation()}
Every command has --help. --version prints the version.`;

/** What a shell reports of a program that Ctrl-C ended. */
const interrupted = 130;

async function main([command, ...args]: readonly string[]): Promise<number> {
  const stop = new AbortController();
  process.once('SIGINT', () => (command?.startsWith('emulate') ? stop.abort() : process.exit(interrupted)));
  switch (command) {
    case 'rehearse':
      return (await import('./rehearse.ts')).runRehearse(args, console.log);
    case 'emulate':
      return (await import('./emulate.ts')).runEmulate(args, console.log, stop.signal);
    case 'emulate-octopus':
      return (await import('./emulate-octopus.ts')).runEmulateOctopus(args, console.log, stop.signal);
    case 'process':
      return (await import('./process.ts')).runProcess(args, console.log, console.error);
    case 'policies':
      return (await import('./policies.ts')).runPolicies(args, console.log, console.error);
    case 'history':
      return (await import('./history.ts')).runHistory(args, console.log, console.error);
    case 'verify':
      return (await import('./verify.ts')).runVerify(args, console.log);
    case 'install':
      return (await import('./install.ts')).runInstall(args, console.log);
    case '--version':
      console.log(version);
      return 0;
    case '--help':
    case '-h':
    case 'help':
      if (args[0] !== undefined && Object.hasOwn(summaries, args[0])) return main([args[0], '--help']);
      console.log(help);
      return 0;
    case undefined:
      throw new UsageError(['No command was given.'], help);
    default:
      throw new UsageError([`Unknown command: ${command}${suggest(overview, command)}`], help);
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof Interruption) {
    console.error('Stopped, as you asked. What was not confirmed was not done.');
    process.exitCode = interrupted;
  } else if (error instanceof UsageError) {
    console.error(error.message);
    process.exitCode = 2;
  } else throw error;
}
