import { page } from './paging.ts';
import { notFound } from './refusal.ts';
import { requiredText, type SpaceRequest } from './request.ts';
import type { SpaceState } from './state.ts';
import { endTask, type Interruption, isActive, type Task } from './task.ts';

/** The tasks of a space, or only those that still run. */
export function listTasks(request: SpaceRequest): object {
  const { tasks } = request.space;
  const shown = request.query.get('active') === 'true' ? tasks.filter(isActive) : tasks;
  return page(shown.map(describe), request);
}

export function getTask({ space, parts }: SpaceRequest): object {
  return describe(find(space, parts[0]));
}

/** The log of a task, as a tree. */
export function getDetails({ space, parts }: SpaceRequest): object {
  const task = find(space, parts[0]);
  const children = [...task.log].map(([Name, lines]) => ({
    ...{ Name, Children: [] },
    LogElements: lines.map((MessageText) => ({ Category: 'Info', MessageText })),
  }));
  return { Task: describe(task), ActivityLogs: [{ Name: 'Deploy', LogElements: [], Children: children }] };
}

/** Cancels a task, which kills its script. */
export function cancelTask({ space, parts }: SpaceRequest): object {
  const task = find(space, parts[0]);
  endTask(task);
  return describe(task);
}

/** The questions of a task; only its open ones if the query says so. */
export function listInterruptions(request: SpaceRequest): object {
  const { space, query } = request;
  const asked = space.tasks.find(({ Id }) => Id === query.get('regarding'))?.interruptions ?? [];
  const pendingOnly = query.get('pendingOnly') === 'true';
  return page(asked.filter(({ answer }) => !pendingOnly || answer === undefined).map(describeQuestion), request);
}

/** Makes the owner of the key the one who answers. */
export function takeResponsibility({ space, parts }: SpaceRequest): object {
  const interruption = findInterruption(space, parts[0]);
  interruption.responsible = 'Users-1';
  return describeQuestion(interruption);
}

/** Answers a question. */
export function submitInterruption({ space, parts, body }: SpaceRequest): object {
  const interruption = findInterruption(space, parts[0]);
  const notes = typeof body['Notes'] === 'string' ? body['Notes'] : '';
  interruption.answer = { proceed: requiredText(body, 'Result') === 'Proceed', notes };
  interruption.decide(interruption.answer);
  return describeQuestion(interruption);
}

/** The files that the scripts of a deployment attached. */
export function listArtifacts(request: SpaceRequest): object {
  const regarding = request.query.get('regarding');
  const task = request.space.tasks.find(({ Id, deploymentId }) => [Id, deploymentId].includes(regarding ?? ''));
  const files = (task?.artifacts ?? []).map((Filename, index) => ({
    Id: `Artifacts-${index + 1}`,
    Name: '',
    Filename,
  }));
  return page(files, request);
}

function describe(task: Task): { Id: string; Name: string } & Record<string, unknown> {
  const { Id, Name, state } = task;
  return { Id, Name, State: state, IsCompleted: !isActive(task), FinishedSuccessfully: state === 'Success' };
}

function describeQuestion({ Id, Name, instructions, responsible, answer }: Interruption) {
  const control = { Type: 'Paragraph', Text: instructions };
  return {
    ...{ Id, Name, Title: Name, IsPending: answer === undefined, ResponsibleUserId: responsible },
    Form: {
      Values: { Instructions: null, Notes: answer?.notes ?? null, Result: null },
      Elements: [{ Name: 'Instructions', Control: control, IsValueRequired: false }],
    },
  };
}

function find({ tasks }: SpaceState, id = ''): Task {
  return tasks.find(({ Id }) => Id === id) ?? refuse(id);
}

function findInterruption({ tasks }: SpaceState, id = ''): Interruption {
  return tasks.flatMap(({ interruptions }) => interruptions).find(({ Id }) => Id === id) ?? refuse(id);
}

function refuse(id: string): never {
  throw notFound(id);
}
