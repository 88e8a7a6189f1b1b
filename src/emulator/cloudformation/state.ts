import type { Invoke, StandInKind } from '../contract/service.ts';
import type { SharedWorld } from '../contract/shared-world.ts';
import type { ExistingResource } from './resources/handler.ts';
import type { Tag } from './resources/tags.ts';
import type { CompiledTemplate } from './template/compile.ts';
import type { ParameterValues } from './template/parameters.ts';
import type { RemovalPolicy, Template } from './template/template.ts';

/** The desired state of a stack: a template with everything that was submitted with it. */
export interface Deployment {
  readonly template: Template;
  readonly parameters: ParameterValues;
  readonly tags: readonly Tag[];
  readonly compiled: CompiledTemplate;
}

/** A resource of a stack as the last operation left it; the next operation compares only with this. */
export interface ResourceState extends Omit<ExistingResource, 'physicalId'> {
  readonly logicalId: string;
  readonly type: string;
  /** Logical ids of the resources that this one needs. */
  dependencies: readonly string[];
  deletionPolicy: RemovalPolicy;
  updateReplacePolicy: RemovalPolicy;
  metadata: unknown;
  /** Undefined until the resource exists. */
  physicalId: string | undefined;
  status: string;
  statusReason: string | undefined;
  timestamp: Date;
  /** Whether the next update must apply the properties even if they are the same, because the last one failed halfway. */
  stale: boolean;
}

export interface StackEvent {
  readonly StackId: string;
  readonly EventId: string;
  readonly StackName: string;
  readonly OperationId?: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId: string;
  readonly ResourceType: string;
  readonly Timestamp: Date;
  readonly ResourceStatus: string;
  readonly ResourceStatusReason?: string;
  readonly ResourceProperties?: string;
  readonly ClientRequestToken?: string;
}

export interface Output {
  readonly OutputKey: string;
  readonly OutputValue: string;
  readonly Description?: string;
  readonly ExportName?: string;
}

export type OperationType =
  | 'CREATE_STACK'
  | 'UPDATE_STACK'
  | 'DELETE_STACK'
  | 'ROLLBACK'
  | 'CONTINUE_ROLLBACK'
  | 'CREATE_CHANGESET';

export interface StackOperation {
  readonly id: string;
  readonly type: OperationType;
  readonly token: string | undefined;
}

export interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly type: 'CREATE' | 'UPDATE';
  readonly creationTime: Date;
  readonly description: string | undefined;
  readonly deployment: Deployment;
  readonly settings: StackSettings;
  status: 'CREATE_IN_PROGRESS' | 'CREATE_COMPLETE' | 'FAILED';
  executionStatus: 'UNAVAILABLE' | 'AVAILABLE' | 'EXECUTE_IN_PROGRESS' | 'EXECUTE_COMPLETE' | 'EXECUTE_FAILED';
  statusReason: string | undefined;
  changes: readonly object[];
}

/** The settings, besides its template, that a stack keeps from one operation to the next. */
export interface StackSettings {
  readonly capabilities: readonly string[];
  readonly notificationArns: readonly string[];
  readonly roleArn: string | undefined;
  readonly rollbackConfiguration: object | undefined;
  readonly timeoutInMinutes: number | undefined;
  readonly disableRollback: boolean;
  readonly retainExceptOnCreate: boolean;
  readonly onFailure: 'ROLLBACK' | 'DO_NOTHING' | 'DELETE';
}

export interface Stack {
  readonly id: string;
  readonly name: string;
  readonly creationTime: Date;
  lastUpdatedTime: Date | undefined;
  deletionTime: Date | undefined;
  status: string;
  statusReason: string | undefined;
  settings: StackSettings;
  terminationProtection: boolean;
  /** The current or intended deployment; undefined while a first change set is under review. */
  deployment: Deployment | undefined;
  /** The deployment to return to if the current update fails. */
  previousDeployment: Deployment | undefined;
  outputs: readonly Output[];
  /** Names of the exports that its resources import. */
  imports: ReadonlySet<string>;
  readonly resources: Map<string, ResourceState>;
  /** Each resource before the current update touched it; undefined for one that the update creates. */
  readonly undo: Map<string, ResourceState | undefined>;
  /** Physical resources that a rollback still has to delete. */
  readonly garbage: ResourceState[];
  /** Oldest first. */
  readonly events: StackEvent[];
  readonly operations: StackOperation[];
  /** The run that a cancel or delete interrupts, and a promise that resolves when it has stopped. */
  running: { readonly controller: AbortController; done: Promise<void> } | undefined;
  readonly changeSets: Map<string, ChangeSet>;
  /** Client request token → fingerprint of the request that used it. */
  readonly tokens: Map<string, string>;
}

/** What CloudFormation needs: what all services share, and a way to call them. */
export interface CloudFormationWorld extends SharedWorld {
  readonly invoke: Invoke;
  /** The given thing if it exists, otherwise one that stands in for it; returns its name or ARN. */
  standIn(kind: StandInKind, name: string, given?: string): string;
}

/** The state of the emulated CloudFormation. */
export interface CloudFormation {
  readonly world: CloudFormationWorld;
  /** In order of creation, including deleted stacks. */
  readonly stacks: Stack[];
  /** Values that were made up for templates: kind and name → value. */
  readonly madeUp: Map<string, string>;
}

/** A new stack without resources, not yet added to the state. */
export function createStackRecord(world: SharedWorld, name: string, settings: StackSettings): Stack {
  const { region, accountId, partition } = world.options;
  return {
    id: `arn:${partition}:cloudformation:${region}:${accountId}:stack/${name}/${uuid(world)}`,
    name,
    creationTime: world.clock.now(),
    lastUpdatedTime: undefined,
    deletionTime: undefined,
    status: 'REVIEW_IN_PROGRESS',
    statusReason: undefined,
    settings,
    terminationProtection: false,
    deployment: undefined,
    previousDeployment: undefined,
    outputs: [],
    imports: new Set(),
    resources: new Map(),
    undo: new Map(),
    garbage: [],
    events: [],
    operations: [],
    running: undefined,
    changeSets: new Map(),
    tokens: new Map(),
  };
}

/** The next UUID of this world. */
export function uuid(world: SharedWorld): string {
  return world.id(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
