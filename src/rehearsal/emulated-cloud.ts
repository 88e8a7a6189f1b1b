import type { OutsideValues } from '../emulator/contract/outside-values.ts';
import { createEmulator, type Emulator } from '../emulator/emulator.ts';
import { templateBucket } from '../parameters/template-bucket.ts';
import type { Cloud } from './cloud.ts';
import { watchEntryPoints } from './entry-point-watch.ts';
import type { NightPlan } from './night.ts';
import { clustersNamedIn, fitArns, fitTemplate, listenersNamedIn } from './own-template.ts';
import { rehearsalCredentials, type Scene, setScene } from './scene.ts';
import { findClusters } from './template-clusters.ts';

export interface CloudRequest {
  /** Emulated seconds in one real second. */
  readonly timeScale: number;
  /** us-east-1, if left out. */
  readonly region?: string;
  /** Items in a page of an answer; as few as in the emulator's tests, if left out. */
  readonly pageSize?: number;
  /** Whether calls beyond AWS's published rates are refused. */
  readonly throttle?: boolean;
  /** Text of the operator's own template. */
  readonly template: string | undefined;
  /** Step parameters that replace the rehearsal's. */
  readonly parameters: Readonly<Record<string, string>>;
  /** What the template takes from outside; whatever is missing is made up. */
  readonly values?: OutsideValues;
  /** With a night, a version that leaks begins to do so only then. */
  readonly night?: NightPlan | undefined;
  /** Called with what the emulator makes up or leaves out. */
  readonly note?: (text: string) => void;
}

/** A cloud in which other stacks can stand beside the canary's. */
export interface EmulatedCloud extends Cloud {
  readonly emulator: Emulator;
  /** Deploys a stack with the defaults of its parameters. @throws Error with its first failure */
  readonly deployOther: (stackName: string, template: string) => Promise<void>;
}

/** Starts the emulator and creates a scene in it; the operator's template and parameters are adapted to that scene. */
export async function createEmulatedCloud(request: CloudRequest): Promise<EmulatedCloud> {
  let nightSince: number | undefined;
  const emulator = await createEmulator({
    timeScale: request.timeScale,
    // Anybody who rehearses a hanging version has to wait for this.
    leastTimeoutMs: 5000,
    answerMs: 20,
    throttle: request.throttle ? 'published' : 'none',
    ...(request.region === undefined ? {} : { region: request.region }),
    ...(request.pageSize === undefined ? {} : { pageSize: request.pageSize }),
    ...(request.values ? { values: request.values } : {}),
    ...(request.night ? { leaksSince: () => nightSince } : {}),
  });
  const now = (): number => emulator.world.clock.now().getTime();
  if (request.note) emulator.onNote(request.note);
  const { region } = emulator.options;
  const scene = await setScene(emulator.url, region, clustersOf(request), listenersNamedIn(textOf(request)));
  const fitted = fitRequest(request, scene);
  const bucket = bucketOf(request);
  if (bucket !== undefined) await emulator.world.invoke('s3', 'CreateBucket', { Bucket: bucket });
  const readTraffic = () => scene.stackTraffic(stackName, request.parameters);
  const { findEntryPoints, served } = watchEntryPoints(emulator, readTraffic, request.parameters);
  return {
    emulator,
    endpoint: emulator.url,
    variables: { ...sceneVariables(scene), ...fitted.variables },
    parameters: fitted.parameters,
    notes: fitted.notes,
    now,
    sleepUntil: (time) => emulator.world.clock.sleep(Math.max(0, time - now()) / 1000),
    beginNight: () => {
      nightSince ??= now();
    },
    findEntryPoints,
    served,
    deployOther: (name, template) => scene.deployOther(name, fitArns(template, scene).text),
    close: async () => {
      scene.close();
      await emulator.close();
    },
  };
}

const stackName = 'rehearsal';

function clustersOf(request: CloudRequest): readonly string[] {
  const { template, parameters } = request;
  const resolved = template === undefined ? [] : findClusters(template, parameters).names;
  return [...new Set([...clustersNamedIn(textOf(request)), ...resolved])];
}

/** The bucket for large templates; the step itself refuses what names none. */
function bucketOf({ parameters }: CloudRequest): string | undefined {
  try {
    return templateBucket.parse(parameters[templateBucket.name] ?? '')?.name;
  } catch {
    return undefined;
  }
}

function textOf({ template = '', parameters }: CloudRequest): string {
  return [template, ...Object.entries(parameters).map(([name, value]) => `${name}: ${value}`)].join('\n');
}

function sceneVariables(scene: Scene): Readonly<Record<string, string>> {
  return {
    'Canary.AWS.Account': 'Accounts-1',
    'Canary.AWS.Account.AccessKey': rehearsalCredentials.accessKeyId,
    'Canary.AWS.Account.SecretKey': rehearsalCredentials.secretAccessKey,
    'Canary.AWS.Region': scene.region,
    'Canary.StackName': stackName,
    'Canary.Cluster': scene.cluster,
    'Canary.VpcId': scene.vpcId,
    'Canary.Subnets': scene.subnets.join(','),
    'Canary.SecurityGroups': scene.securityGroup,
    'Canary.LoadBalancerArn': scene.loadBalancerArn,
    'Canary.ExecutionRoleArn': roleArn(scene, 'ecsTaskExecutionRole'),
    'Canary.TaskRoleArn': roleArn(scene, 'rehearsal'),
    'Canary.LogGroup': '/ecs/rehearsal',
    'Canary.HealthCheckPath': '/',
    'Canary.DesiredCount': '2',
    'Canary.Cpu': '256',
    'Canary.Memory': '512',
  };
}

/** A role in the account of the scene. */
function roleArn({ clusterArn }: Scene, name: string): string {
  const [, partition = '', , , account = ''] = clusterArn.split(':');
  return `arn:${partition}:iam::${account}:role/${name}`;
}

interface FittedRequest {
  readonly variables: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
}

function fitRequest({ template, parameters: given }: CloudRequest, scene: Scene): FittedRequest {
  const notes: string[] = [];
  const parameters = Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const fitted = fitArns(value, scene);
      notes.push(...fitted.changes.map((change) => `In the parameter ${name}: ${change}`));
      return [name, fitted.text];
    }),
  );
  if (template === undefined) return { variables: {}, parameters, notes };
  const fitted = fitTemplate({ template, parameters, variables: sceneVariables(scene) }, scene);
  notes.push(...fitted.changes.map((change) => `In the template: ${change}`));
  return { variables: { 'Canary.Template': fitted.text }, parameters, notes };
}
