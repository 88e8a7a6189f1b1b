import type { ServiceOptions } from '../../contract/options.ts';
import type { ServiceName } from '../../contract/service.ts';
import type { Properties } from '../template/template.ts';
import type { NamedResource } from './made-up-attributes.ts';

/** The physical resource that a handler created or updated. */
export interface PhysicalResource {
  readonly physicalId: string;
  readonly attributes: Attributes;
}

/** An existing resource, with the properties that it was last given. */
export interface ExistingResource extends PhysicalResource {
  readonly properties: Properties;
}

export type Attributes = Readonly<Record<string, unknown>>;

/** What a handler may use while it works on one resource. */
export interface HandlerContext {
  readonly options: ServiceOptions;
  readonly stackName: string;
  readonly logicalId: string;
  readonly phase: 'forward' | 'rollback' | 'cleanup';
  /** Calls another emulated service as a client would; rejects with AwsError. */
  call<Output>(service: Exclude<ServiceName, 'cloudformation'>, operation: string, input: object): Promise<Output>;
  /** Emulated seconds; rejects as soon as the stack operation is cancelled. */
  pause(seconds: number): Promise<void>;
  /** Reports the id of a resource that exists but is not ready, so that a rollback can delete it. */
  initiated(physicalId: string): void;
  /** Emulated epoch milliseconds. */
  now(): number;
  /** Tells the observers what the emulator does differently from AWS. */
  note(text: string): void;
  /** Next hexadecimal id of that length. */
  id(length: number): string;
}

/** How CloudFormation treats one resource type. */
export interface ResourceHandler {
  /** Every top-level property that the type has; `any` if the emulator leaves this check to `refusal`. */
  readonly properties: readonly string[] | 'any';
  readonly required: readonly string[];
  /** A change of one of these replaces the resource. */
  readonly createOnly: readonly string[];
  /** The attributes for Fn::GetAtt, without what follows a dot. */
  readonly attributes: readonly string[] | 'any';
  /** Whether stack tags are added to its Tags property. */
  readonly taggable: boolean;
  /** An additional check of the evaluated properties; returns the problem, or undefined. */
  check?(properties: Properties, options: ServiceOptions): string | undefined;
  /** Why the emulator cannot have such a resource, in its own words. */
  refusal?(properties: Properties): string | undefined;
  /** The capability that a template with such a resource needs. */
  capability?(properties: Properties): 'CAPABILITY_IAM' | 'CAPABILITY_NAMED_IAM' | undefined;
  /** The value of an attribute that the resource was not created with. */
  attribute?(resource: NamedResource, name: string, options: ServiceOptions): unknown;
  create(context: HandlerContext, properties: Properties): Promise<PhysicalResource>;
  /** Changes the resource in place; the attributes may have changed. */
  update(context: HandlerContext, resource: ExistingResource, next: Properties): Promise<Attributes>;
  /** Succeeds even if the resource no longer exists. */
  delete(context: HandlerContext, resource: ExistingResource): Promise<void>;
}

/** A failure that a resource type itself reports, with CloudFormation's code for it. */
export class HandlerFailure extends Error {
  readonly code: 'NotStabilized' | 'InvalidRequest' | 'GeneralServiceException';

  constructor(code: HandlerFailure['code'], message: string) {
    super(message);
    this.name = 'HandlerFailure';
    this.code = code;
  }
}
