import type { NewRule, StackSubmission } from '../canary/change.ts';
import type { Colour } from '../canary/colour.ts';
import type { ListenerRule, RuleAction } from '../canary/listener-rule.ts';
import type { Service, Target } from '../canary/service.ts';

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
  readonly stoppedAt?: Date | undefined;
}

/** Where a container's output goes. */
export interface ContainerLog {
  /** Empty if the task definition says nothing. */
  readonly driver: string;
  /** Of the driver `awslogs`, like the others. */
  readonly group: string;
  readonly streamPrefix: string;
  readonly region: string;
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
  scaleTaskSet(cluster: string, serviceArn: string, taskSetId: string, percent: number): Promise<void>;
  /** Records the stable colour, and when green lost its traffic where that is known. */
  tagStable(serviceArn: string, colour: Colour, greenIdleSince?: string): Promise<void>;
  /** Writes the lock on the service; the text says who holds it, and since when. */
  acquireLock(serviceArn: string, text: string): Promise<void>;
  releaseLock(serviceArn: string): Promise<void>;
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
  /** Replaces all actions of a rule, or of a listener's default action, which only the listener changes. */
  modifyActions(rule: Pick<ListenerRule, 'arn' | 'priority'>, actions: readonly RuleAction[]): Promise<void>;
  createRule(rule: NewRule): Promise<void>;
  deleteRule(arn: string): Promise<void>;
  targetHealth(targetGroupArn: string): Promise<readonly Target[]>;
  listenerAddress(listenerArn: string): Promise<ListenerAddress>;
}

/** All of AWS that a step may use. */
export interface Aws {
  readonly region: string;
  readonly cloudFormation: CloudFormation;
  readonly ecs: Ecs;
  readonly loadBalancing: LoadBalancing;
}
