import type {
  Alarm,
  Aws,
  CloudWatch,
  ListenerAddress,
  Stack,
  StackEvent,
  StackResource,
  Task,
  Traffic,
  TrafficPlace,
} from '../aws/aws.ts';
import type { Change } from '../canary/change.ts';
import type { Colour } from '../canary/colour.ts';
import { coloursIn, type ListenerRule } from '../canary/listener-rule.ts';
import type { LocationHints } from '../canary/location-hints.ts';
import { OperatorError } from '../canary/operator-error.ts';
import type { Service, Target, TaskSet } from '../canary/service.ts';
import type { ContainerLog } from '../canary/task-version.ts';
import { digestsOf } from '../canary/version-difference.ts';
import type { SeenVersion } from '../canary/version-summary.ts';
import {
  type CanaryAddress,
  clusterOf,
  findCanary,
  needsNoOutputs,
  notFound,
  soleServiceArn,
} from './canary-address.ts';
import type { RuleEvidence } from './colour-groups.ts';
import { type Certainty, findProductionRules, listNeighbours, type ProductionRules } from './find-production-rules.ts';
import { findTestRules } from './find-test-rules.ts';
import { describeEvent } from './stack-event.ts';

/** Reads a canary from AWS, each thing at most once until it is forgotten. */
export interface CanaryReader {
  stack(): Promise<Stack | undefined>;
  resources(): Promise<readonly StackResource[] | undefined>;
  /** Where everything is; reads the outputs only if the resources are ambiguous. */
  address(): Promise<CanaryAddress>;
  /** The production rules, all of them complete unless a lower certainty will do. */
  productionRules(certainty?: Certainty): Promise<ProductionRules>;
  /** Every rule of the production rules' listeners, of the stack's other listeners and, if groups are shared, of their neighbours. */
  listenerRules(): Promise<readonly ListenerRule[]>;
  /** Test rules that these steps created for this stack. */
  testRules(): Promise<readonly ListenerRule[]>;
  service(): Promise<Service>;
  targets(colour: Colour): Promise<readonly Target[]>;
  /** The stack's only service while the stack is incomplete, so that its first tasks can be examined. */
  unfinishedService(): Promise<Service | undefined>;
  /** @param service whose tasks, if it is not the one at the canary's address */
  tasks(taskSetId: string, status: 'RUNNING' | 'STOPPED', service?: Service): Promise<readonly Task[]>;
  /** Where each container of a task definition writes its output, by its name. */
  containerLogs(taskDefinition: string): Promise<Readonly<Record<string, ContainerLog>>>;
  /** What a task set runs, read once per run. @throws TypeError in a step without readVersions */
  version(taskSet: TaskSet): Promise<SeenVersion>;
  /** Where a listener can be reached. */
  listenerAddress(listenerArn: string): Promise<ListenerAddress>;
  /** The stack's template, exactly as it was submitted. */
  template(): Promise<string>;
  /** Stack events after the given one, oldest first, of the given operation only; logged as they are read, and never remembered. */
  events(token: string, seenEventId: string | undefined): Promise<readonly StackEvent[]>;
  /** The request token of the stack's last operation; never remembered. */
  latestToken(): Promise<string>;
  /** What CloudWatch has for these places since then; never remembered. */
  metrics(places: readonly TrafficPlace[], since: number): Promise<Traffic>;
  /** The CloudWatch alarms with these names; never remembered. */
  alarms(names: readonly string[]): Promise<readonly Alarm[]>;
  /** AWS's time, in epoch milliseconds. */
  now(): number;
  /** Forgets what a change may have altered; without a change, everything. */
  forget(change?: Change): void;
}

type Topic = 'stack' | 'resources' | 'listenerRules' | 'service' | 'targets' | 'tasks' | 'listener' | 'template';

/** What a write may alter, so that only that is read back. */
function topicsOf(change: Change): readonly Topic[] | 'everything' {
  switch (change.kind) {
    case 'scale-task-set':
      return ['service', 'targets', 'tasks'];
    case 'set-weights':
      // A group that is added to the rule is checked from then on.
      if (coloursIn(change.rule, change.groups) < 2) return 'everything';
      // Giving blue everything ends a step that also promises a settled stack, and one read of that may be stale.
      return change.weights.green === 0 ? ['service', 'listenerRules', 'stack'] : ['service', 'listenerRules'];
    case 'prove-way-back':
    case 'tag-stable':
    case 'acquire-lock':
    case 'record-green':
    case 'release-lock':
    case 'record':
    case 'create-test-rule':
      // Of two operators, each writes either the tags or the weights and reads the other, so one of them notices.
      return ['service', 'listenerRules'];
    case 'delete-rule':
      return ['listenerRules'];
    case 'create-stack':
    case 'update-stack':
    case 'delete-stack':
    case 'cancel-stack-update':
      return 'everything';
  }
}

/** Hears what is read as it is read, even if a later read of the same look fails. */
export interface ReaderListener {
  /** Each stack event once, as a line. */
  readonly event: (line: string) => void;
  readonly service: (service: Service) => void;
}

const nobody: ReaderListener = { event: () => undefined, service: () => undefined };

/** A reader that has read nothing yet. */
export function createCanaryReader(
  aws: Aws,
  stackName: string,
  hints: LocationHints,
  listener: ReaderListener = nobody,
  ruleEvidence?: RuleEvidence,
): CanaryReader {
  const toldEvents = new Set<string>();
  const memory = new Map<string, Promise<unknown>>();
  // Never forgotten: a revision never changes, and a watching step looks every few seconds.
  const versions = new Map<string, Promise<SeenVersion>>();
  // Never forgotten: once one of several incomplete rules is whole again, the others would look like test rules.
  const completing = new Set<string>();
  const once = <T>(topic: Topic, detail: string, read: () => Promise<T>): Promise<T> => {
    const key = `${topic} ${detail}`;
    const known = memory.get(key) as Promise<T> | undefined;
    if (known) return known;
    const fresh = read();
    memory.set(key, fresh);
    return fresh;
  };
  const describeService = (cluster: string, arn: string) =>
    once('service', arn, () => aws.ecs.describeService(cluster, arn));
  const listRules = (listenerArns: readonly string[]) =>
    readEach(listenerArns, (arn) => once('listenerRules', arn, () => aws.loadBalancing.listRules(arn)));
  const reader: CanaryReader = {
    stack: () => once('stack', '', () => aws.cloudFormation.describeStack(stackName)),
    resources: () => once('resources', '', () => aws.cloudFormation.listResources(stackName)),
    address: async () => {
      const resources = await reader.resources();
      if (!resources) throw stackMissing(stackName, aws.region);
      const outputs = needsNoOutputs(resources, hints) ? {} : ((await reader.stack())?.outputs ?? {});
      return findCanary(resources, outputs, hints, { describeService, listRules, ruleEvidence });
    },
    productionRules: (certainty = 'whole') =>
      once('listenerRules', `production ${certainty}`, async () => {
        const address = await reader.address();
        const rules = await listRules(address.listenerArns);
        const found = await findProductionRules(aws, rules, address, certainty, completing);
        if (certainty === 'shift-back') for (const { arn } of found.rules) completing.add(arn);
        return found;
      }),
    listenerRules: () =>
      once('listenerRules', '', async () => {
        const { shared, listenerArns } = await reader.address();
        return listRules([...listenerArns, ...(shared ? await listNeighbours(aws, listenerArns) : [])]);
      }),
    testRules: () =>
      once('listenerRules', 'ours', async () =>
        findTestRules(
          aws,
          await reader.listenerRules(),
          (await reader.productionRules('shift-back')).rules,
          await reader.address(),
          stackName,
        ),
      ),
    service: () =>
      once('service', '', async () => {
        const { cluster, serviceArn } = await reader.address();
        const service = checkService(await describeService(cluster, serviceArn), serviceArn);
        listener.service(service);
        return service;
      }),
    targets: (colour) =>
      once('targets', colour, async () => {
        const { groups } = await reader.address();
        return aws.loadBalancing.targetHealth(colour === 'Blue' ? groups.blue : groups.green);
      }),
    unfinishedService: () =>
      once('service', 'unfinished', async () => {
        const arn = soleServiceArn((await reader.resources()) ?? [], hints);
        return arn === undefined ? undefined : describeService(clusterOf(arn), arn);
      }),
    tasks: (taskSetId, status, service) =>
      once('tasks', `${taskSetId} ${status}`, async () => {
        const { cluster, serviceArn } = service
          ? { cluster: clusterOf(service.arn), serviceArn: service.arn }
          : await reader.address();
        return aws.ecs.listTasks(cluster, serviceArn.slice(serviceArn.lastIndexOf('/') + 1), taskSetId, status);
      }),
    containerLogs: (taskDefinition) => aws.ecs.containerLogs(taskDefinition),
    version: (taskSet) => {
      const version = versions.get(taskSet.id) ?? readVersion(aws, reader, taskSet);
      versions.set(taskSet.id, version);
      version.catch(() => versions.delete(taskSet.id));
      return version;
    },
    listenerAddress: (listenerArn) =>
      once('listener', listenerArn, () => aws.loadBalancing.listenerAddress(listenerArn)),
    template: () => once('template', '', () => aws.cloudFormation.readTemplate(stackName)),
    events: async (token, seenEventId) => {
      const events = await aws.cloudFormation.listEvents(stackName, token, seenEventId);
      for (const event of events.filter(({ id }) => !toldEvents.has(id))) {
        toldEvents.add(event.id);
        listener.event(describeEvent(event));
      }
      return events;
    },
    latestToken: () => aws.cloudFormation.latestToken(stackName),
    metrics: (places, since) => cloudWatchOf(aws).readTraffic(places, since),
    alarms: async (names) => (names.length === 0 ? [] : cloudWatchOf(aws).listAlarms(names)),
    now: () => aws.now(),
    forget: (change) => {
      const topics = change ? topicsOf(change) : 'everything';
      for (const key of memory.keys()) {
        if (topics === 'everything' || topics.includes(key.split(' ')[0] as Topic)) memory.delete(key);
      }
    },
  };
  return reader;
}

async function readVersion({ ecs }: Aws, reader: CanaryReader, taskSet: TaskSet): Promise<SeenVersion> {
  if (!ecs.taskVersion) throw new TypeError('a step that compares versions needs readVersions in scripts/');
  const { id, taskDefinition } = taskSet;
  const [version, tasks] = await Promise.all([ecs.taskVersion(taskDefinition), reader.tasks(id, 'RUNNING')]);
  return { taskDefinition, version, digests: digestsOf(tasks) };
}

function cloudWatchOf({ cloudWatch }: Aws): CloudWatch {
  if (!cloudWatch) throw new TypeError('a step that reads CloudWatch needs readMetrics in scripts/');
  return cloudWatch;
}

/** All rules of each listener: one call, as for a single rule, which also shows the bypass rules. */
async function readEach(
  listenerArns: readonly string[],
  read: (arn: string) => Promise<readonly ListenerRule[]>,
): Promise<readonly ListenerRule[]> {
  return (await Promise.all([...new Set(listenerArns)].map(read))).flat();
}

/** The error for a step that needs a deployed stack. */
export function stackMissing(stackName: string, region: string): OperatorError {
  return new OperatorError(
    'stack-missing',
    `There is no stack named ${stackName} in ${region}: nothing has been deployed yet, or the name, region or account is wrong.`,
    'Check EcsCanary.StackName, EcsCanary.AWS.Region and EcsCanary.AWS.Account; a first deployment starts with Prepare Blue and Deploy Stack.',
  );
}

function checkService(service: Service | undefined, serviceArn: string): Service {
  if (!service || service.status === 'INACTIVE') {
    throw notFound([`the ECS service ${serviceArn} of the stack no longer exists; restore it by deploying the stack.`]);
  }
  if (service.deploymentController !== 'EXTERNAL') {
    throw new OperatorError(
      'not-external',
      `The ECS service ${service.name} has the deployment controller ${service.deploymentController}: only EXTERNAL services have task sets to shift between.`,
      'Deploy a new service with DeploymentController EXTERNAL for these steps, or use the ECS-native canary deployments for this one.',
    );
  }
  return service;
}
