import { describeHealthPath } from '../octopus/installer/health-path.ts';
import { type Installation, type InstallationRequest, planInstallation } from '../octopus/installer/installation.ts';
import type { SpaceClient } from '../octopus/installer/space-client.ts';
import { healthPathVariable } from '../octopus/process/project-variables.ts';

/** How to talk with the person; nobody can be asked without a terminal. */
interface Conversation {
  readonly ask: ((question: string) => Promise<string>) | undefined;
  readonly write: (line: string) => void;
}

/** Plans an installation, and first of all settles at which path the application answers, because all else depends on it. */
export async function withHealthPath(
  space: SpaceClient,
  request: InstallationRequest,
  conversation: Conversation,
): Promise<Installation> {
  const plan = await planInstallation(space, request);
  const { project } = request;
  if (project === undefined || plan.healthPath === undefined) return plan;
  const path = await settlePath(plan.healthPath, conversation);
  if (path === plan.healthPath) return plan;
  const variables = { ...project.variables, [healthPathVariable]: path };
  return planInstallation(space, { ...request, project: { ...project, variables } });
}

async function settlePath(preset: string, { ask, write }: Conversation): Promise<string> {
  const sentence = describeHealthPath(preset);
  write(ask ? sentence : `${sentence} For another path, pass --variable ${healthPathVariable}=/health.`);
  const path = ask ? await askForPath(preset, ask, write) : preset;
  write('');
  return path;
}

async function askForPath(
  preset: string,
  ask: (question: string) => Promise<string>,
  write: Conversation['write'],
): Promise<string> {
  for (;;) {
    const path = (await ask(`Health check path [${preset}]: `)).trim() || preset;
    if (/^\/\S*$/.test(path)) return path;
    write(`"${path}" is not a path that starts with /.`);
  }
}
