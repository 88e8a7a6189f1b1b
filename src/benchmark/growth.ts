import { createEmulator, type Emulator } from '../emulator/emulator.ts';
import { tokenPrefix } from '../observation/watch-stack-operation.ts';
import { asOwnTemplate, sampleDeployment } from '../rehearsal/sample-deployment.ts';
import { rehearsalCredentials, type Scene, setScene } from '../rehearsal/scene.ts';
import { createAcceleratedClock } from '../reliability/step-runs/accelerated-clock.ts';
import { connectToEmulator } from '../reliability/step-runs/connection.ts';
import { deploymentOwner } from '../reliability/step-runs/lock-owners.ts';
import { executeOrder } from '../reliability/step-runs/step-order.ts';
import type { StepId } from '../steps/step.ts';

/** Something of which a canary can have more. */
export interface Dimension {
  readonly title: string;
  readonly sizes: readonly [smallest: number, ...more: number[]];
  /** Pages, or things that must be read or written one by one. */
  readonly pages: (size: number) => number;
  readonly build: (canary: Ground, size: number) => Promise<Values> | Values;
}

type Values = Readonly<Record<string, string>>;

/** Where a canary of some size is built. */
interface Ground {
  readonly emulator: Emulator;
  readonly scene: Scene;
  /** Parameters of the built-in stack. */
  readonly builtIn: Values;
}

/** As many items as a page of AWS's answers has. */
const pageSize = 100;

const pagesOf = (items: number): number => Math.ceil(items / pageSize);

export const dimensions: readonly Dimension[] = [
  {
    title: 'rules of others on its listener',
    sizes: [1, 10, 100],
    pages: (size) => pagesOf(size + 2),
    build: async (ground, size) => ({ ...ground.builtIn, ...(await shareListener(ground, size)) }),
  },
  {
    title: 'tasks of each colour',
    sizes: [1, 20, 200],
    pages: pagesOf,
    build: ({ builtIn }, size) => ({ ...builtIn, 'EcsCanary.DesiredCount': String(size) }),
  },
  {
    title: 'resources of the stack',
    sizes: [10, 100, 500],
    pages: pagesOf,
    build: ({ builtIn }, size) => editTemplate(builtIn, (resources) => addTopics(resources, size)),
  },
  {
    title: 'production rules on one listener',
    sizes: [1, 10, 50],
    pages: (size) => size,
    build: ({ builtIn }, size) => editTemplate(builtIn, (resources) => addRules(resources, size)),
  },
  {
    title: 'listeners with a production rule each',
    sizes: [1, 10, 50],
    pages: (size) => size,
    build: ({ builtIn }, size) => editTemplate(builtIn, (resources) => addListeners(resources, size)),
  },
];

/** The steps whose calls are counted, in the order in which they run. */
export const countedSteps = ['shift-traffic', 'rollback', 'prepare-blue'] as const satisfies readonly StepId[];

/** Runs the steps on a canary of that size. @returns how many calls each made. @throws Error if one fails */
export async function countCalls({ build }: Dimension, size: number): Promise<readonly number[]> {
  const emulator = await createEmulator({ timeScale: 400, taskStartSeconds: 4, pageSize });
  const { url: endpoint, options } = emulator;
  const scene = await setScene(endpoint, options.region, []);
  const limits = { requestTimeoutMs: 30_000, maxAttempts: 5, clockSpeed: 100 };
  const aws = connectToEmulator({ endpoint, region: options.region, credentials: rehearsalCredentials, ...limits });
  const run = async (step: StepId, given: Values): Promise<number> => {
    const before = emulator.calls().length;
    const parameters = { 'EcsCanary.StackName': 'canary', 'EcsCanary.SettleSeconds': '0', ...given };
    const order = {
      step,
      parameters,
      lockOwner: deploymentOwner(1),
      deploymentFailed: false,
      token: `${tokenPrefix}${before}`,
    };
    const outcome = await executeOrder(order, aws, createAcceleratedClock(limits.clockSpeed));
    if (outcome.kind !== 'done') throw new Error(`${step} failed: ${JSON.stringify(outcome)}`);
    return emulator.calls().length - before;
  };
  try {
    const traffic = {
      'EcsCanary.LoadBalancerArn': scene.loadBalancerArn,
      'EcsCanary.HealthCheckIntervalSeconds': '30',
    };
    const values = await build({ emulator, scene, builtIn: { ...sampleDeployment(scene, '1'), ...traffic } }, size);
    const deploys = 'EcsCanary.Template' in values ? 'deploy-own-template' : 'deploy-stack';
    for (const version of ['1', '2']) await run(deploys, withVersion(values, version));
    const calls: number[] = [];
    for (const step of countedSteps) calls.push(await run(step, { 'EcsCanary.GreenPercent': '10' }));
    return calls;
  } finally {
    scene.close();
    await emulator.close();
  }
}

function withVersion(values: Values, version: string): Values {
  const image = `octopussamples/helloworldwithversion:${version}`;
  const { 'EcsCanary.TemplateParameters': parameters } = values;
  if (parameters === undefined) return { ...values, 'EcsCanary.Image': image };
  return { ...values, 'EcsCanary.TemplateParameters': JSON.stringify({ ...JSON.parse(parameters), Image: image }) };
}

/** Creates a listener with that many rules of others, for the stack to share. */
async function shareListener({ emulator: { world }, scene }: Ground, rules: number): Promise<Values> {
  const DefaultActions = [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }];
  const listener = { LoadBalancerArn: scene.loadBalancerArn, Protocol: 'HTTP', Port: 80, DefaultActions };
  const { Listeners } = await world.invoke<{ Listeners: readonly { ListenerArn: string }[] }>(
    'elb',
    'CreateListener',
    listener,
  );
  const ListenerArn = Listeners[0]?.ListenerArn ?? '';
  for (let Priority = 1001; Priority <= 1000 + rules; Priority += 1) {
    const Conditions = [{ Field: 'path-pattern', Values: [`/others/${Priority}`] }];
    await world.invoke('elb', 'CreateRule', { ListenerArn, Priority, Conditions, Actions: DefaultActions });
  }
  return { 'EcsCanary.ListenerArn': ListenerArn, 'EcsCanary.LoadBalancerArn': '' };
}

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

type Resources = Readonly<Record<string, Resource>>;

function editTemplate(builtIn: Values, edit: (resources: Resources) => Resources): Values {
  const own = asOwnTemplate(builtIn);
  const template: { readonly Resources: Resources } = JSON.parse(own['EcsCanary.Template'] ?? '');
  return { ...own, 'EcsCanary.Template': JSON.stringify({ ...template, Resources: edit(template.Resources) }) };
}

function addTopics(resources: Resources, size: number): Resources {
  const missing = Math.max(0, size - Object.keys(resources).length);
  return { ...resources, ...numbered(missing, (at) => [`Topic${at}`, { Type: 'AWS::SNS::Topic' }]) };
}

function addRules(resources: Resources, size: number): Resources {
  return { ...resources, ...numbered(size - 1, (at) => [`Rule${at}`, ruleLike(resources, at, {})]) };
}

function addListeners(resources: Resources, size: number): Resources {
  const { Listener } = resources;
  const more = numbered(size - 1, (at) => [
    `Listener${at}`,
    { Type: Listener?.Type ?? '', Properties: { ...Listener?.Properties, Port: 9000 + at } },
  ]);
  const rules = numbered(size - 1, (at) => [
    `Rule${at}`,
    ruleLike(resources, at, { ListenerArn: { Ref: `Listener${at}` } }),
  ]);
  return { ...resources, ...more, ...rules };
}

function ruleLike({ ListenerRule }: Resources, at: number, more: Readonly<Record<string, unknown>>): Resource {
  const Conditions = [{ Field: 'path-pattern', PathPatternConfig: { Values: [`/part-${at}/*`] } }];
  const Properties = { ...ListenerRule?.Properties, Priority: 100 + at, Conditions, ...more };
  return { Type: ListenerRule?.Type ?? '', Properties };
}

function numbered(count: number, make: (at: number) => readonly [string, Resource]): Resources {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => make(at)));
}
