import { isDeepStrictEqual } from 'node:util';
import type { ActionTemplate, TemplateUsage, UsageOutcome } from '../../../octopus/installer/resources.ts';
import type { WantedTemplate } from '../../../octopus/installer/wanted-templates.ts';
import type { Check } from '../../check.ts';
import { answerForAll, replyTo, replyToOutdated } from '../replies.ts';
import type { OctopusScene } from '../scene.ts';
import { openTrial, parameter, saveTemplate, useTemplate } from '../trial.ts';

/** Step templates: what the server keeps of them, their versions, and how steps follow them. */
export const templateChecks: readonly Check<OctopusScene>[] = [
  {
    id: 'template-kept',
    promise: 'A step template comes back as it was sent: script, properties and parameters.',
    look: 'Every installed template, compared with its file.',
    expected: 'all',
    see: async (scene) => {
      const differing = await Promise.all(scene.wanted.map(async ({ body }) => findDifferences(scene, body)));
      return answerForAll('all', differing.flat());
    },
  },
  {
    id: 'template-first-version',
    promise: 'A new step template has version 0, whatever the request says.',
    look: 'A template that was created as version 7.',
    expected: '0',
    allowed: { '7': 'The installer uses the version that the server returns.' },
    see: async (scene) => ({ answer: String((await openTrial(scene)).template.Version) }),
  },
  {
    id: 'template-name-taken',
    promise: 'A second step template of the same name is refused.',
    look: 'Another template with the name in capitals.',
    expected: 'refused with 400',
    allowed: { accepted: 'The installer looks for the name before it creates a template.' },
    see: async (scene) => {
      const { template } = await openTrial(scene);
      return replyTo(scene.call('POST', 'actiontemplates', { ...template, Id: null, Name: 'TRIAL' }));
    },
  },
  {
    id: 'template-next-version',
    promise: 'Saving a step template makes its next version, and the previous one stays readable.',
    look: 'The template after a change, and its first version.',
    expected: 'version 1, and the first is as it was',
    see: async (scene) => {
      const { template } = await openTrial(scene);
      const saved = await saveTemplate(scene, template, { Description: 'Changed.' });
      const path = `actiontemplates/${template.Id}/versions/${template.Version}`;
      const first = await scene.call<ActionTemplate>('GET', path);
      const kept = first.Description === template.Description ? 'is as it was' : 'is another';
      return { answer: `version ${saved.Version}, and the first ${kept}`, detail: `the first has the id ${first.Id}` };
    },
  },
  {
    id: 'template-outdated',
    promise: 'Saving an outdated step template is refused in words that the installer takes for a conflict.',
    look: 'The template, saved again as it was before the change.',
    expected: 'a conflict',
    allowed: { accepted: 'The installer compares the versions itself before it saves.' },
    see: async (scene) => {
      const { template } = await openTrial(scene);
      return replyToOutdated(scene.space, `actiontemplates/${template.Id}`, template);
    },
  },
  {
    id: 'usages',
    promise: 'The server lists every step that is made from a template, including those of runbooks.',
    look: 'The usages of Rollback, which the process and a runbook have.',
    expected: 'Deployment, Runbook',
    see: async (scene) => {
      const rollback = scene.wanted.find(({ stepId }) => stepId === 'rollback')?.body.Name ?? '';
      const { Id } = await scene.findTemplate(rollback);
      const usages = await scene.call<readonly TemplateUsage[]>('GET', `actiontemplates/${Id}/usage`);
      return {
        answer: usages
          .map(({ ProcessType }) => ProcessType)
          .toSorted()
          .join(', '),
      };
    },
  },
  {
    id: 'update-new-default',
    promise: 'A step moves to a version whose new parameter has a default.',
    look: 'A step, after its template got such a parameter.',
    expected: 'Success',
    see: (scene) => moveStep(scene, [text, parameter('Trial.Other', 'SingleLineText', 'a default')]),
  },
  {
    id: 'update-no-default',
    promise: 'A step does not move to a version whose new parameter has no default.',
    look: 'A step, after its template got such a parameter.',
    expected: 'DefaultParamterValueMissing',
    allowed: { Success: 'Each parameter of the step templates has a default.' },
    see: (scene) => moveStep(scene, [text, parameter('Trial.More', 'SingleLineText', '')]),
  },
  {
    id: 'update-control',
    promise: 'A step does not move to a version in which a parameter has another control.',
    look: 'A step, after the control of a parameter changed.',
    expected: 'ManualMergeRequired',
    allowed: { Success: 'The step templates never change a control.' },
    see: (scene) => moveStep(scene, [parameter('Trial.Text', 'MultiLineText', 'hello')]),
  },
];

const text = parameter('Trial.Text', 'SingleLineText', 'hello');

async function findDifferences(scene: OctopusScene, body: WantedTemplate['body']): Promise<readonly string[]> {
  const { Properties, Parameters, ActionType } = await scene.findTemplate(body.Name);
  const properties = Object.keys(body.Properties).filter((name) => Properties[name] !== body.Properties[name]);
  const parameters = body.Parameters.filter((sent, index) => {
    const kept = Parameters[index];
    return compared.some((member) => !isDeepStrictEqual(kept?.[member] ?? '', sent[member] ?? ''));
  });
  const others = [...properties, ...parameters.map(({ Name }) => Name)];
  if (ActionType !== body.ActionType) others.push('the type');
  return others.length === 0 ? [] : [`${body.Name}: ${others.join(', ')}`];
}

const compared = ['Name', 'Label', 'HelpText', 'DefaultValue', 'DisplaySettings'] as const;

/** Makes a step from the template with one parameter, changes the parameters, and moves the step. */
async function moveStep(scene: OctopusScene, Parameters: readonly object[]) {
  const trial = await openTrial(scene);
  const { Id } = trial.template;
  const { Id: ProcessId, Steps } = await useTemplate(
    scene,
    trial,
    await saveTemplate(scene, trial.template, { Parameters: [text] }),
  );
  const { Version } = await saveTemplate(scene, trial.template, { Parameters });
  const ActionIds = Steps.flatMap(({ Actions }) => Actions.map(({ Id: id }) => id));
  const [outcome] = await scene.call<readonly UsageOutcome[]>('POST', `actiontemplates/${Id}/actionsUpdate`, {
    ...{ Id, SpaceId: scene.space.spaceId, Version, DefaultPropertyValues: {}, Overrides: {} },
    ActionsToUpdate: [{ ProcessType: 'Deployment', ProcessId, ProjectId: trial.project.Id, ActionIds, GitRef: null }],
  });
  return { answer: outcome?.Outcome ?? 'no outcome' };
}
