import type { Aws } from '../../src/aws/aws.ts';
import { connectToAws } from '../../src/aws/clients.ts';
import { OperatorError } from '../../src/canary/operator-error.ts';
import type { CallRecord } from '../../src/emulator/calls.ts';
import { createEmulator, type Emulator } from '../../src/emulator/emulator.ts';
import type { EmulatorOptions } from '../../src/emulator/options.ts';
import { tokenPrefix } from '../../src/observation/watch-stack-operation.ts';
import { createTaskLog } from '../../src/octopus/log/task-log.ts';
import type { ParameterSet } from '../../src/parameters/parameters.ts';
import { sampleDeployment } from '../../src/rehearsal/sample-deployment.ts';
import { rehearsalCredentials, type Scene, setScene } from '../../src/rehearsal/scene.ts';
import { createAcceleratedClock } from '../../src/reliability/step-runs/accelerated-clock.ts';
import { forEveryStep } from '../../src/reliability/step-runs/connection.ts';
import type { Clock } from '../../src/runtime/clock.ts';
import { executeStep } from '../../src/runtime/execute-step.ts';
import type { Step } from '../../src/steps/step.ts';
import { replaceEnvironment, withoutNodeWarning } from './environment.ts';

/** The result of one step run. */
export interface StepRun {
  /** The refusal, if there was one; any other error is rethrown. */
  readonly error: OperatorError | undefined;
  readonly outputs: Readonly<Record<string, string>>;
  /** Lines of the task log without service messages. */
  readonly log: readonly string[];
  /** Everything that was written to standard output, service messages included. */
  readonly lines: readonly string[];
  /** API operations in order of arrival, for example `ModifyRule`. */
  readonly calls: readonly string[];
  /** Contents of the files that it attached to the task, by name. */
  readonly artifacts: ReadonlyMap<string, string>;
  /** The same calls with their inputs. */
  readonly records: readonly CallRecord[];
}

export interface RunOptions {
  /** Wraps the step's AWS, to kill or disturb it. */
  readonly between?: (aws: Aws) => Aws;
  readonly deploymentFailed?: boolean;
  /** What failed, as Octopus says it. */
  readonly deploymentError?: string;
  /** Deployment or runbook run id, for example `Deployments-1` or `RunbookRuns-1`. */
  readonly deployment?: string;
  /** Replaces the accelerated clock, to see when a step waits. */
  readonly clock?: Clock;
}

/** An emulated AWS with a cluster and a load balancer, in which steps run in this process. */
export interface CanaryWorld {
  readonly emulator: Emulator;
  readonly scene: Scene;
  readonly aws: Aws;
  /** Deploy Stack's parameters for the built-in template with that version. */
  readonly builtIn: (version: string, more?: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
  readonly run: <P extends ParameterSet, S>(
    step: Step<P, S>,
    parameters?: Readonly<Record<string, string>>,
    options?: RunOptions,
  ) => Promise<StepRun>;
  readonly close: () => Promise<void>;
}

/** Opens a fast world; emulated seconds pass 100 times as fast as real ones unless the options say otherwise. */
export async function openCanaryWorld(
  options: Partial<EmulatorOptions> = {},
  clusters: readonly string[] = [],
): Promise<CanaryWorld> {
  const emulator = await createEmulator({ timeScale: 100, ...options });
  const { region } = emulator.options;
  // The SDK reads both when a client makes its first call; a test file has one world at a time.
  const restoreEnvironment = replaceEnvironment({
    AWS_ENDPOINT_URL: emulator.url,
    AWS_ACCESS_KEY_ID: rehearsalCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: rehearsalCredentials.secretAccessKey,
    ...withoutNodeWarning,
  });
  const scene = await setScene(emulator.url, region, clusters);
  const aws = connectToAws(region, [['octopus-ecs-canary', 'test']], {}, forEveryStep);
  let tokens = 0;
  return {
    emulator,
    scene,
    aws,
    builtIn: (version, more = {}) => ({
      ...sampleDeployment(scene, version),
      'EcsCanary.LoadBalancerArn': scene.loadBalancerArn,
      'EcsCanary.DeregistrationDelaySeconds': '10',
      ...more,
    }),
    run: async (step, parameters = {}, options = {}) => {
      const {
        between = (plain: Aws) => plain,
        deploymentError = '',
        deploymentFailed = deploymentError !== '',
        deployment = 'Deployments-1',
        clock = createTestClock(),
      } = options;
      const lines: string[] = [];
      const artifacts = new Map<string, string>();
      const before = emulator.calls().length;
      tokens += 1;
      let error: OperatorError | undefined;
      const given: Readonly<Record<string, string>> = {
        'EcsCanary.StackName': 'canary',
        // The emulated data plane applies changes at once, and waiting has its own tests.
        'EcsCanary.SettleSeconds': '0',
        ...parameters,
      };
      const outcome = await executeStep(step, {
        aws: between(aws),
        clock,
        log: createTaskLog((line) => lines.push(line)),
        saveArtifact: (artifact) => {
          artifacts.set(artifact.name, artifact.content);
          return `/${artifact.name}`;
        },
        readParameter: (name) => given[name],
        token: `${tokenPrefix}test-${tokens}`,
        deploymentFailed,
        deploymentError,
        lockOwner: {
          id: deployment,
          isDeployment: deployment.startsWith('Deployments-'),
          release: '1.0.0',
          environment: 'Test',
          project: 'Shop',
        },
      }).catch((thrown: unknown) => {
        if (!(thrown instanceof OperatorError)) throw thrown;
        error = thrown;
        return undefined;
      });
      const records = emulator.calls().slice(before);
      return {
        error,
        records,
        lines,
        artifacts,
        outputs: outcome?.outputs ?? {},
        log: lines.filter((line) => !line.startsWith('##octopus')),
        calls: records.map((call) => call.operation),
      };
    },
    close: async () => {
      restoreEnvironment();
      scene.close();
      await emulator.close();
    },
  };
}

/** A clock for one run: waits a twentieth of the requested time, because the emulated AWS is fast too. */
export function createTestClock(): Clock {
  return createAcceleratedClock(20);
}
