import { bundleStep } from '../../build/bundle.ts';
import { createEmulator, type Emulator } from '../../src/emulator/emulator.ts';
import type { EmulatorOptions } from '../../src/emulator/options.ts';
import { renderPackagedScript, renderScriptBody } from '../../src/octopus/template/wrapper.ts';
import { sampleDeployment } from '../../src/rehearsal/sample-deployment.ts';
import { rehearsalCredentials, setScene } from '../../src/rehearsal/scene.ts';
import { steps } from '../../src/steps/index.ts';
import type { StepId } from '../../src/steps/step.ts';
import { type Run, type RunOptions, runScriptBeside } from '../octopus/template/script-runner.ts';
import { replaceEnvironment, withoutNodeWarning } from '../support/environment.ts';

export type Values = Readonly<Record<string, string>>;

const bundles = new Map<StepId, Promise<Buffer>>();

/** The program of a step as it is published, bundled once in a test file. */
export async function programOf(id: StepId): Promise<Buffer> {
  const bundle = bundles.get(id) ?? bundleStep(`scripts/${id}.ts`, '1.2.3').then(({ code }) => code);
  bundles.set(id, bundle);
  return bundle;
}

/** Runs a packaged step on a worker that has only what the options say; its AWS is at the endpoint. */
export async function runStepOnWorker(id: StepId, variables: Values, options: RunOptions = {}): Promise<Run> {
  const program = await programOf(id);
  const files = { [`${id}.cjs`]: program.toString() };
  return runScriptBeside(renderPackagedScript(declarationOf(id), program, '1.2.3'), { ...options, variables, files });
}

const bodies = new Map<StepId, Promise<string>>();

/** The same with the program inside the script, as in a step template. */
export async function runTemplateOnWorker(id: StepId, variables: Values, options: RunOptions = {}): Promise<Run> {
  const body = bodies.get(id) ?? programOf(id).then((program) => renderScriptBody(declarationOf(id), program, '1.2.3'));
  bodies.set(id, body);
  return runScriptBeside(await body, { ...options, variables });
}

function declarationOf(id: StepId) {
  const found = steps.find((step) => step.id === id);
  if (!found) throw new RangeError(`There is no step ${id}.`);
  return found;
}

/** What Octopus sets for the account and the region of a step. */
export function awsEnvironment(region: string, endpoint?: string): Values {
  return {
    AWS_ACCESS_KEY_ID: rehearsalCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: rehearsalCredentials.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...(endpoint === undefined ? {} : { AWS_ENDPOINT_URL: endpoint }),
  };
}

/** A bash program to stand in as `node` that runs this one. */
export const nodeAt = (path: string): string => `#!/bin/bash\nexec ${path} "$@"\n`;

export interface WorkerScene {
  readonly emulator: Emulator;
  readonly env: Values;
  /** Deploy Stack's parameters for the built-in template with that version. */
  readonly deploy: (version: string) => Values;
  readonly close: () => Promise<void>;
}

/** A fast emulated AWS for steps that run as programs of their own. */
export async function openWorkerScene(options: Partial<EmulatorOptions> = {}): Promise<WorkerScene> {
  const restoreEnvironment = replaceEnvironment(withoutNodeWarning);
  const emulator = await createEmulator({ timeScale: 200, ...options });
  const scene = await setScene(emulator.url, emulator.options.region, []);
  return {
    emulator,
    env: awsEnvironment(emulator.options.region, emulator.url),
    deploy: (version) => ({
      'EcsCanary.StackName': 'canary',
      'Octopus.Deployment.Id': 'Deployments-1',
      ...sampleDeployment(scene, version),
      'EcsCanary.LoadBalancerArn': scene.loadBalancerArn,
      'EcsCanary.DeregistrationDelaySeconds': '10',
    }),
    close: async () => {
      restoreEnvironment();
      scene.close();
      await emulator.close();
    },
  };
}

/** The message that Octopus shows for a failed step. */
export function resultOf({ stdout }: Run): string {
  const encoded = /##octopus\[resultMessage message=['"]([^'"]+)['"]\]/.exec(stdout)?.[1] ?? '';
  return Buffer.from(encoded, 'base64').toString();
}
