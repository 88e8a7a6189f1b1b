import type { CloudFormation, Deployment, Stack } from '../state.ts';
import { applyResource } from './apply.ts';
import { beginOperation, setStackStatus } from './events.ts';
import { runGraph } from './graph.ts';
import { findImports } from './imports.ts';
import { evaluateOutputs } from './outputs.ts';
import { removeAll } from './remove.ts';
import { createRun, describeFailures, launch, type Run } from './run.ts';

/** Starts to create a stack's resources; a failure rolls back. Returns the operation's id at once. */
export function startCreate(cloud: CloudFormation, stack: Stack, deployment: Deployment, token?: string): string {
  const id = beginOperation(cloud, stack, 'CREATE_STACK', token);
  stack.deployment = deployment;
  setStackStatus(cloud, stack, 'CREATE_IN_PROGRESS', 'User Initiated');
  const run = createRun(cloud, stack, 'forward');
  const { timeoutInMinutes } = stack.settings;
  if (timeoutInMinutes) cloud.world.clock.after(timeoutInMinutes * 60, () => run.controller.abort('timeout'));
  launch(run, () => create(run, deployment, token));
  return id;
}

async function create(run: Run, deployment: Deployment, token: string | undefined): Promise<void> {
  const { cloud, stack, controller } = run;
  const failure = (await applyAll(run, deployment)) ?? finish(run, deployment);
  if (failure !== undefined) {
    if (controller.signal.reason !== 'delete') await giveUp(run, failure, token);
    return;
  }
  stack.undo.clear();
  setStackStatus(cloud, stack, 'CREATE_COMPLETE');
}

/** Applies every resource of a deployment in order; returns what went wrong. */
export async function applyAll(run: Run, deployment: Deployment): Promise<string | undefined> {
  const { dependencies, resources } = deployment.compiled;
  const { signal } = run.controller;
  const work = async (id: string): Promise<boolean> => {
    const template = resources.get(id);
    return template ? applyResource(run, deployment, template) : true;
  };
  await runGraph(dependencies, work, signal);
  if (signal.reason === 'user') return 'User Initiated';
  if (signal.reason === 'timeout') return 'Stack creation time exceeded the specified timeout. ';
  return signal.aborted ? describeFailures(run) : undefined;
}

/** Sets the stack's outputs; returns what went wrong. */
export function finish(run: Run, deployment: Deployment): string | undefined {
  try {
    run.stack.outputs = evaluateOutputs(run.cloud, run.stack, deployment);
    run.stack.imports = findImports(run.cloud, run.stack, deployment);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function giveUp({ cloud, stack }: Run, failure: string, token: string | undefined): Promise<void> {
  switch (stack.settings.onFailure) {
    case 'DO_NOTHING':
      return setStackStatus(cloud, stack, 'CREATE_FAILED', failure);
    case 'DELETE':
      return rollbackCreate(cloud, stack, `${failure}Delete requested by user.`, 'DELETE', token);
    case 'ROLLBACK':
      return rollbackCreate(cloud, stack, `${failure}Rollback requested by user.`, 'ROLLBACK', token);
  }
}

/** Deletes what a failed create created; the stack stays as ROLLBACK_COMPLETE, or is deleted. */
export async function rollbackCreate(
  cloud: CloudFormation,
  stack: Stack,
  reason: string,
  verb: 'ROLLBACK' | 'DELETE',
  token: string | undefined,
): Promise<void> {
  beginOperation(cloud, stack, verb === 'DELETE' ? 'DELETE_STACK' : 'ROLLBACK', token);
  setStackStatus(cloud, stack, `${verb}_IN_PROGRESS`, reason);
  const run = createRun(cloud, stack, 'cleanup');
  const removals = [...stack.resources.values(), ...stack.garbage].map((resource) => ({
    resource,
    retain: resource.deletionPolicy === 'Retain' && !stack.settings.retainExceptOnCreate,
  }));
  await removeAll(run, removals, false);
  if (run.failures.length > 0) return setStackStatus(cloud, stack, `${verb}_FAILED`, describeFailures(run));
  stack.undo.clear();
  stack.outputs = [];
  if (verb === 'DELETE') stack.deletionTime = cloud.world.clock.now();
  setStackStatus(cloud, stack, `${verb}_COMPLETE`);
}
