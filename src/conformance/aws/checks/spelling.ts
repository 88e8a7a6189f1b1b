import type { Check } from '../../check.ts';
import { buildSpellingTemplate } from '../canary-template.ts';
import { runTag, stackName } from '../run-names.ts';
import type { Scene } from '../scene.ts';
import { describeFailure, startCreate, waitForStack } from '../stacks.ts';

/** Whether the templates of the blog post are still accepted as they are. */
export const spellingChecks: readonly Check<Scene>[] = [
  {
    id: 'awsvpc-spelling',
    promise: 'A task set accepts AwsvpcConfiguration, as the blog post spells it.',
    look: 'A stack with such a task set, without tasks.',
    expected: 'accepted',
    allowed: { refused: 'Deploy Stack and Deploy Own Template write AwsVpcConfiguration, as AWS documents it.' },
    see: async ({ target, run, network, serviceName, firstTaskDefinition }) => {
      const name = stackName(run, 'spelling');
      const body = buildSpellingTemplate(network, serviceName, firstTaskDefinition);
      await startCreate(target, { name, body, tags: { [runTag]: run } });
      const status = await waitForStack(target, name);
      const answer = status === 'CREATE_COMPLETE' ? 'accepted' : 'refused';
      return { answer, ...(answer === 'refused' && { detail: await describeFailure(target, name) }) };
    },
  },
];
