import { isDeepStrictEqual } from 'node:util';
import type { RestStep } from '../process/json.ts';
import { describeCondition, type Neighbour, setUpLike } from './added-step.ts';
import { isSameValue } from './difference.ts';
import type { Action, Step } from './resources.ts';

/** What to merge into a process. */
export interface MergeRequest {
  readonly existing: readonly Step[];
  readonly wanted: readonly RestStep[];
  /** Our steps as the process may originally have had them, several of a name; what still equals one was not edited. */
  readonly former: readonly RestStep[];
  /** Ids of our step templates in this space. */
  readonly templateIds: ReadonlySet<string>;
  readonly overrides: Overrides;
}

/** Settings that were given explicitly, and so are also set on existing steps. */
export interface Overrides {
  readonly workerPool?: { readonly id: string; readonly name: string };
  readonly container?: { readonly FeedId: string; readonly Image: string };
  readonly responsibleTeamIds?: string;
  /** Whether steps are reset to everything they were generated with. */
  readonly resetSteps: boolean;
}

/** A process with our steps merged in, or why they cannot be. */
export interface Merged {
  readonly steps: readonly (Step | RestStep)[];
  readonly differences: readonly string[];
  /** What was edited in Octopus and is kept. */
  readonly notes: readonly string[];
  readonly refusals: readonly string[];
}

/** Merges our steps into a process, matched by name; other steps are left untouched. */
export function mergeSteps(request: MergeRequest): Merged {
  const refusals = findRefusals(request);
  if (refusals.length > 0) return { steps: request.existing, differences: [], notes: [], refusals };
  const steps: (Step | RestStep)[] = [...request.existing];
  const differences: string[] = [];
  const notes: string[] = [];
  let last: number | undefined;
  let neighbour: Neighbour | undefined;
  for (const wanted of request.wanted) {
    const index = steps.findIndex(({ Name }) => sameName(Name, wanted.Name));
    if (index < 0) {
      // A new step goes after our previous one; our first goes before our other steps, or to the end.
      const ours = steps.findIndex((step) => request.wanted.some(({ Name }) => sameName(Name, step.Name)));
      const at = last === undefined ? (ours < 0 ? steps.length : ours) : afterCompanions(steps, last + 1);
      const added = setUpLike(wanted, neighbour);
      steps.splice(at, 0, added);
      const like = isDeepStrictEqual(added, wanted) ? '' : `, set up like ${neighbour?.wanted.Name}`;
      differences.push(`adds the step ${wanted.Name}${like}`);
      last = at;
      continue;
    }
    const former = request.former.filter(({ Name }) => sameName(Name, wanted.Name));
    const merged = mergeStep(steps[index] as Step, wanted, former, request.overrides);
    steps[index] = merged.step;
    differences.push(...merged.differences.map((line) => `${wanted.Name}: ${line}`));
    if (merged.kept.length > 0) notes.push(`${wanted.Name} keeps its own ${merged.kept.join(', ')}.`);
    notes.push(...findUnseen(wanted, merged));
    last = index;
    if (wanted.Actions[0].ActionType !== 'Octopus.Manual') neighbour = { present: merged.step, wanted };
  }
  return { steps, differences, notes, refusals };
}

/** A step of somebody else that runs beside our previous one stays beside it. */
function afterCompanions(steps: readonly (Step | RestStep)[], from: number): number {
  const next = steps.findIndex(({ StartTrigger }, index) => index >= from && StartTrigger !== 'StartWithPrevious');
  return next < 0 ? steps.length : next;
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** The summary that an approver would not see, because the instructions were edited before they included it. */
function findUnseen({ Name, Actions }: RestStep, { step, kept }: MergedStep): string[] {
  const [summary] = /#\{Octopus[^}]*\.Output\.Summary\}/.exec(String(Actions[0].Properties[instructions])) ?? [];
  if (summary === undefined || !kept.includes(shortName(instructions))) return [];
  if (String(step.Actions[0]?.Properties[instructions]).includes(summary)) return [];
  return [`Add ${summary} to the instructions of ${Name}, so that approvers see it there.`];
}

function findRefusals({ existing, wanted, templateIds }: MergeRequest): string[] {
  const present = existing.filter(({ Name }) => wanted.some((step) => sameName(step.Name, Name)));
  const collisions = present.flatMap((step) => {
    const problem = findCollision(
      step,
      wanted.find(({ Name }) => sameName(Name, step.Name)),
      templateIds,
    );
    return problem === undefined ? [] : [`The step ${step.Name} ${problem}.`];
  });
  const unexpected = existing.filter(
    (step) => !present.includes(step) && step.Actions.some((action) => templateIds.has(templateIdOf(action) ?? '')),
  );
  const order = wanted.map(({ Name }) => Name.toLowerCase());
  const positions = present.map(({ Name }) => order.indexOf(Name.toLowerCase()));
  const shuffled = positions.some((position, index) => position < (positions[index - 1] ?? -1));
  return [
    ...collisions,
    ...unexpected.map(
      ({ Name }) =>
        `The step ${Name} is made from a canary template, but is not one of this canary's steps. If the shares have changed, remove it and the approval before it.`,
    ),
    ...(shuffled ? [`The canary's steps are in another order: ${present.map(({ Name }) => Name).join(', ')}.`] : []),
  ];
}

function findCollision(step: Step, wanted: RestStep | undefined, templateIds: ReadonlySet<string>): string | undefined {
  const [action, ...others] = step.Actions;
  if (action === undefined || others.length > 0) return 'has child steps';
  if (wanted?.Actions[0].ActionType === 'Octopus.Manual') {
    return action.ActionType === 'Octopus.Manual' ? undefined : `is not a manual intervention but ${action.ActionType}`;
  }
  const id = templateIdOf(action);
  if (id === undefined || !templateIds.has(id)) return 'is not made from a canary step template';
  const wantedId = wanted === undefined ? undefined : templateIdOf(wanted.Actions[0]);
  return id === wantedId ? undefined : 'is made from a different canary step template';
}

function templateIdOf(action: Pick<Action, 'Properties'>): string | undefined {
  const id = action.Properties['Octopus.Action.Template.Id'];
  return typeof id === 'string' ? id : undefined;
}

interface MergedStep {
  readonly step: Step;
  readonly differences: readonly string[];
  readonly kept: readonly string[];
}

function mergeStep(existing: Step, wanted: RestStep, former: readonly RestStep[], overrides: Overrides): MergedStep {
  const [action] = existing.Actions;
  const [wantedAction] = wanted.Actions;
  if (action === undefined) return { step: existing, differences: [], kept: [] };
  const merged = mergeAction(
    action,
    wantedAction,
    former.map(({ Actions }) => Actions[0].Properties),
    overrides,
  );
  const condition = describeCondition(existing) !== describeCondition(wanted);
  const reset = condition && overrides.resetSteps;
  return {
    step: {
      ...existing,
      ...(reset && { Condition: wanted.Condition, Properties: { ...existing.Properties, ...wanted.Properties } }),
      Actions: [merged.action],
    },
    differences: [...(reset ? ['resets its run condition'] : []), ...merged.differences],
    kept: [...(condition && !reset ? ['run condition'] : []), ...merged.kept],
  };
}

function mergeAction(
  existing: Action,
  wanted: RestStep['Actions'][0],
  former: readonly FormerProperties[],
  overrides: Overrides,
): { action: Action; differences: string[]; kept: string[] } {
  const differences: string[] = [];
  const kept: string[] = [];
  const properties: Record<string, unknown> = { ...existing.Properties };
  const set = (name: string, value: unknown, difference: string): void => {
    properties[name] = value;
    if (!differences.includes(difference)) differences.push(difference);
  };
  const version = wanted.Properties[templateVersion];
  const explicit = new Map<string, unknown>();
  if (wanted.ActionType === 'Octopus.Manual' && overrides.responsibleTeamIds !== undefined) {
    explicit.set('Octopus.Action.Manual.ResponsibleTeamIds', overrides.responsibleTeamIds);
  }
  // Octopus itself keeps a step in line with the template version that it names.
  const upToDate = existing.Properties[templateVersion] === wanted.Properties[templateVersion];
  for (const [name, value] of [...Object.entries(wanted.Properties), ...explicit]) {
    const present = Object.hasOwn(existing.Properties, name);
    if (present && isSameValue(existing.Properties[name], value)) continue;
    if (isServers(name, wanted) || (upToDate && isTemplates(name, wanted))) continue;
    if (isTemplates(name, wanted)) set(name, value, `moves to version ${version} of its step template`);
    else if (explicit.has(name)) set(name, value, `sets the responsible teams to ${value}`);
    else if (!present) set(name, value, `adds ${name}`);
    else if (isUnedited(name, existing, former)) set(name, value, `updates its ${shortName(name)}`);
    else if (overrides.resetSteps) set(name, value, `resets its ${shortName(name)}`);
    else kept.push(shortName(name));
  }
  for (const name of new Set(former.flatMap((each) => Object.keys(each)))) {
    if (Object.hasOwn(wanted.Properties, name) || !isUnedited(name, existing, former)) continue;
    delete properties[name];
    differences.push(`removes ${name}`);
  }
  const action = { ...existing, ...placed(existing, wanted, overrides, differences), Properties: properties };
  return { action, differences, kept };
}

const templateVersion = 'Octopus.Action.Template.Version';
const instructions = 'Octopus.Action.Manual.Instructions';

type FormerProperties = Readonly<Record<string, unknown>>;

function isUnedited(name: string, { Properties }: Action, former: readonly FormerProperties[]): boolean {
  return former.some((each) => Object.hasOwn(each, name) && isSameValue(Properties[name], each[name]));
}

// Octopus decides by itself where a manual intervention runs.
function isServers(name: string, { ActionType }: RestStep['Actions'][0]): boolean {
  return ActionType === 'Octopus.Manual' && name === 'Octopus.Action.RunOnServer';
}

// Anything that is neither our parameter nor a manual intervention's setting belongs to the template.
function isTemplates(name: string, { ActionType }: RestStep['Actions'][0]): boolean {
  return ActionType !== 'Octopus.Manual' && !name.startsWith('EcsCanary.');
}

function shortName(name: string): string {
  return name.replace('Octopus.Action.Manual.', '');
}

function placed(
  existing: Action,
  wanted: RestStep['Actions'][0],
  { workerPool, container }: Overrides,
  differences: string[],
): Partial<Action> {
  if (wanted.ActionType === 'Octopus.Manual') return {};
  const changes: {
    WorkerPoolId?: string;
    WorkerPoolVariable?: null;
    Container?: { FeedId: string; Image: string };
  } = {};
  if (workerPool !== undefined && (existing.WorkerPoolId !== workerPool.id || existing.WorkerPoolVariable)) {
    changes.WorkerPoolId = workerPool.id;
    // A variable that stays would choose another pool.
    changes.WorkerPoolVariable = null;
    differences.push(`runs on the worker pool ${workerPool.name}`);
  }
  const { FeedId, Image } = existing.Container ?? {};
  if (container !== undefined && (FeedId !== container.FeedId || Image !== container.Image)) {
    changes.Container = container;
    differences.push(`runs in ${container.Image}`);
  }
  return changes;
}
