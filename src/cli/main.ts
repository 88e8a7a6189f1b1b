import { version } from '../version.ts';
import { UsageError } from './usage-error.ts';

const help = `Usage: octopus-ecs-canary COMMAND [options]

  install     puts step templates, and a whole project, into an Octopus Server
  rehearse    plays whole canaries with the step templates against an emulated AWS
  emulate     serves the emulated AWS alone
  process     writes the deployment process as OCL, Terraform or JSON
  policies    writes the IAM policies that the steps and CloudFormation need

Every command has --help; --version says which version this is.`;

async function main([command, ...args]: readonly string[]): Promise<number> {
  const stop = new AbortController();
  process.once('SIGINT', () => (command === 'emulate' ? stop.abort() : process.exit(130)));
  switch (command) {
    case 'rehearse':
      return (await import('./rehearse.ts')).runRehearse(args, console.log);
    case 'emulate':
      return (await import('./emulate.ts')).runEmulate(args, console.log, stop.signal);
    case 'process':
      return (await import('./process.ts')).runProcess(args, console.log, console.error);
    case 'policies':
      return (await import('./policies.ts')).runPolicies(args, console.log, console.error);
    case 'install':
      return (await import('./install.ts')).runInstall(args, console.log);
    case '--version':
      console.log(version);
      return 0;
    case '--help':
    case '-h':
    case 'help':
      console.log(help);
      return 0;
    case undefined:
      throw new UsageError(['Say which command.'], help);
    default:
      throw new UsageError([`Unknown command: ${command}`], help);
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
