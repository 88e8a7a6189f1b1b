import type { NewRule, StackSubmission, Tags } from '../canary/change.ts';
import type { Colour } from '../canary/colour.ts';
import type { ListenerRule, RuleAction } from '../canary/listener-rule.ts';
import type { Service, Target } from '../canary/service.ts';
import type { ContainerLog, TaskVersion } from '../canary/task-version.ts';

/** A CloudFormation stack. */
export interface Stack {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly statusReason: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
  readonly capabilities: readonly string[];
}

/** A resource of a stack. */
export interface StackResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
}

/** One line of a stack's history. */
export interface StackEvent {
  readonly id: string;
  readonly time: Date;
  readonly token: string;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
  readonly reason: string;
}

/** The CloudFormation operations that a canary needs. */
export interface CloudFormation {
  /** The stack, or undefined when there is none of that name. */
  describeStack(name: string): Promise<Stack | undefined>;
  /** Every resource, or undefined when the stack does not exist. */
  listResources(name: string): Promise<readonly StackResource[] | undefined>;
  /** The template's text exactly as it was submitted. */
  readTemplate(name: string): Promise<string>;
  /** Events of one stack operation (by its request token) newer than `seenEventId`, oldest first. */
  listEvents(name: string, token: string, seenEventId: string | undefined): Promise<readonly StackEvent[]>;
  /** The request token of the stack's latest operation, empty when it has none. */
  latestToken(name: string): Promise<string>;
  createStack(submission: StackSubmission, token: string): Promise<void>;
  /** Returns `unchanged` when AWS finds nothing to update. */
  updateStack(submission: StackSubmission, token: string): Promise<'started' | 'unchanged'>;
  deleteStack(name: string, roleArn?: string): Promise<void>;
  cancelUpdate(name: string, token: string): Promise<void>;
}

/** A task, running or stopped. */
export interface Task {
  readonly arn: string;
  readonly lastStatus: string;
  readonly startedBy: string;
  /** Private IPv4 address, empty while it has none. */
  readonly ip: string;
  readonly stopCode: string;
  /** Why it stopped, and what its containers show, as one sentence; empty while all is well. */
  readonly stopped: string;
  /** The container that failed by itself: its own health check, or its exit; empty if none did. */
  readonly failedContainer: string;
  /** Whether any of its containers ran, so that there may be a log. */
  readonly ran: boolean;
  /** The digest of each container's image, by the container's name; only for steps that read versions. */
  readonly digests?: Readonly<Record<string, string>>;
  readonly stoppedAt?: Date | undefined;
}

/** The ECS operations that a canary needs. */
export interface Ecs {
  /** The service with its task sets and tags, or undefined when it does not exist. */
  describeService(cluster: string, serviceArn: string): Promise<Service | undefined>;
  /** Tasks that the task set started; stopped ones stay visible for about an hour. */
  listTasks(
    cluster: string,
    serviceName: string,
    taskSetId: string,
    status: 'RUNNING' | 'STOPPED',
  ): Promise<readonly Task[]>;
  /** Where each container of a task definition writes its output, by its name. */
  containerLogs(taskDefinition: string): Promise<Readonly<Record<string, ContainerLog>>>;
  /** What a task definition says; undefined if ECS has deleted it. Missing in steps that do not need it. */
  taskVersion?(taskDefinition: string): Promise<TaskVersion | undefined>;
  scaleTaskSet(cluster: string, serviceArn: string, taskSetId: string, percent: number): Promise<void>;
  /** Records the stable colour, when green lost its traffic where that is known, and an entry of the ledger. */
  tagStable(serviceArn: string, colour: Colour, greenIdleSince?: string, entry?: Tags): Promise<void>;
  /** Writes the lock on the service, and an entry of the ledger; the text says who holds it, and since when. */
  acquireLock(serviceArn: string, text: string, entry?: Tags): Promise<void>;
  releaseLock(serviceArn: string): Promise<void>;
  /** Writes tags that only tell what happened. */
  record(serviceArn: string, tags: Tags): Promise<void>;
}

/** Where a listener can be reached. */
export interface ListenerAddress {
  readonly protocol: string;
  readonly port: number;
  readonly dnsName: string;
}

/** The load balancing operations that a canary needs. */
export interface LoadBalancing {
  listRules(listenerArn: string): Promise<readonly ListenerRule[]>;
  /** ARNs of a load balancer's listeners. */
  listListeners(loadBalancerArn: string): Promise<readonly string[]>;
  readTags(arns: readonly string[]): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>>;
  /**
   * Replaces all actions of a rule, or of a listener's default action, which only the listener changes.
   * @returns AWS's id of the request, if it gave one
   */
  modifyActions(
    rule: Pick<ListenerRule, 'arn' | 'priority'>,
    actions: readonly RuleAction[],
  ): Promise<string | undefined>;
  createRule(rule: NewRule): Promise<void>;
  deleteRule(arn: string): Promise<void>;
  targetHealth(targetGroupArn: string): Promise<readonly Target[]>;
  listenerAddress(listenerArn: string): Promise<ListenerAddress>;
}

/** A load balancer, and those of its target groups whose traffic is read. */
export interface TrafficPlace {
  readonly loadBalancerArn: string;
  readonly targetGroupArns: readonly string[];
}

/** A minute in which a target group had requests or answers; of any other minute nothing is known. */
export interface GroupMinute {
  /** Epoch milliseconds, by AWS's clock. */
  readonly start: number;
  /** Requests for which a target was chosen. */
  readonly requests: number;
  /** Answers of the targets themselves; those to requests of the minute before count here as well. */
  readonly answers: { readonly '2xx': number; readonly '3xx': number; readonly '4xx': number; readonly '5xx': number };
  readonly connectionErrors: number;
  /** Seconds until a target began to answer; absent if none did. */
  readonly seconds?: { readonly p50: number; readonly p90: number; readonly p99: number };
  /** The fewest healthy targets; absent if AWS did not count them. */
  readonly healthy?: number;
}

/** A minute in which a load balancer had requests or answered one itself, which no target group can be blamed for. */
export interface LoadBalancerMinute {
  readonly start: number;
  readonly requests: number;
  /** Its own answers with a status of 500 or more, and how many of them were one of these. */
  readonly errors: { readonly all: number; readonly '502': number; readonly '503': number; readonly '504': number };
}

/** What CloudWatch knows about traffic. Only minutes that will not change any more are listed, oldest first. */
export interface Traffic {
  /** AWS's time, in epoch milliseconds: a worker's clock may be wrong. */
  readonly now: number;
  /** The end of the last minute that counts. */
  readonly until: number;
  /** By ARN. */
  readonly groups: Readonly<Record<string, readonly GroupMinute[]>>;
  readonly loadBalancers: Readonly<Record<string, readonly LoadBalancerMinute[]>>;
  /** Starts of the minutes in which the healthy targets of a group were counted, whether it had requests or not; by ARN. */
  readonly targetMinutes: Readonly<Record<string, readonly number[]>>;
  /** ARNs of which CloudWatch gave only a part, so that no minute of them is listed. */
  readonly incomplete: readonly string[];
}

/** A CloudWatch alarm. */
export interface Alarm {
  readonly name: string;
  /** OK, ALARM or INSUFFICIENT_DATA. */
  readonly state: string;
  /** Since when it has this state, at the latest. */
  readonly since: Date | undefined;
  readonly reason: string;
}

/** The CloudWatch operations that a canary needs. */
export interface CloudWatch {
  /** Reads all places in one call, page by page: the minutes that begin at that time or later, in epoch milliseconds by AWS's clock. */
  readTraffic(places: readonly TrafficPlace[], since: number): Promise<Traffic>;
  /** The alarms of these names, composite ones too; one that does not exist is left out. */
  listAlarms(names: readonly string[]): Promise<readonly Alarm[]>;
}

/** All of AWS that a step may use. */
export interface Aws {
  readonly region: string;
  /** AWS's time by the last response of any service, in epoch milliseconds; before the first one, the worker's. */
  readonly now: () => number;
  readonly cloudFormation: CloudFormation;
  readonly ecs: Ecs;
  readonly loadBalancing: LoadBalancing;
  /** Only the steps that need it have it. */
  readonly cloudWatch?: CloudWatch;
}
