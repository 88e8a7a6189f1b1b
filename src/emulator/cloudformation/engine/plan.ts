import { findHandler } from '../resources/index.ts';
import type { CloudFormation, Deployment, ResourceState, Stack } from '../state.ts';
import type { ResourceLookup } from '../template/scope.ts';
import { isObject, type Properties } from '../template/template.ts';
import { currentResources, desiredProperties, scopeOf } from './deployment.ts';

export interface PlannedChange {
  readonly action: 'Add' | 'Modify' | 'Remove';
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId?: string | undefined;
  readonly replaces: boolean;
  /** Names of the properties that differ; empty if only metadata differ. */
  readonly properties: readonly string[];
}

export interface Difference {
  readonly properties: readonly string[];
  readonly replaces: boolean;
}

/** Compares the properties that a resource was last given with those that it should get; never looks at live state. */
export function compareProperties(type: string, before: Properties, after: Properties): Difference {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const properties = names.filter((name) => canonical(before[name]) !== canonical(after[name]));
  const createOnly = findHandler(type)?.createOnly ?? [];
  return { properties, replaces: properties.some((name) => createOnly.includes(name)) };
}

/** What an update would do, as far as is known before it runs; resources that refer to a replaced one count as changed. */
export function planUpdate(cloud: CloudFormation, stack: Stack, deployment: Deployment): PlannedChange[] {
  const changes: PlannedChange[] = [];
  const scope = scopeOf(cloud, stack, deployment, futureResources(cloud, stack, changes));
  for (const logicalId of deployment.compiled.dependencies.keys()) {
    const template = deployment.compiled.resources.get(logicalId);
    if (!template) continue;
    const current = stack.resources.get(logicalId);
    const change = current
      ? modification(current, desiredProperties({ cloud, stack }, deployment, template, scope), template.metadata)
      : ({ action: 'Add', logicalId, type: template.type, replaces: false, properties: [] } as const);
    if (change) changes.push(change);
  }
  const removed = [...stack.resources.values()].filter(
    ({ logicalId }) => !deployment.compiled.resources.has(logicalId),
  );
  return [...changes, ...removed.map(removal)];
}

function futureResources(cloud: CloudFormation, stack: Stack, changes: readonly PlannedChange[]): ResourceLookup {
  const now = currentResources(cloud, stack);
  const isNew = (logicalId: string): boolean =>
    changes.some((change) => change.logicalId === logicalId && (change.replaces || change.action === 'Add'));
  return {
    ref: (logicalId) => (isNew(logicalId) ? `{{${logicalId}}}` : now.ref(logicalId)),
    attribute: (logicalId, name, place) =>
      isNew(logicalId) ? `{{${logicalId}.${name}}}` : now.attribute(logicalId, name, place),
  };
}

function modification(current: ResourceState, next: Properties, metadata: unknown): PlannedChange | undefined {
  const { logicalId, type, physicalId } = current;
  const difference = compareProperties(type, current.properties, next);
  const isSame =
    difference.properties.length === 0 && !current.stale && canonical(current.metadata) === canonical(metadata);
  return isSame ? undefined : { action: 'Modify', logicalId, type, physicalId, ...difference };
}

function removal({ logicalId, type, physicalId }: ResourceState): PlannedChange {
  return { action: 'Remove', logicalId, type, physicalId, replaces: false, properties: [] };
}

/** Writes scalars as strings and sorts keys, because a parameter is a string where a literal may be a number. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return value === undefined ? '' : JSON.stringify(String(value));
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${key}:${canonical(value[key])}`).join()}}`;
}
