export type Properties = Readonly<Record<string, unknown>>;

/** What happens to a physical resource that the stack no longer needs. `Snapshot` means `Delete`, because no emulated type has snapshots. */
export type RemovalPolicy = 'Delete' | 'Retain' | 'RetainExceptOnCreate';

export interface ResourceTemplate {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Properties;
  readonly dependsOn: readonly string[];
  readonly condition?: string;
  readonly deletionPolicy: RemovalPolicy;
  readonly updateReplacePolicy: RemovalPolicy;
  readonly metadata?: unknown;
}

export interface ParameterTemplate {
  readonly name: string;
  readonly type: string;
  readonly defaultValue?: string;
  readonly noEcho: boolean;
  readonly description?: string;
  readonly allowedValues?: readonly string[];
  readonly allowedPattern?: string;
  readonly constraintDescription?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minValue?: number;
  readonly maxValue?: number;
}

export interface OutputTemplate {
  readonly name: string;
  readonly value: unknown;
  readonly description?: string;
  readonly exportName?: unknown;
  readonly condition?: string;
}

export interface Template {
  /** The body exactly as it was submitted. */
  readonly text: string;
  readonly description?: string;
  readonly metadata?: unknown;
  readonly version?: string;
  readonly transforms: readonly string[];
  readonly rules: Properties;
  readonly parameters: ReadonlyMap<string, ParameterTemplate>;
  readonly mappings: Properties;
  readonly conditions: Properties;
  readonly resources: ReadonlyMap<string, ResourceTemplate>;
  readonly outputs: readonly OutputTemplate[];
}

/** Whether the value is an object that is neither a list nor null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
