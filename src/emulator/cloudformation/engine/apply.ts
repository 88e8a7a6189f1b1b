import type { ExistingResource, HandlerContext, ResourceHandler } from '../resources/handler.ts';
import { findHandler } from '../resources/index.ts';
import type { Deployment, ResourceState } from '../state.ts';
import type { Properties, ResourceTemplate } from '../template/template.ts';
import { currentResources, desiredProperties, scopeOf } from './deployment.ts';
import { setResourceStatus } from './events.ts';
import { compareProperties } from './plan.ts';
import { attempt, cancelled, type Run } from './run.ts';

const replacing = 'Requested update requires the creation of a new physical resource; hence creating one.';
const refusedReplacement = 'Replacement type updates not supported on stack with disable-rollback.';

/** Applies the deployment to one resource; returns whether it succeeded, and stops the run if not. Never rejects. */
export async function applyResource(run: Run, deployment: Deployment, template: ResourceTemplate): Promise<boolean> {
  const { stack } = run;
  const handler = handlerOf(template.type);
  const current = stack.resources.get(template.logicalId);
  const next = blankState(run, deployment, template);
  try {
    const scope = scopeOf(run.cloud, stack, deployment, currentResources(run.cloud, stack));
    next.properties = desiredProperties(run, deployment, template, scope);
  } catch (error) {
    return fail(
      run,
      adopt(run, current ? { ...current, stale: true } : next),
      error instanceof Error ? error.message : String(error),
    );
  }
  if (!current) return create(run, handler, adopt(run, next));
  if (current.status === 'CREATE_FAILED') return createAgain(run, handler, current, next);
  const difference = compareProperties(template.type, current.properties, next.properties);
  if (difference.properties.length === 0 && !current.stale) return true;
  if (!difference.replaces) return update(run, handler, current, next);
  return replace(run, handler, current, next);
}

type NextState = ResourceState & { properties: Properties };

function blankState(run: Run, deployment: Deployment, template: ResourceTemplate): NextState {
  const { logicalId, type, deletionPolicy, updateReplacePolicy, metadata } = template;
  const dependencies = deployment.compiled.dependencies.get(logicalId) ?? [];
  return {
    ...{ logicalId, type, deletionPolicy, updateReplacePolicy, metadata, dependencies },
    ...{ properties: {}, attributes: {}, physicalId: undefined, status: '', statusReason: undefined, stale: false },
    timestamp: run.cloud.world.clock.now(),
  };
}

/** Stores a resource's new state in the stack, and remembers the old one for a rollback. */
function adopt(run: Run, next: ResourceState): ResourceState {
  const { resources, undo } = run.stack;
  const current = resources.get(next.logicalId);
  if (!undo.has(next.logicalId)) undo.set(next.logicalId, current && { ...current });
  resources.set(next.logicalId, next);
  return next;
}

function createAgain(
  run: Run,
  handler: ResourceHandler,
  current: ResourceState,
  next: ResourceState,
): Promise<boolean> {
  if (current.physicalId) run.stack.garbage.push(current);
  return create(run, handler, adopt(run, next));
}

async function create(run: Run, handler: ResourceHandler, resource: ResourceState): Promise<boolean> {
  setResourceStatus(run.cloud, run.stack, resource, 'CREATE_IN_PROGRESS');
  return makePhysical(run, handler, resource, 'CREATE');
}

async function replace(
  run: Run,
  handler: ResourceHandler,
  current: ResourceState,
  next: ResourceState,
): Promise<boolean> {
  if (run.stack.settings.disableRollback) return fail(run, adopt(run, { ...current, stale: true }), refusedReplacement);
  adopt(run, next);
  setResourceStatus(run.cloud, run.stack, { ...next, physicalId: current.physicalId }, 'UPDATE_IN_PROGRESS', replacing);
  return makePhysical(run, handler, next, 'UPDATE');
}

async function makePhysical(
  run: Run,
  handler: ResourceHandler,
  resource: ResourceState,
  verb: 'CREATE' | 'UPDATE',
): Promise<boolean> {
  const problem = propertyProblem(run, handler, resource);
  const initiated = (physicalId: string): void => {
    if (resource.physicalId !== undefined) return;
    resource.physicalId = physicalId;
    setResourceStatus(run.cloud, run.stack, resource, `${verb}_IN_PROGRESS`, 'Resource creation Initiated');
  };
  resource.status = `${verb}_IN_PROGRESS`;
  const outcome = await attempt(run, resource, initiated, async (context) => {
    return problem ? { problem } : { created: await handler.create(context, resource.properties) };
  });
  if ('reason' in outcome) return fail(run, resource, outcome.reason);
  if ('problem' in outcome.result) return fail(run, resource, outcome.result.problem);
  const { physicalId, attributes } = outcome.result.created;
  initiated(physicalId);
  Object.assign(resource, { attributes });
  setResourceStatus(run.cloud, run.stack, resource, `${verb}_COMPLETE`);
  return true;
}

async function update(
  run: Run,
  handler: ResourceHandler,
  current: ResourceState,
  next: ResourceState,
): Promise<boolean> {
  const { physicalId, attributes } = current;
  const state = adopt(run, { ...next, physicalId, attributes, stale: true });
  const problem = propertyProblem(run, handler, state);
  setResourceStatus(run.cloud, run.stack, state, 'UPDATE_IN_PROGRESS');
  if (problem) return fail(run, state, problem);
  const outcome = await changeInPlace(run, handler, state, current, state.properties);
  if ('reason' in outcome) return fail(run, state, outcome.reason);
  Object.assign(state, { attributes: outcome.result, stale: false });
  setResourceStatus(run.cloud, run.stack, state, 'UPDATE_COMPLETE');
  return true;
}

/** Has the handler update a resource from one state's properties to another's. */
export function changeInPlace(
  run: Run,
  handler: ResourceHandler,
  state: ResourceState,
  from: ResourceState,
  to: Properties,
): ReturnType<typeof attempt<ExistingResource['attributes']>> {
  const existing = { physicalId: from.physicalId ?? '', attributes: from.attributes, properties: from.properties };
  return attempt(
    run,
    state,
    () => {},
    (context: HandlerContext) => handler.update(context, existing, to),
  );
}

/** The handler of a resource type; compiling has already checked that it exists. */
export function handlerOf(type: string): ResourceHandler {
  const handler = findHandler(type);
  if (!handler) throw new TypeError(`no handler for ${type}`);
  return handler;
}

function propertyProblem(run: Run, handler: ResourceHandler, resource: ResourceState): string | undefined {
  const { properties, logicalId } = resource;
  const refusal = handler.refusal?.(properties);
  if (refusal) return refusal;
  const allowed = handler.properties;
  const extra = allowed === 'any' ? undefined : Object.keys(properties).find((name) => !allowed.includes(name));
  const missing = handler.required.find((name) => properties[name] === undefined);
  const problem =
    (extra && `#: extraneous key [${extra}] is not permitted`) ||
    (missing && `#: required key [${missing}] not found`) ||
    handler.check?.(properties, run.cloud.world.options);
  return problem ? `Properties validation failed for resource ${logicalId} with message:\n${problem}` : undefined;
}

function fail(run: Run, resource: ResourceState, reason: string): boolean {
  const action = run.stack.undo.get(resource.logicalId) ? 'update' : 'create';
  const noun = action === 'create' ? 'creation' : 'update';
  run.failures.push({ logicalId: resource.logicalId, action });
  const status = action === 'create' ? 'CREATE_FAILED' : 'UPDATE_FAILED';
  setResourceStatus(
    run.cloud,
    run.stack,
    resource,
    status,
    reason === cancelled ? `Resource ${noun} cancelled` : reason,
  );
  run.controller.abort('failure');
  return false;
}
