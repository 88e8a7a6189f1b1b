import type { Aws } from '../../aws/aws.ts';
import { partLine } from '../../canary/location-hints.ts';
import { createEmulator, type Emulator } from '../../emulator/emulator.ts';
import type { EmulatorOptions } from '../../emulator/options.ts';
import { tokenPrefix } from '../../observation/watch-stack-operation.ts';
import { asOwnTemplate, sampleDeployment } from '../../rehearsal/sample-deployment.ts';
import { rehearsalCredentials, type Scene, setScene } from '../../rehearsal/scene.ts';
import type { StepId } from '../../steps/step.ts';
import { type ActualState, readActualState } from '../actual-state/actual-state.ts';
import { readForeign } from '../actual-state/foreign.ts';
import { keepWriteLog, type WriteLog } from '../actual-state/write-log.ts';
import { plainSetting, type Setting } from '../cases/setting.ts';
import { type Approvals, createApprovals } from '../judging/approvals.ts';
import { sendUsers, type Users } from '../judging/users.ts';
import { createWatch, type Watch } from '../judging/watch.ts';
import { createAcceleratedClock } from '../step-runs/accelerated-clock.ts';
import { connectToEmulator, type EmulatorConnection } from '../step-runs/connection.ts';
import { deploymentOwner } from '../step-runs/lock-owners.ts';
import { type AwsWrapper, executeOrder, type StepOrder, type StepOutcome } from '../step-runs/step-order.ts';
import { addForeignTags, createNeighbours, type Neighbourhood } from './neighbours.ts';

/** A canary in its own emulated AWS, with neighbours, users, and a record of everything that happens. */
export interface FaultWorld {
  readonly emulator: Emulator;
  readonly scene: Scene;
  readonly neighbourhood: Neighbourhood;
  readonly stackName: string;
  /** The additions of the arranged starting state. */
  setting: Setting;
  readonly connection: EmulatorConnection;
  readonly approvals: Approvals;
  readonly writeLog: WriteLog;
  readonly users: Users;
  /** Watches users and listener rules for violations of the approvals. */
  readonly watch: Watch;
  readonly actualState: () => ActualState;
  /** Everything that does not belong to the canary, as canonical text by description. */
  readonly foreign: () => ReadonlyMap<string, string>;
  /** The name of a new version, and the parameters that deploy it. */
  readonly nextVersion: () => string;
  readonly builtIn: (version: string) => Readonly<Record<string, string>>;
  /** The same stack as a template of one's own. */
  readonly ownTemplate: (version: string) => Readonly<Record<string, string>>;
  readonly order: (step: StepId, more?: Partial<Omit<StepOrder, 'step' | 'token'>>) => StepOrder;
  /** The AWS clients of the steps. */
  readonly aws: Aws;
  /** Runs a step in this process; `wrap` wraps its AWS, `say` receives its task log. */
  readonly run: (order: StepOrder, wrap?: AwsWrapper, say?: (line: string) => void) => Promise<StepOutcome>;
  /** Creates the stack with a stable version, and deploys a second one to green. */
  readonly createCanary: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Emulated seconds per real second, and other settings that make cases fast. */
const fastOptions = { timeScale: 150, pageSize: 100, taskStartSeconds: 4 } as const satisfies Partial<EmulatorOptions>;

/** Opens a world without a stack. */
export async function openFaultWorld(options: Partial<EmulatorOptions> = {}): Promise<FaultWorld> {
  const emulator = await createEmulator({ ...fastOptions, ...options });
  const { world } = emulator;
  const writeLog = keepWriteLog(emulator);
  const scene = await setScene(emulator.url, emulator.options.region, ['test']);
  const neighbourhood = await createNeighbours(world, scene);
  const connection = connectionTo(emulator);
  const aws = connectToEmulator(connection);
  const address = `${emulator.listeners()[neighbourhood.listenerArn]}/`;
  const setting = (): Setting => opened.setting;
  const users = sendUsers(() => [address, ...setting().urls], paceIn(setting));
  const approvals = createApprovals(() => world.clock.now().getTime());
  const actualState = (): ActualState => readActualState(world, stackName, setting().entryPoints);
  const watch = createWatch({ ...{ emulator, writeLog, users, approvals, stackName }, actualState, setting });
  const opened: FaultWorld = {
    ...{ emulator, scene, neighbourhood, stackName, connection, aws, approvals, writeLog, users, watch, actualState },
    setting: plainSetting,
    order: createOrders(setting),
    foreign: () => readForeign(opened),
    nextVersion: countVersions(),
    builtIn: (version) => builtIn(scene, neighbourhood, version),
    ownTemplate: (version) => asOwnTemplate(builtIn(scene, neighbourhood, version)),
    run: (wanted, wrap = (plain) => plain, say) =>
      executeOrder(wanted, wrap(aws), createAcceleratedClock(connection.clockSpeed), say),
    createCanary: () => createCanary(opened),
    close: async () => {
      await users.close();
      scene.close();
      await emulator.close();
    },
  };
  return opened;
}

const stackName = 'canary';

function connectionTo({ url, options }: Emulator): EmulatorConnection {
  return {
    endpoint: url,
    region: options.region,
    credentials: rehearsalCredentials,
    requestTimeoutMs: 1000,
    maxAttempts: 5,
    clockSpeed: 100,
  };
}

function countVersions(): () => string {
  let versions = 0;
  return () => {
    versions += 1;
    return `v${versions}`;
  };
}

/** Real milliseconds between two requests at an entry point; shorter while a node lags, because problems are brief then. */
function paceIn(setting: () => Setting): () => number {
  return () => (setting().lagSeconds > 0 ? 60 : 120);
}

/** Creates orders, each with its own token. */
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
      ...{ step, lockOwner: deploymentOwner(1), deploymentFailed: false, token: `${tokenPrefix}${tokens}` },
      ...more,
      parameters,
    };
  };
}

function builtIn(scene: Scene, { listenerArn }: Neighbourhood, version: string): Readonly<Record<string, string>> {
  return {
    ...sampleDeployment(scene, version),
    'EcsCanary.ListenerArn': listenerArn,
    'EcsCanary.DesiredCount': '2',
    'EcsCanary.DeregistrationDelaySeconds': '5',
    // Many worlds on a busy machine answer late, which must not look unhealthy.
    'EcsCanary.HealthCheckIntervalSeconds': '290',
    'EcsCanary.HealthCheckTimeoutSeconds': '100',
    'EcsCanary.UnhealthyThreshold': '10',
  };
}

async function createCanary(world: FaultWorld): Promise<void> {
  for (const version of [world.nextVersion(), world.nextVersion()]) {
    const outcome = await world.run(world.order('deploy-stack', { parameters: world.builtIn(version) }));
    if (outcome.kind !== 'done') throw new Error(`The canary could not be created: ${JSON.stringify(outcome)}`);
  }
  await addForeignTags(world.emulator.world, world.stackName);
}
