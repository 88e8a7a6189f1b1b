import type { Aws } from '../aws/aws.ts';
import { partLine } from '../canary/location-hints.ts';
import type { LockOwner } from '../canary/lock.ts';
import { createEmulator, type Emulator } from '../emulator/emulator.ts';
import type { EmulatorOptions } from '../emulator/options.ts';
import { tokenPrefix } from '../observation/stack-operation.ts';
import { asOwnTemplate, sampleDeployment } from '../rehearsal/sample-deployment.ts';
import { rehearsalCredentials, type Scene, setScene } from '../rehearsal/scene.ts';
import type { StepId } from '../steps/step.ts';
import { type ActualState, readActualState } from './actual-state.ts';
import { type Approvals, createApprovals } from './approvals.ts';
import { readForeign } from './foreign.ts';
import { createHurriedClock } from './hurried-clock.ts';
import { leaveForeignThings, type Neighbourhood, settleNeighbours } from './neighbours.ts';
import { reach, type StepPlace } from './reach.ts';
import { plainSetting, type Setting } from './setting.ts';
import { carryOut, type StepOrder, type StepOutcome } from './step-order.ts';
import { sendUsers, type Users } from './users.ts';
import { createWatch, type Watch } from './watch.ts';
import { keepWriteLog, type WriteLog } from './write-log.ts';

/** A canary in an emulated AWS of its own, with neighbours, users, and a record of everything that happens. */
export interface FaultWorld {
  readonly emulator: Emulator;
  readonly scene: Scene;
  readonly neighbourhood: Neighbourhood;
  readonly stackName: string;
  /** What the state that it was arranged for adds. */
  setting: Setting;
  readonly place: StepPlace;
  readonly approvals: Approvals;
  readonly writeLog: WriteLog;
  readonly users: Users;
  /** What users and listener rules did against the approvals. */
  readonly watch: Watch;
  readonly actualState: () => ActualState;
  /** What is not the canary's own, as canonical text by what it is. */
  readonly foreign: () => ReadonlyMap<string, string>;
  /** A new version's name, and the parameters that deploy it. */
  readonly nextVersion: () => string;
  readonly builtIn: (version: string) => Readonly<Record<string, string>>;
  /** The same stack as a template of one's own. */
  readonly ownTemplate: (version: string) => Readonly<Record<string, string>>;
  readonly order: (step: StepId, more?: Partial<Omit<StepOrder, 'step' | 'token'>>) => StepOrder;
  /** Runs a step in this process; `between` stands between it and AWS. */
  readonly run: (order: StepOrder, between?: (aws: Aws) => Aws) => Promise<StepOutcome>;
  /** Creates the stack with a stable version, and deploys a second one to green. */
  readonly found: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The emulated time that passes in one real second, and what makes cells quick. */
const haste = { timeScale: 150, pageSize: 100, taskStartSeconds: 4 } as const satisfies Partial<EmulatorOptions>;

/** Opens a world without a stack. */
export async function openFaultWorld(options: Partial<EmulatorOptions> = {}): Promise<FaultWorld> {
  const emulator = await createEmulator({ ...haste, ...options });
  const { world } = emulator;
  const writeLog = keepWriteLog(emulator);
  const scene = await setScene(emulator.url, emulator.options.region, ['test']);
  const neighbourhood = await settleNeighbours(world, scene);
  const place = placeIn(emulator);
  const aws = reach(place);
  const address = `${emulator.listeners()[neighbourhood.listenerArn]}/`;
  const setting = (): Setting => opened.setting;
  const users = sendUsers(() => [address, ...setting().urls], paceIn(setting));
  const approvals = createApprovals(() => world.clock.now().getTime());
  const actualState = (): ActualState => readActualState(world, stackName, setting().entryPoints);
  const watch = createWatch({ ...{ emulator, writeLog, users, approvals, stackName }, actualState, setting });
  const opened: FaultWorld = {
    ...{ emulator, scene, neighbourhood, stackName, place, approvals, writeLog, users, watch, actualState },
    setting: plainSetting,
    order: createOrders(setting),
    foreign: () => readForeign(opened),
    nextVersion: countVersions(),
    builtIn: (version) => builtIn(scene, neighbourhood, version),
    ownTemplate: (version) => asOwnTemplate(builtIn(scene, neighbourhood, version)),
    run: (wanted, between = (plain) => plain) => carryOut(wanted, between(aws), createHurriedClock(place.hurry)),
    found: () => found(opened),
    close: async () => {
      await users.close();
      scene.close();
      await emulator.close();
    },
  };
  return opened;
}

const stackName = 'canary';

function placeIn({ url, options }: Emulator): StepPlace {
  return {
    endpoint: url,
    region: options.region,
    credentials: rehearsalCredentials,
    requestTimeoutMs: 1000,
    maxAttempts: 5,
    hurry: 100,
  };
}

function countVersions(): () => string {
  let versions = 0;
  return () => {
    versions += 1;
    return `v${versions}`;
  };
}

/** Real milliseconds between two requests at a door: while a node lags, what goes wrong is over sooner. */
function paceIn(setting: () => Setting): () => number {
  return () => (setting().lagSeconds > 0 ? 60 : 120);
}

/** Orders with a token of their own each. */
function createOrders(setting: () => Setting): FaultWorld['order'] {
  let tokens = 0;
  return (step, more = {}) => {
    tokens += 1;
    const parameters = {
      'EcsCanary.StackName': stackName,
      'EcsCanary.SettleSeconds': '0',
      'EcsCanary.Parts': setting()
        .named.map((arn) => partLine('ListenerRule', arn))
        .join('\n'),
      ...setting().parameters,
      ...more.parameters,
    };
    return {
      ...{ step, lockOwner: deployment(1), deploymentFailed: false, token: `${tokenPrefix}${tokens}` },
      ...more,
      parameters,
    };
  };
}

/** A deployment as Octopus names it. */
export function deployment(number: number): LockOwner {
  return {
    id: `Deployments-${number}`,
    isDeployment: true,
    release: `1.0.${number}`,
    environment: 'Production',
    project: 'Shop',
  };
}

/** A person who runs the rollback runbook. */
export const runbook: LockOwner = {
  id: 'RunbookRuns-1',
  isDeployment: false,
  release: '',
  environment: 'Production',
  project: 'Shop',
};

function builtIn(scene: Scene, { listenerArn }: Neighbourhood, version: string): Readonly<Record<string, string>> {
  return {
    ...sampleDeployment(scene, version),
    'EcsCanary.ListenerArn': listenerArn,
    'EcsCanary.DesiredCount': '2',
    'EcsCanary.DeregistrationDelaySeconds': '5',
    // Many worlds on a busy machine answer late; that must not look like illness.
    'EcsCanary.HealthCheckIntervalSeconds': '290',
    'EcsCanary.HealthCheckTimeoutSeconds': '100',
    'EcsCanary.UnhealthyThreshold': '10',
  };
}

async function found(world: FaultWorld): Promise<void> {
  for (const version of [world.nextVersion(), world.nextVersion()]) {
    const outcome = await world.run(world.order('deploy-stack', { parameters: world.builtIn(version) }));
    if (outcome.kind !== 'done') throw new Error(`The world could not be founded: ${JSON.stringify(outcome)}`);
  }
  await leaveForeignThings(world.emulator.world, world.stackName);
}
