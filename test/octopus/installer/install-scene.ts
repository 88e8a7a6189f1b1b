import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { projectDirectory } from '../../../build/project-directory.ts';
import { runInstall } from '../../../src/cli/install.ts';
import {
  createOctopusServer,
  type OctopusServer,
  type OctopusServerOptions,
} from '../../../src/rehearsal/octopus-server/server.ts';
import type { Process } from '../../../src/rehearsal/octopus-server/state.ts';

/** What one run of `install` said, and its exit code. */
export interface Run {
  readonly code: number;
  readonly said: string;
  /** The questions that the person at the terminal was asked. */
  readonly asked: readonly string[];
}

/** An Octopus Server for one test, and an operator who installs into it. */
export interface InstallScene {
  readonly server: OctopusServer;
  readonly install: (args?: readonly string[], options?: RunOptions) => Promise<Run>;
  /** Any request of another client. */
  readonly call: <T>(method: string, path: string, body?: object) => Promise<T>;
  /** Requests that change something, since the last look. */
  readonly writes: () => readonly string[];
}

export interface RunOptions {
  readonly templates?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether the person at the terminal wants the changes. */
  readonly answer?: boolean;
  /** Everything that this person types. */
  readonly answers?: readonly string[];
}

export const committedTemplates = join(projectDirectory, 'step-templates');

export async function setInstallScene(options: OctopusServerOptions = {}): Promise<InstallScene> {
  const server = await createOctopusServer(options);
  onTestFinished(() => server.close());
  let looked = 0;
  return {
    server,
    install: (args = [], run = {}) => runAgainst(server, args, run),
    call: (method, path, body) => call(server, method, path, body),
    writes: () => {
      const fresh = server.requests.slice(looked).filter(({ method }) => method !== 'GET');
      looked = server.requests.length;
      return fresh.map(({ method, path }) => `${method} ${path}`);
    },
  };
}

/** A copy of the templates as a later version of the package would have them. */
export function templatesOfVersion(version: string, change: (template: Exported) => void = () => undefined): string {
  const directory = mkdtempSync(join(tmpdir(), 'install-templates-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  cpSync(committedTemplates, directory, { recursive: true });
  for (const file of readdirSync(directory)) {
    const path = join(directory, file);
    const template = JSON.parse(readFileSync(path, 'utf8')) as Exported;
    const body = template.Properties['Octopus.Action.Script.ScriptBody'] ?? '';
    template.Properties['Octopus.Action.Script.ScriptBody'] = body.replace(
      /, version [\d.]+\./,
      `, version ${version}.`,
    );
    change(template);
    writeFileSync(path, JSON.stringify(template));
  }
  return directory;
}

export interface Exported {
  Name: string;
  Properties: Record<string, string>;
  Parameters: { Name: string; DefaultValue: string; DisplaySettings: Record<string, string>; [key: string]: unknown }[];
}

/** What of a step template the tests look at. */
export interface Template {
  readonly Properties: Readonly<Record<string, string>>;
}

export const scriptBody = 'Octopus.Action.Script.ScriptBody';
export const projectArguments = ['--project', 'Shop'];
/** The ARN of a load balancer. */
export const loadBalancerArn =
  'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/0123456789abcdef';
/** The same with a value for each variable that needs one. */
export const completeArguments = [
  ...[...projectArguments, '--account', 'AWS rehearsal'],
  ...[
    ...['AWS.Region=eu-west-1', 'StackName=x', 'Image=x', 'Cluster=x', 'VpcId=vpc-0a1b2c3d', 'Subnets=subnet-0a1b2c3d'],
    ...['SecurityGroups=sg-0a1b2c3d', `LoadBalancerArn=${loadBalancerArn}`],
  ].flatMap((variable) => ['--variable', `Canary.${variable}`]),
];
export const processPath = 'Spaces-1/projects/Projects-1/deploymentprocesses';

/** Makes the project as somebody else would have, with steps of theirs. */
export async function makeProject(scene: InstallScene, steps: readonly object[], more: object = {}): Promise<void> {
  const body = { Name: 'Shop', ProjectGroupId: 'ProjectGroups-1', LifecycleId: 'Lifecycles-1', ...more };
  await scene.call('POST', 'Spaces-1/projects', body);
  const process = await scene.call<Process>('GET', processPath);
  await scene.call('PUT', processPath, { ...process, Steps: steps });
}

/** A step that does not belong to a canary. */
export function script(name: string): object {
  const action = { Name: name, ActionType: 'Octopus.Script', Properties: { [scriptBody]: 'echo' } };
  return { Name: name, Condition: 'Success', Properties: {}, Actions: [action] };
}

async function runAgainst(server: OctopusServer, args: readonly string[], run: RunOptions): Promise<Run> {
  const lines: string[] = [];
  const environment = run.environment ?? { OCTOPUS_URL: server.url, OCTOPUS_API_KEY: server.apiKey };
  const typed = run.answers ?? (run.answer === undefined ? undefined : [run.answer ? 'y' : 'n']);
  const asked: string[] = [];
  const ask = async (question: string): Promise<string> => {
    asked.push(question);
    const answer = typed?.[asked.length - 1];
    if (answer === undefined) throw new Error(`Nobody answers ${question}`);
    return answer;
  };
  const code = await runInstall(typed === undefined ? ['--yes', ...args] : args, (line) => lines.push(line), {
    environment,
    ask: typed === undefined ? undefined : ask,
    templateDirectory: run.templates ?? committedTemplates,
    pause: async () => undefined,
  });
  return { code, said: lines.join('\n'), asked };
}

async function call<T>(server: OctopusServer, method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`${server.url}/api/${path}`, {
    method,
    headers: { 'X-Octopus-ApiKey': server.apiKey, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as T & { ErrorMessage?: string };
  if (!response.ok) throw new Error(`${response.status}: ${answer.ErrorMessage}`);
  return answer;
}
