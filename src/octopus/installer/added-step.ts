import { sharedParameters } from '../../parameters/shared-parameters.ts';
import type { RestStep } from '../process/json.ts';
import type { Action, Step } from './resources.ts';

/** A step of ours in an existing process, with the one that we would generate. */
export interface Neighbour {
  readonly present: Step;
  readonly wanted: RestStep;
}

/** A step to add. It runs where its neighbour runs and on the same stack, as the generated ones do. */
export function setUpLike(wanted: RestStep, neighbour: Neighbour | undefined): RestStep | Step {
  const [wantedAction] = wanted.Actions;
  const [action] = neighbour?.present.Actions ?? [];
  if (neighbour === undefined || action === undefined || wantedAction.ActionType === 'Octopus.Manual') return wanted;
  const added = {
    ...wantedAction,
    ...placeOf(action),
    Properties: { ...wantedAction.Properties, ...sharedOf(action) },
  };
  // A step that runs under another condition, such as Rollback, must not be limited to the same environments.
  if (describeCondition(wanted) !== describeCondition(neighbour.wanted)) return { ...wanted, Actions: [added] };
  const { Condition, Properties } = neighbour.present;
  return { ...wanted, Condition, Properties: conditionIn(Properties), Actions: [{ ...added, ...scopeOf(action) }] };
}

/** When a step runs, as a text to compare. */
export function describeCondition({ Condition, Properties }: Pick<Step, 'Condition' | 'Properties'>): string {
  return `${Condition} ${Condition === 'Variable' ? (Properties[conditionExpression] ?? '') : ''}`;
}

const conditionExpression = 'Octopus.Step.ConditionVariableExpression';

function conditionIn({ [conditionExpression]: expression }: Step['Properties']): Step['Properties'] {
  return expression === undefined ? {} : { [conditionExpression]: expression };
}

function placeOf({ WorkerPoolId, WorkerPoolVariable, Container }: Action): Partial<Action> {
  return {
    ...(WorkerPoolId !== undefined && { WorkerPoolId }),
    ...(WorkerPoolVariable !== undefined && { WorkerPoolVariable }),
    ...(Container !== undefined && { Container }),
  };
}

function scopeOf(action: Action): Partial<Action> {
  const scopes = ['Environments', 'ExcludedEnvironments', 'Channels', 'TenantTags'];
  return Object.fromEntries(scopes.flatMap((name) => (action[name] === undefined ? [] : [[name, action[name]]])));
}

// Octopus hides sensitive values, so they cannot be copied.
function sharedOf({ Properties }: Action): Readonly<Record<string, string>> {
  const names = Object.values(sharedParameters).map(({ name }) => name);
  const given = names.map((name) => [name, Properties[name]] as const);
  return Object.fromEntries(given.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
