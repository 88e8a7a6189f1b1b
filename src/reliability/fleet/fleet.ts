import { connectToAws } from '../../aws/clients.ts';
import { OperatorError } from '../../canary/operator-error.ts';
import { createEmulator, type Emulator } from '../../emulator/emulator.ts';
import type { EmulatorOptions } from '../../emulator/options.ts';
import { createTaskLog } from '../../octopus/log/task-log.ts';
import { sampleDeployment } from '../../rehearsal/sample-deployment.ts';
import { rehearsalCredentials, type Scene, setScene } from '../../rehearsal/scene.ts';
import { executeStep, type Surroundings } from '../../runtime/execute-step.ts';
import { deployStack } from '../../steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../steps/promote.ts';
import { rollback } from '../../steps/rollback/rollback.ts';
import { shiftTraffic } from '../../steps/shift-traffic.ts';
import { createAcceleratedRetries } from '../step-runs/accelerated-retries.ts';
import { type FleetFigures, figuresOf, type StepResult, triesOfCall } from './figures.ts';

export { describeFleet } from './figures.ts';

/** How many canaries share an account, and the account. */
export interface FleetOptions {
  readonly canaries: number;
  /** Emulated seconds in one real second; the waits of the steps and of the SDK are as much shorter. */
  readonly timeScale: number;
  readonly buckets?: EmulatorOptions['buckets'];
  /** Whether each canary is only a first release and one that is rolled back, of an application that starts and ends quickly. */
  readonly short?: boolean;
  /** Tries of one call before its step has to wait; those of a real step unless given. */
  readonly tries?: number;
  /** Told of every step that ended. */
  readonly tell?: (line: string) => void;
}

/**
 * Plays whole canaries at once on one throttled account, each on a listener of its own of one load balancer:
 * a first release, one that is promoted, and one that is rolled back.
 */
export async function runCanaryFleet(options: FleetOptions): Promise<FleetFigures> {
  const { canaries, timeScale, buckets = {}, short = false, tries = triesOfCall, tell = () => {} } = options;
  // Pages as large as AWS's, because every page is a call.
  const throttled = { throttle: 'published', buckets, pageSize: 100 } as const;
  const emulator = await createEmulator({ timeScale, ...throttled, ...(short && { taskStartSeconds: 2 }) });
  const scene = await setScene(emulator.url, emulator.options.region, []);
  const startedAt = Date.now();
  try {
    const names = Array.from({ length: canaries }, (_, index) => `canary-${index + 1}`);
    const results = await Promise.all(
      names.map((name, index) =>
        runCanary({ emulator, scene, name, port: 8001 + index, short, tries, tell }, short ? shortCanary : wholeCanary),
      ),
    );
    return figuresOf(options, results.flat(), emulator.calls(), (Date.now() - startedAt) / 1000);
  } finally {
    scene.close();
    await emulator.close();
  }
}

interface Canary {
  readonly emulator: Emulator;
  readonly scene: Scene;
  readonly name: string;
  readonly port: number;
  readonly short: boolean;
  readonly tries: number;
  readonly tell: (line: string) => void;
}

interface FleetStep {
  readonly step: string;
  readonly release: number;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly run: (surroundings: Surroundings) => Promise<unknown>;
}

const prepare = (release: number): FleetStep => ({
  step: 'Prepare Blue',
  release,
  run: (surroundings) => executeStep(prepareBlue, surroundings),
});

const deploy = (release: number): FleetStep => ({
  step: 'Deploy Stack',
  release,
  run: (surroundings) => executeStep(deployStack, surroundings),
});

const shift = (release: number, percent: number): FleetStep => ({
  step: `Shift to ${percent}%`,
  release,
  parameters: { 'EcsCanary.GreenPercent': String(percent) },
  run: (surroundings) => executeStep(shiftTraffic, surroundings),
});

const takeBack = (release: number): FleetStep => ({
  step: 'Rollback',
  release,
  run: (surroundings) => executeStep(rollback, surroundings),
});

const shortCanary: readonly FleetStep[] = [prepare(1), deploy(1), prepare(2), deploy(2), shift(2, 10), takeBack(2)];

const wholeCanary: readonly FleetStep[] = [
  ...[prepare(1), deploy(1)],
  ...[prepare(2), deploy(2), shift(2, 10), shift(2, 50)],
  { step: 'Promote', release: 2, run: (surroundings) => executeStep(promote, surroundings) },
  ...[prepare(3), deploy(3), shift(3, 10), takeBack(3)],
];

/** A canary ends at its first failure, as its deployment would. */
async function runCanary(canary: Canary, steps: readonly FleetStep[]): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  for (const [index, step] of steps.entries()) {
    const result = await runFleetStep(canary, step, index);
    results.push(result);
    canary.tell(`${canary.name} ${step.step} ${step.release}.0: ${result.failure?.code ?? 'done'}`);
    if (result.failure) break;
  }
  return results;
}

async function runFleetStep(canary: Canary, step: FleetStep, index: number): Promise<StepResult> {
  const { emulator, name } = canary;
  const { clock } = emulator.world;
  const given: Readonly<Record<string, string>> = { ...parametersOf(canary, step.release), ...step.parameters };
  const startedAt = clock.now().getTime();
  const ended = { canary: name, step: step.step, release: step.release };
  try {
    await step.run({
      // A step is a process of its own, with clients of its own.
      aws: connectToAws(emulator.options.region, [['octopus-ecs-canary', 'fleet']], {
        endpoint: emulator.url,
        credentials: rehearsalCredentials,
        retryStrategy: createAcceleratedRetries(emulator.options.timeScale, canary.tries),
      }),
      clock: { now: () => clock.now().getTime(), sleep: (milliseconds) => clock.sleep(milliseconds / 1000) },
      log: createTaskLog(() => {}),
      readParameter: (parameter) => given[parameter],
      token: `ecs-canary-${name}-${index}`,
      deploymentFailed: false,
      lockOwner: {
        id: `Deployments-${name}-${step.release}`,
        isDeployment: true,
        release: `${step.release}.0`,
        environment: 'Production',
        project: name,
      },
    });
    return { ...ended, seconds: (clock.now().getTime() - startedAt) / 1000 };
  } catch (error) {
    const code = error instanceof OperatorError ? error.code : 'defect';
    const message = error instanceof Error ? error.message : String(error);
    return { ...ended, seconds: (clock.now().getTime() - startedAt) / 1000, failure: { code, message } };
  }
}

function parametersOf({ name, port, short, scene }: Canary, release: number): Readonly<Record<string, string>> {
  return {
    ...sampleDeployment(scene, `${release}.0`),
    'EcsCanary.StackName': name,
    'EcsCanary.ServiceName': name,
    'EcsCanary.LoadBalancerArn': scene.loadBalancerArn,
    'EcsCanary.ListenerPort': String(port),
    'EcsCanary.DesiredCount': '2',
    ...(short && { 'EcsCanary.HealthCheckIntervalSeconds': '6', 'EcsCanary.DeregistrationDelaySeconds': '2' }),
  };
}
