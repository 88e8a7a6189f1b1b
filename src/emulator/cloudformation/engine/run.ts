import { setMaxListeners } from 'node:events';
import { AwsError } from '../../contract/aws-error.ts';
import { type HandlerContext, HandlerFailure } from '../resources/handler.ts';
import { type CloudFormation, type ResourceState, type Stack, uuid } from '../state.ts';
import { setStackStatus } from './events.ts';

/** Why a run was stopped early. */
export type StopReason = 'failure' | 'user' | 'delete' | 'timeout';

/** One pass over a stack's resources. */
export interface Run {
  readonly cloud: CloudFormation;
  readonly stack: Stack;
  readonly phase: HandlerContext['phase'];
  /** Stops the work in progress; the reason is a StopReason. */
  readonly controller: AbortController;
  readonly failures: { readonly logicalId: string; readonly action: 'create' | 'update' | 'delete' }[];
}

class Cancelled extends Error {}

/** The minimum of emulated seconds for each step of a resource, so that clients can see IN_PROGRESS. */
const stepSeconds = 1;

export function createRun(cloud: CloudFormation, stack: Stack, phase: Run['phase']): Run {
  const controller = new AbortController();
  // Every resource in progress listens, and a stack may have hundreds.
  setMaxListeners(0, controller.signal);
  return { cloud, stack, phase, controller, failures: [] };
}

/** Starts a run in the background; if the emulator itself fails, the stack ends in a failed status. */
export function launch(run: Run, work: () => Promise<void>): void {
  const { cloud, stack, controller } = run;
  const done = work().catch((error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    setStackStatus(
      cloud,
      stack,
      stack.status.replace(/(_COMPLETE_CLEANUP)?_IN_PROGRESS$/, '_FAILED'),
      `Emulator error: ${text}`,
    );
  });
  stack.running = { controller, done };
}

/** Runs a handler's step; returns its result, or the reason for its failure in CloudFormation's words. */
export async function attempt<Result>(
  run: Run,
  resource: ResourceState,
  initiated: (physicalId: string) => void,
  work: (context: HandlerContext) => Promise<Result>,
): Promise<{ readonly result: Result } | { readonly reason: string }> {
  const context = createContext(run, resource, initiated);
  try {
    await context.pause(stepSeconds);
    return { result: await work(context) };
  } catch (error) {
    return { reason: explain(run, error) };
  }
}

/** CloudFormation's list of the resources that failed. */
export function describeFailures(run: Run): string {
  return (['create', 'update', 'delete'] as const)
    .map((action) => ({ action, ids: run.failures.filter((failure) => failure.action === action) }))
    .filter(({ ids }) => ids.length > 0)
    .map(
      ({ action, ids }) =>
        `The following resource(s) failed to ${action}: [${ids.map(({ logicalId }) => logicalId).join(', ')}]. `,
    )
    .join('');
}

function createContext(run: Run, resource: ResourceState, initiated: (physicalId: string) => void): HandlerContext {
  const { world } = run.cloud;
  return {
    options: world.options,
    stackName: run.stack.name,
    logicalId: resource.logicalId,
    phase: run.phase,
    call: (service, operation, input) => {
      const { name: stackName, settings } = run.stack;
      const caller = { kind: 'cloudformation', stackName, roleArn: settings.roleArn } as const;
      return world.invoke(service, operation, defined(input), caller);
    },
    pause: (seconds) => pause(run, seconds),
    initiated,
    now: () => world.clock.now().getTime(),
    note: world.note,
    id: (length) => world.id(length),
  };
}

/** Clients never send undefined members, so handlers must not either. */
function defined(input: object): object {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

function pause(run: Run, seconds: number): Promise<void> {
  const { signal } = run.controller;
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      cancel();
      reject(new Cancelled());
    };
    const cancel = run.cloud.world.clock.after(seconds, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

function explain(run: Run, error: unknown): string {
  if (error instanceof Cancelled) return cancelled;
  if (error instanceof Error && error.message.startsWith('The emulator ')) return error.message;
  const token = uuid(run.cloud.world);
  const wrap = (message: string, code: string): string =>
    `Resource handler returned message: "${message}" (RequestToken: ${token}, HandlerErrorCode: ${code})`;
  if (error instanceof HandlerFailure) return wrap(error.message, error.code);
  if (error instanceof AwsError)
    return wrap(`${error.message} (Status Code: ${error.status}, Error Code: ${error.code})`, handlerCode(error));
  return wrap(error instanceof Error ? (error.stack ?? error.message) : String(error), 'InternalFailure');
}

/** What `attempt` returns for a step that was stopped; callers replace it by the text for create or update. */
export const cancelled = 'cancelled';

function handlerCode(error: AwsError): string {
  if (/^Duplicate|AlreadyExists|InUse/.test(error.code)) return 'AlreadyExists';
  if (/NotFound/.test(error.code)) return 'NotFound';
  if (/LimitExceeded|TooMany/.test(error.code)) return 'ServiceLimitExceeded';
  if (/Invalid|Validation/.test(error.code)) return 'InvalidRequest';
  return 'GeneralServiceException';
}
