import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Build, buildProject } from '../../build/project.ts';
import { setUpPath } from '../../build/set-up.ts';
import type { OctopusServer, OctopusServerOptions } from '../../src/rehearsal/octopus-server/server.ts';
import type { SpaceState } from '../../src/rehearsal/octopus-server/state.ts';
import { steps } from '../../src/steps/index.ts';
import { type InstallScene, setInstallScene } from '../octopus/installer/install-scene.ts';
import { type Run, runScriptBeside } from '../octopus/template/script-runner.ts';

/** An Octopus Server, and an operator who runs the real template of Set Up Canary Project on a worker. */
export interface SetUpScene extends InstallScene {
  /** @param variables of the step, without the prefix `EcsCanary.`, and those of Octopus */
  readonly setUp: (variables?: Variables, environment?: Variables) => Promise<Run>;
}

type Variables = Readonly<Record<string, string>>;

/** What every run here asks for: a project, written at once. */
export const shop = { Project: 'Shop', DryRun: 'False' };

export async function setSetUpScene(options: OctopusServerOptions = {}): Promise<SetUpScene> {
  const scene = await setInstallScene(options);
  return {
    ...scene,
    setUp: async (variables = shop, env = {}) =>
      runScriptBeside(await setUpScript(), { variables: variablesOf(scene.server, variables), env }),
  };
}

/** The variables of a run, as Octopus has them. */
export function variablesOf({ url, apiKey }: OctopusServer, variables: Variables): Variables {
  const own = Object.entries({ 'Octopus.ApiKey': apiKey, ...variables });
  return {
    'Octopus.Web.ServerUri': url,
    'Octopus.Space.Id': 'Spaces-1',
    ...Object.fromEntries(
      own.map(([name, value]) => [name.startsWith('Octopus.W') ? name : `EcsCanary.${name}`, value]),
    ),
  };
}

let built: Promise<Build> | undefined;

/** Everything as the sources build it; once for all tests of a file. */
export function buildAll(): Promise<Build> {
  built ??= buildProject(steps);
  return built;
}

/** The script of the template. */
export async function setUpScript(): Promise<string> {
  const { committed } = await buildAll();
  const template = committed.find(({ path }) => path === setUpPath);
  return JSON.parse(String(template?.content)).Properties['Octopus.Action.Script.ScriptBody'];
}

/** A folder with the templates that the same sources build, for `install`. */
export async function builtTemplates(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'built-templates-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const { path, content } of (await buildAll()).committed)
    if (path.startsWith('step-templates/')) writeFileSync(join(directory, basename(path)), content);
  return directory;
}

/** A space without what differs from run to run: ids of steps and actions. */
export function contentsOf(space: SpaceState | undefined): unknown {
  const entries = (map: ReadonlyMap<string, unknown> | undefined) => [...(map ?? [])];
  const { templates, processes, variableSets, gitProcesses, ...others } = space ?? {};
  const all = {
    ...others,
    templates: entries(templates),
    processes: entries(processes),
    variableSets: entries(variableSets),
    gitProcesses: entries(gitProcesses),
  };
  return JSON.parse(
    JSON.stringify(all).replaceAll(/[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}/g, 'guid'),
  );
}
