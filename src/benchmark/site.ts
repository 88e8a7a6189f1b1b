import type { Emulator } from '../emulator/emulator.ts';
import type { TemplateStep } from '../octopus/process/definition.ts';
import { approvalName, buildCanaryProcess } from '../octopus/process/process.ts';
import { awsEnvironment } from '../rehearsal/aws-environment.ts';
import { createEmulatedCloud } from '../rehearsal/emulated-cloud.ts';
import { actionProperties, createHistory, type Entry } from '../rehearsal/step-variables.ts';
import { createVariables } from '../rehearsal/substitution.ts';
import type { TemplateLibrary } from '../rehearsal/template-library.ts';
import { readCanary, type StandingCanary } from './standing-canary.ts';
import { timeScript, type WorkerScript } from './worker/worker-script.ts';

/** An emulated AWS with a canary: one version on blue with all of the traffic, another on green. */
export interface Site {
  readonly emulator: Emulator;
  readonly canary: StandingCanary;
  /**
   * A step of the generated process as Octopus runs it.
   * @param others how many variables the project has beside those of the step
   */
  readonly step: (name: string, others: number, release?: string) => WorkerScript;
  /** A script step of one's own in the same project, with these variables in place of those of the step. */
  readonly scriptStep: (body: string, own: Readonly<Record<string, string>>, others: number) => WorkerScript;
  readonly close: () => Promise<void>;
}

/** Emulated seconds in one real second, so that the emulated tasks do not take most of the time. */
export const timeScale = 30;

/** The image of a release. */
export function imageOf(release: string): string {
  return `octopussamples/helloworldwithversion:${release}`;
}

/** The releases on blue and on green. */
export const [stableRelease, newRelease] = ['1.0.0', '2.0.0'] as const;

/**
 * Opens a site, and deploys both releases with the step templates of the library.
 * @param path the PATH of the worker
 */
export async function openSite(library: TemplateLibrary, path: string): Promise<Site> {
  const cloud = await createEmulatedCloud({ timeScale, pageSize: 100, template: undefined, parameters: {} });
  try {
    const project = { ...processVariables(), ...cloud.variables };
    const credentials = awsEnvironment(createVariables(ownEntries(library, project, 'Prepare Blue', stableRelease)));
    if ('problem' in credentials) throw new Error(credentials.problem);
    const environment = { ...credentials.environment, AWS_ENDPOINT_URL: cloud.endpoint, PATH: path };
    const step: Site['step'] = (name, others, release = newRelease) => {
      const variables = [...filler(others), ...ownEntries(library, project, name, release)];
      return { body: library.get(findStep(name).stepId)?.properties[bodyProperty] ?? '', variables, environment };
    };
    for (const release of [stableRelease, newRelease])
      for (const name of ['Prepare Blue', 'Deploy Stack']) await timeScript(step(name, 0, release));
    return {
      ...{ emulator: cloud.emulator, canary: readCanary(cloud.emulator, project['Canary.StackName'] ?? ''), step },
      scriptStep: (body, own, others) => {
        const entries = createHistory({ release: newRelease, variables: project }).entries(findStep('Prepare Blue'));
        const variables = [...filler(others), ...entries, ...Object.entries(own), [bodyProperty, body] as const];
        return { body, variables, environment };
      },
      close: cloud.close,
    };
  } catch (error) {
    await cloud.close();
    throw error;
  }
}

const bodyProperty = 'Octopus.Action.Script.ScriptBody';

// Without watches, no step refers to their evidence; Watch Canary itself comes from the process that has them.
const processes = [buildCanaryProcess({ watch: false }), buildCanaryProcess()] as const;

function findStep(name: string): TemplateStep {
  const all = processes.flatMap(({ steps }) => steps);
  const found = all.find((step): step is TemplateStep => step.kind === 'template' && step.name === name);
  if (found === undefined) throw new Error(`The process has no step ${name}.`);
  return found;
}

function processVariables(): Readonly<Record<string, string>> {
  const defaults = processes.flatMap(({ projectVariables }) =>
    projectVariables.map(({ name, value }) => [name, value]),
  );
  return {
    ...Object.fromEntries(defaults),
    'Canary.WatchMinutes': '0',
    'Canary.Image': imageOf('#{Octopus.Release.Number}'),
  };
}

function ownEntries(
  library: TemplateLibrary,
  project: Readonly<Record<string, string>>,
  name: string,
  release: string,
): readonly Entry[] {
  const step = findStep(name);
  return [
    ...createHistory({ release, variables: project }).entries(step),
    ...[10, 50, 100].map(approvalName).flatMap(approvalOutputs),
    ...actionProperties(library, step),
  ];
}

function approvalOutputs(approval: string): readonly Entry[] {
  const outputs = { Approved: 'True', Notes: '', 'ResponsibleUser.DisplayName': 'Operator' };
  return Object.entries(outputs).map(([key, value]) => [`Octopus.Action[${approval}].Output.Manual.${key}`, value]);
}

function filler(count: number): readonly Entry[] {
  return Array.from({ length: count }, (_, at) => [`Project.Setting[${at}].Value`, `some text of a project, ${at}`]);
}
