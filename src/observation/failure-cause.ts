import type { Task } from '../aws/aws.ts';
import { failedTasks } from '../canary/health.ts';
import { OperatorError } from '../canary/operator-error.ts';
import type { Service, TaskSet } from '../canary/service.ts';
import type { ContainerLog } from '../canary/task-version.ts';
import type { CanaryReader } from './canary-reader.ts';

/**
 * Lines that lead to the cause of a task set's failure: one of its tasks, where its log is, and what its health check
 * answered. What cannot be read is named and is not an error, because the failure itself has to be reported.
 * @param service of the task set, if it is not the one at the canary's address
 */
export async function findCause(reader: CanaryReader, taskSet: TaskSet, service?: Service): Promise<string> {
  const lines = await Promise.all([
    orWhyNot(async () => describeTask(reader, taskSet, await findTask(reader, taskSet, service))),
    orWhyNot(async () => failedCheck(service ?? (await reader.service()), taskSet)),
  ]);
  return lines
    .flat()
    .map((line) => `\n${line}`)
    .join('');
}

async function orWhyNot(read: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return [`The step could not find out more: ${error.message}`];
  }
}

/** The last task that failed, or else one whose target is unhealthy. */
async function findTask(reader: CanaryReader, taskSet: TaskSet, service?: Service): Promise<Task | undefined> {
  const failed = failedTasks(await reader.tasks(taskSet.id, 'STOPPED', service)) as readonly Task[];
  const [last] = [...failed].sort((one, other) => Number(other.stoppedAt ?? 0) - Number(one.stoppedAt ?? 0));
  if (last) return last;
  const targets = (await Promise.all([reader.targets('Blue'), reader.targets('Green')])).flat();
  const sick = new Set(targets.filter(({ state }) => state === 'unhealthy').map(({ id }) => id));
  const running = await reader.tasks(taskSet.id, 'RUNNING', service);
  const found = running.find(({ ip, failedContainer }) => sick.has(ip) || failedContainer !== '');
  // Without an address of its own, a task's target is its instance.
  return found ?? (sick.size > 0 ? running.find(({ ip }) => ip === '') : undefined);
}

async function describeTask(reader: CanaryReader, taskSet: TaskSet, task?: Task): Promise<readonly string[]> {
  if (!task) return [];
  const found = `Look at task ${task.arn}${task.stopped ? `: ${task.stopped}` : ''}`;
  if (!task.ran) return [`${found}. It never ran, so it has no log.`];
  const log = orWhyNot(async () => [describeLog(await reader.containerLogs(taskSet.taskDefinition), taskSet, task)]);
  return [found, ...(await log)];
}

function describeLog(logs: Readonly<Record<string, ContainerLog>>, { container }: TaskSet, task: Task): string {
  const name = task.failedContainer || container || Object.keys(logs)[0] || '';
  const { driver, group, streamPrefix, region } = logs[name] ?? noLog;
  if (driver === '') return `Its container ${name} has no log configuration.`;
  if (driver !== 'awslogs') return `Its container ${name} logs through ${driver}.`;
  const [, , , ownRegion = '', , id = ''] = task.arn.split(':');
  const stream = `${streamPrefix}/${name}/${id.slice(id.lastIndexOf('/') + 1)}`;
  const isKnown = streamPrefix !== '';
  const words = [group, ...(isKnown ? ['--log-stream-names', stream] : []), '--since', '1h'];
  const command = [...words, '--region', region || ownRegion].map(shellWord).join(' ');
  return `Its log is in log group ${group}${isKnown ? `, stream ${stream}` : ''}. To read it, run: aws logs tail ${command}`;
}

const noLog: ContainerLog = { driver: '', group: '', streamPrefix: '', region: '' };

function shellWord(text: string): string {
  return /^[\w./:=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** ECS replaces an unhealthy task at once, so often only ECS's record of the check is left. */
function failedCheck({ failedChecks }: Service, { createdAt, targetGroupArns }: TaskSet): readonly string[] {
  const last = failedChecks.find(
    ({ at, message }) =>
      at >= createdAt && (!message.includes('target-group') || targetGroupArns.some((arn) => message.includes(arn))),
  );
  return last ? [`Last failed health check, at ${last.at.toISOString()}: ${last.message}`] : [];
}
