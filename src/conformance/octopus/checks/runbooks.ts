import type {
  NamedResource,
  Runbook,
  SnapshotAge,
  Trigger,
  VariableSet,
} from '../../../octopus/installer/resources.ts';
import { buildGuardRunbook } from '../../../octopus/process/process.ts';
import { type Check, NotSeen } from '../../check.ts';
import { answerForAll, replyTo } from '../replies.ts';
import type { OctopusScene } from '../scene.ts';
import { addRunbook, openTrial } from '../trial.ts';

const { name: triggerName = '', cronExpression = '' } = buildGuardRunbook().trigger ?? {};

/** Runbooks: their snapshots, how long their runs are kept, and their triggers. */
export const runbookChecks: readonly Check<OctopusScene>[] = [
  {
    id: 'trigger-kept',
    promise: 'A scheduled trigger comes back as it was sent.',
    look: 'The trigger of Guard Canary.',
    expected: `${cronExpression} in one environment`,
    see: async (scene) => {
      const { Filter, Action } = await findTrigger(scene);
      const where = Action.EnvironmentIds.length === 1 ? 'one environment' : `${Action.EnvironmentIds.length}`;
      return { answer: `${Filter.CronExpression} in ${where}` };
    },
  },
  {
    id: 'trigger-disabled',
    promise: 'A trigger that somebody disabled stays disabled, even after another installation.',
    look: 'The trigger of Guard Canary, disabled, and what a second installation would change.',
    expected: 'stays disabled',
    see: async (scene) => {
      const trigger = await findTrigger(scene);
      await scene.call('PUT', `projecttriggers/${trigger.Id}`, { ...trigger, IsDisabled: true });
      const { IsDisabled } = await findTrigger(scene);
      const due = (await scene.plan()).filter(({ kind, what }) => kind !== 'unchanged' && what.includes('trigger'));
      if (!IsDisabled) return { answer: 'is enabled again' };
      return due.length === 0 ? { answer: 'stays disabled' } : { answer: 'would be changed' };
    },
  },
  {
    id: 'runbooks-published',
    promise: 'A snapshot is published if the query of its creation asks for that.',
    look: 'The runbooks that the installer created.',
    expected: 'all',
    see: async (scene) => {
      const { Id } = await scene.findProject();
      const runbooks = await scene.space.list<Runbook>(`projects/${Id}/runbooks`, 'listing the runbooks');
      if (runbooks.length === 0) throw new NotSeen('the project has no runbooks');
      const others = runbooks.filter(({ PublishedRunbookSnapshotId: id }) => !id);
      return answerForAll(
        'all',
        others.map(({ Name }) => Name),
      );
    },
  },
  {
    id: 'snapshot-age',
    promise: 'The server says whether variables changed since a runbook was published.',
    look: 'The runbook Roll Back Canary, before and after a new variable was saved.',
    expected: 'no change, then changed variables',
    see: seeAge,
  },
  {
    id: 'retention',
    promise: 'Without a strategy, the server infers how many runs of a runbook it keeps.',
    look: 'Runbooks with four retention policies.',
    expected: 'Default, Default, Count, Forever',
    allowed: { 'Default, Default, Default, Forever': 'The installer sends the strategy and the unit.' },
    see: async (scene) => {
      const trial = await openTrial(scene);
      const strategies: string[] = [];
      for (const [index, RunRetentionPolicy] of retentions.entries()) {
        const { Id } = await addRunbook(scene, trial, `Retention ${index}`, { RunRetentionPolicy });
        const kept = await scene.call<{ RunRetentionPolicy?: { Strategy?: string } }>('GET', `runbooks/${Id}`);
        strategies.push(kept.RunRetentionPolicy?.Strategy ?? 'none');
      }
      return { answer: strategies.join(', ') };
    },
  },
  {
    id: 'trigger-unpublished',
    promise: 'A runbook without a published snapshot cannot have a trigger.',
    look: 'A trigger for a new runbook.',
    expected: 'refused with 400',
    allowed: { accepted: 'The installer publishes a runbook before it creates the trigger.' },
    see: async (scene) => {
      const trial = await openTrial(scene);
      const { Id } = await addRunbook(scene, trial, 'Unpublished');
      const [environment] = await scene.space.list<NamedResource>('environments', 'listing the environments');
      return replyTo(
        scene.call('POST', 'projecttriggers', {
          ...{ Name: 'Unpublished', ProjectId: trial.project.Id, SpaceId: scene.space.spaceId, IsDisabled: true },
          Filter: { FilterType: 'CronExpressionSchedule', CronExpression: cronExpression, Timezone: 'UTC' },
          Action: { ActionType: 'RunRunbook', RunbookId: Id, EnvironmentIds: [environment?.Id] },
        }),
      );
    },
  },
];

const retentions = [
  { Strategy: 'Default' },
  { QuantityToKeep: 100, Unit: 'Items' },
  { QuantityToKeep: 100, ShouldKeepForever: false },
  { QuantityToKeep: 0 },
];

type Schedule = Trigger & {
  readonly Filter: { readonly CronExpression: string };
  readonly Action: { readonly EnvironmentIds: readonly string[] };
};

async function findTrigger({ space, findProject }: OctopusScene): Promise<Schedule> {
  const { Id } = await findProject();
  const triggers = await space.list<Schedule>(`projects/${Id}/triggers`, 'listing the triggers');
  const found = triggers.find(({ Name }) => Name === triggerName);
  if (found === undefined) throw new NotSeen(`the project has no trigger ${triggerName}`);
  return found;
}

async function seeAge({ call, space, findProject }: OctopusScene) {
  const { Id, VariableSetId } = await findProject();
  const [runbook] = await space.list<Runbook>(`projects/${Id}/runbooks`, 'listing the runbooks');
  const readAge = async (): Promise<string> => {
    const path = `runbookSnapshots/${runbook?.PublishedRunbookSnapshotId}/runbookRuns/template`;
    const age = await call<SnapshotAge>('GET', path);
    const changes = [
      age.IsRunbookProcessModified && 'a changed process',
      age.IsVariableSetModified && 'changed variables',
    ];
    return changes.filter(Boolean).join(' and ') || 'no change';
  };
  const before = await readAge();
  const set = await call<VariableSet>('GET', `variables/${VariableSetId}`);
  const added = { Name: 'Check', Value: 'later', Type: 'String', Scope: {}, IsSensitive: false };
  await call('PUT', `variables/${VariableSetId}`, { ...set, Variables: [...set.Variables, added] });
  return { answer: `${before}, then ${await readAge()}` };
}
