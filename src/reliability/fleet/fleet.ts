import { connectToAws } from '../../aws/clients.ts';
import { createEmulator, type Emulator } from '../../emulator/emulator.ts';
import type { EmulatorOptions } from '../../emulator/options.ts';
import { sampleDeployment } from '../../rehearsal/sample-deployment.ts';
import { rehearsalCredentials, type Scene, setScene } from '../../rehearsal/scene.ts';
import type { StepId } from '../../steps/step.ts';
import { createAcceleratedRetries } from '../step-runs/accelerated-retries.ts';
import { forEveryStep } from '../step-runs/connection.ts';
import { describeOutcome, executeOrder, type StepOrder, type StepOutcome } from '../step-runs/step-order.ts';
import { type FleetFigures, figuresOf, type StepResult, triesOfCall } from './figures.ts';

/** How many canaries share an account, and the account. */
export interface FleetOptions {
  readonly canaries: number;
  /** Emulated seconds in one real second; the waits of the steps and of the SDK are shorter by the same factor. */
  readonly timeScale: number;
  readonly buckets?: EmulatorOptions['buckets'];
  /** Whether each canary has only a first release and one that is rolled back, of an application that starts and stops quickly. */
  readonly short?: boolean;
  /** Attempts at one call before its step has to wait; as in a real step by default. */
  readonly tries?: number;
  /** Called for every finished step. */
  readonly tell?: (line: string) => void;
}

/**
 * Runs whole canaries at once on one throttled account, each on its own listener of one load balancer:
 * a first release, one that is watched and promoted, and one that is rolled back.
 */
export async function runCanaryFleet(options: FleetOptions): Promise<FleetFigures> {
  const { canaries, timeScale, buckets = {}, short = false, tries = triesOfCall, tell = () => {} } = options;
  // Pages are as large as AWS's, because every page is a call.
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
  readonly step: StepId;
  /** For the figures. */
  readonly name: string;
  readonly release: number;
  readonly parameters?: Readonly<Record<string, string>>;
}

const prepare = (release: number): FleetStep => ({ step: 'prepare-blue', name: 'Prepare Blue', release });

const deploy = (release: number): FleetStep => ({ step: 'deploy-stack', name: 'Deploy Stack', release });

const shift = (release: number, percent: number): FleetStep => ({
  ...{ step: 'shift-traffic', name: `Shift to ${percent}%`, release },
  parameters: { 'EcsCanary.GreenPercent': String(percent) },
});

const watch = (release: number, minutes: number): FleetStep => ({
  ...{ step: 'watch', name: minutes === 0 ? 'Watch, one look' : `Watch for ${minutes} min`, release },
  parameters: { 'EcsCanary.WatchMinutes': String(minutes), 'EcsCanary.Alarms': 'no-such-alarm' },
});

const promote = (release: number): FleetStep => ({ step: 'promote', name: 'Promote', release });

const rollBack = (release: number): FleetStep => ({ step: 'rollback', name: 'Rollback', release });

const shortCanary: readonly FleetStep[] = [
  prepare(1),
  deploy(1),
  prepare(2),
  deploy(2),
  shift(2, 10),
  watch(2, 0),
  rollBack(2),
];

const wholeCanary: readonly FleetStep[] = [
  ...[prepare(1), deploy(1)],
  ...[prepare(2), deploy(2), shift(2, 10), watch(2, 2), shift(2, 50), watch(2, 0), promote(2)],
  ...[prepare(3), deploy(3), shift(3, 10), rollBack(3)],
];

/** A canary stops at its first failure, as its deployment would. */
async function runCanary(canary: Canary, steps: readonly FleetStep[]): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  for (const [index, step] of steps.entries()) {
    const result = await runFleetStep(canary, step, index);
    results.push(result);
    canary.tell(`${canary.name} ${step.name} ${step.release}.0: ${result.failure?.code ?? 'done'}`);
    if (result.failure) break;
  }
  return results;
}

async function runFleetStep(
  canary: Canary,
  { step, name, release, parameters }: FleetStep,
  index: number,
): Promise<StepResult> {
  const { emulator } = canary;
  const { clock } = emulator.world;
  const startedAt = clock.now().getTime();
  // Each step would be a separate process, so it gets its own clients.
  const options = {
    endpoint: emulator.url,
    credentials: rehearsalCredentials,
    retryStrategy: createAcceleratedRetries(emulator.options.timeScale, canary.tries),
  };
  const userAgent = [['octopus-ecs-canary', 'fleet']] as const;
  const aws = connectToAws(emulator.options.region, userAgent, options, forEveryStep);
  const order: StepOrder = {
    step,
    parameters: { ...parametersOf(canary, release), ...parameters },
    lockOwner: {
      id: `Deployments-${canary.name}-${release}`,
      isDeployment: true,
      release: `${release}.0`,
      environment: 'Production',
      project: canary.name,
    },
    deploymentFailed: false,
    token: `ecs-canary-${canary.name}-${index}`,
  };
  const outcome = await executeOrder(order, aws, {
    now: () => clock.now().getTime(),
    sleep: (milliseconds) => clock.sleep(milliseconds / 1000),
  });
  const seconds = (clock.now().getTime() - startedAt) / 1000;
  return { canary: canary.name, step: name, release, seconds, ...failureOf(outcome) };
}

function failureOf(outcome: StepOutcome): Pick<StepResult, 'failure'> {
  if (outcome.kind === 'done') return {};
  return { failure: { code: describeOutcome(outcome), message: 'message' in outcome ? outcome.message : '' } };
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
