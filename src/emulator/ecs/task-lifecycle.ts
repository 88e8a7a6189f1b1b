import { createHash } from 'node:crypto';
import type { TaskStopCode } from '@aws-sdk/client-ecs';
import { startApplication } from './application.ts';
import { addServiceEvent, addTaskSetEvent } from './events.ts';
import type { EcsWorld, TaskRecord, TaskSetRecord } from './state.ts';

interface Stop {
  readonly stopCode: TaskStopCode;
  readonly reason: string;
}

/** Takes a provisioned task to RUNNING or to its failure; calls `changed` at every step that matters to the scheduler. */
export function startTask(world: EcsWorld, task: TaskRecord, changed: () => void): void {
  const { taskStartSeconds } = world.options;
  const later = (seconds: number, step: () => void) => {
    task.timers.push(world.clock.after(seconds, step));
  };
  // One after the other, because two timers may fire in either order on a busy machine.
  later(taskStartSeconds / 2, () => {
    setStatus(task, 'PENDING');
    task.shape.pullStartedAt = world.clock.now();
    later(taskStartSeconds / 2, () => {
      if (task.behaviour.settings['failed-pull'] !== undefined) {
        failPull(world, task);
        changed();
      } else void run(world, task, changed);
    });
  });
}

/** Stops a task gracefully: its target drains first, then `finishDrained` ends the task. Before RUNNING it ends at once. */
export function stopTask(world: EcsWorld, task: TaskRecord, stop: Stop): void {
  if (task.shape.desiredStatus === 'STOPPED') return;
  const wasRunning = task.shape.lastStatus === 'RUNNING';
  markStopping(world, task, stop);
  if (wasRunning) {
    deregister(world, task);
    setStatus(task, 'DEACTIVATING');
    finishDrained(world, task);
  } else finish(world, task, undefined);
}

/** Ends a deactivated task once its target has drained. */
export function finishDrained(world: EcsWorld, task: TaskRecord): void {
  if (task.shape.lastStatus !== 'DEACTIVATING') return;
  const { targetGroupArn: group, ip, containerPort } = task;
  if (group && world.elb.targetHealth(group, ip, containerPort)?.state === 'draining') return;
  finish(world, task, 0);
}

async function run(world: EcsWorld, task: TaskRecord, changed: () => void): Promise<void> {
  const { settings } = task.behaviour;
  const slowStart = settings['slow-start'];
  if (slowStart === undefined) await listen(world, task);
  if (task.shape.desiredStatus === 'STOPPED') return;
  setStatus(task, 'RUNNING');
  task.shape.startedAt = world.clock.now();
  task.shape.pullStoppedAt = world.clock.now();
  for (const container of task.shape.containers) container.imageDigest = digestOf(container.image ?? '');
  task.set.failedStarts = 0;
  register(world, task);
  if (slowStart !== undefined) task.timers.push(world.clock.after(slowStart, () => void listen(world, task)));
  if (settings['crash-loop'] !== undefined)
    task.timers.push(
      world.clock.after(settings['crash-loop'], () => {
        crash(world, task);
        changed();
      }),
    );
  changed();
}

/** There is no registry, so an image's name determines its digest. */
function digestOf(image: string): string {
  const [, pinned] = image.split('@');
  return pinned ?? `sha256:${createHash('sha256').update(image).digest('hex')}`;
}

async function listen(world: EcsWorld, task: TaskRecord): Promise<void> {
  const { shape, set, behaviour } = task;
  const failing = behaviour.settings['failing-health-check'] !== undefined;
  const failAfter = behaviour.settings['start-then-fail'];
  const deadline = failAfter === undefined ? Number.POSITIVE_INFINITY : world.clock.now().getTime() + failAfter * 1000;
  const taskDefinitionArn = set.shape.taskDefinition;
  const application = await startApplication({
    version: applicationVersion(set),
    taskDefinitionArn,
    behaviour: behaviour.settings,
    answerMs: world.options.answerMs,
    now: () => world.clock.now().getTime(),
    leaksSince: world.options.leaksSince,
    healthy: () => !failing && world.clock.now().getTime() < deadline,
  });
  // The task may have been stopped while its port was being opened.
  if (shape.desiredStatus === 'STOPPED') return application.close();
  task.application = application;
  const endpoint = { localPort: application.port, taskArn: shape.taskArn, taskDefinitionArn, taskSetId: set.shape.id };
  world.network.bind(task.ip, task.containerPort, endpoint);
}

function applicationVersion({ shape, definition }: TaskSetRecord): string {
  const containers = definition.shape.containerDefinitions;
  const named = containers.find(({ name }) => name === shape.loadBalancers[0]?.containerName) ?? containers[0];
  return named?.environment?.find(({ name }) => name === 'APPVERSION')?.value ?? 'unknown';
}

function crash(world: EcsWorld, task: TaskRecord): void {
  const container = task.behaviour.containers['crash-loop'];
  // A crash breaks requests off; a task that was stopped has drained, and may finish its requests.
  void task.application?.close();
  markStopping(world, task, { stopCode: 'EssentialContainerExited', reason: 'Essential container in task exited' });
  deregister(world, task);
  finish(world, task, 0);
  for (const one of task.shape.containers) if (one.name === container) one.exitCode = 1;
}

function failPull(world: EcsWorld, task: TaskRecord): void {
  const name = task.behaviour.containers['failed-pull'];
  const image = task.shape.containers.find((container) => container.name === name)?.image;
  const reason = `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: not found`;
  markStopping(world, task, { stopCode: 'TaskFailedToStart', reason });
  finish(world, task, undefined);
  for (const container of task.shape.containers) if (container.name === name) container.reason = reason;
  countFailedStart(world, task.set);
}

const longestBackOffSeconds = 15 * 60;

/** AWS delays only the replacement of tasks that never ran; tasks that ran and then exited are replaced at once. */
function countFailedStart(world: EcsWorld, set: TaskSetRecord): void {
  const seconds = Math.min(2 ** set.failedStarts, longestBackOffSeconds);
  set.failedStarts += 1;
  set.notBefore = world.clock.now().getTime() + seconds * 1000;
  if (set.failedStarts === 3)
    addTaskSetEvent(
      world,
      set,
      'is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.',
    );
}

function markStopping(world: EcsWorld, { shape, timers }: TaskRecord, { stopCode, reason }: Stop): void {
  for (const cancel of timers.splice(0)) cancel();
  shape.desiredStatus = 'STOPPED';
  shape.stopCode = stopCode;
  shape.stoppedReason = reason;
  shape.stoppingAt = world.clock.now();
}

/** The exit code is undefined if the containers never ran. */
function finish(world: EcsWorld, task: TaskRecord, exitCode: number | undefined): void {
  setStatus(task, 'STOPPED');
  task.shape.stoppedAt = world.clock.now();
  task.shape.executionStoppedAt = world.clock.now();
  for (const container of task.shape.containers) if (exitCode !== undefined) container.exitCode = exitCode;
  for (const attachment of task.shape.attachments) attachment.status = 'DELETED';
  world.network.unbind(task.ip, task.containerPort);
  task.application?.retire();
}

function setStatus({ shape, set }: TaskRecord, status: string): void {
  shape.lastStatus = status;
  shape.version = (shape.version ?? 0) + 1;
  const checked = set.definition.shape.containerDefinitions.filter((container) => container.healthCheck);
  for (const container of shape.containers) {
    container.lastStatus = status === 'PROVISIONING' || status === 'DEACTIVATING' ? container.lastStatus : status;
    const hasCheck = checked.some(({ name }) => name === container.name);
    container.healthStatus = hasCheck && status === 'RUNNING' ? 'HEALTHY' : 'UNKNOWN';
  }
  shape.healthStatus = checked.length > 0 && status === 'RUNNING' ? 'HEALTHY' : 'UNKNOWN';
}

function register(world: EcsWorld, { targetGroupArn, ip, containerPort, set }: TaskRecord): void {
  // A target group can be deleted while a task set uses it, as on AWS.
  if (!targetGroupArn || !world.elb.targetGroupExists(targetGroupArn)) return;
  world.elb.registerTarget(targetGroupArn, ip, containerPort);
  addTaskSetEvent(world, set, `registered 1 targets in (target-group ${targetGroupArn})`);
}

function deregister(world: EcsWorld, { targetGroupArn, ip, containerPort, set }: TaskRecord): void {
  if (!targetGroupArn) return;
  world.elb.deregisterTarget(targetGroupArn, ip, containerPort);
  addServiceEvent(world, set.service, `deregistered 1 targets in (target-group ${targetGroupArn})`);
}
