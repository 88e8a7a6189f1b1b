import { basename, relative, sep } from 'node:path';

/** How this program was started. */
export interface Start {
  readonly environment: NodeJS.ProcessEnv;
  /** Path of the file that Node.js runs. */
  readonly program: string;
}

/**
 * A command as the user can type it again before its options, such as `npm run rehearse --`.
 * @param command absent for the program without a command
 */
export function nameCommand(command?: string, start: Start = thisStart()): string {
  return nameScript(command, start.environment) ?? [nameProgram(start.program), command].join(' ').trim();
}

function thisStart(): Start {
  return { environment: process.env, program: process.argv[1] ?? '' };
}

/** The scripts of package.json that run a command of ours. */
const commandScripts = /^(?:rehearse|emulate|emulate-octopus|process|policies|history|verify|install-octopus)$/;

/** npm also runs scripts of projects that use this package, whose names mean nothing here. */
function nameScript(command: string | undefined, environment: NodeJS.ProcessEnv): string | undefined {
  const script = command === 'install' ? 'install-octopus' : command;
  const { npm_package_name: project, npm_lifecycle_event: event, npm_config_loglevel: level } = environment;
  if (script === undefined || project !== packageName || !commandScripts.test(event ?? '')) return undefined;
  return `npm run ${level === 'silent' ? '-s ' : ''}${script} --`;
}

function nameProgram(program: string): string {
  const file = basename(program);
  if (file === 'main.ts') return `npx tsx ${relative('', program)}`;
  if (file.replace(/\.mjs$/, '') !== packageName) return packageName;
  if (program.includes(`${sep}node_modules${sep}`)) return `npx ${packageName}`;
  return file === packageName ? packageName : `node ${relative('', program)}`;
}

const packageName = 'octopus-ecs-canary';
