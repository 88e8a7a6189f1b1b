import type { Check } from '../../check.ts';
import type { OctopusScene } from '../scene.ts';
import { deployTrial, notes } from '../trial-deployment.ts';
import { written } from '../trial-process.ts';

/** What a deployment gives to scripts and to the approver. */
export const deploymentChecks: readonly Check<OctopusScene>[] = [
  {
    id: 'output-kept',
    promise: 'A later script reads what an earlier one set as an output variable, character by character.',
    look: 'An output with quotes, $, %, é, a backslash and two lines.',
    expected: 'as written',
    see: async (scene) => compare((await deployTrial(scene)).read['output'], written, 'as written'),
  },
  {
    id: 'substitution-in-script',
    promise: 'The server evaluates #{…} in the body of a script.',
    look: 'A script that contains an output variable of an earlier one.',
    expected: 'evaluated',
    see: async (scene) => compare((await deployTrial(scene)).read['body'], 'as written', 'evaluated'),
  },
  {
    id: 'substitution-in-value',
    promise: 'A script that reads a value with #{…} in it gets the evaluated text.',
    look: 'A property that is bound to an output variable.',
    expected: 'evaluated',
    see: async (scene) => compare((await deployTrial(scene)).read['bound'], 'bound: as written', 'evaluated'),
  },
  {
    id: 'missing-variable',
    promise: 'A script reads a variable that does not exist as empty text.',
    look: 'Such a variable.',
    expected: 'empty',
    see: async (scene) => compare((await deployTrial(scene)).read['missing'], '', 'empty'),
  },
  {
    id: 'instructions',
    promise: 'The instructions of a manual intervention are evaluated when the deployment gets there.',
    look: 'The form that the approver gets.',
    expected: 'evaluated',
    see: async (scene) => {
      const { form } = await deployTrial(scene);
      return form.includes('The first script says: as written.')
        ? { answer: 'evaluated' }
        : { answer: 'not evaluated', detail: form };
    },
  },
  {
    id: 'manual-approved',
    promise: 'Manual.Approved of a manual intervention is True after Proceed.',
    look: 'The output variable, read by the next script.',
    expected: 'True',
    see: async (scene) => ({ answer: (await deployTrial(scene)).read['approved'] || 'empty' }),
  },
  {
    id: 'manual-notes',
    promise: 'Manual.Notes of a manual intervention is what the approver typed.',
    look: 'A note of two lines with quotes, read by the next script.',
    expected: 'as typed',
    see: async (scene) => {
      const { read } = await deployTrial(scene);
      return compare(read['notes']?.replaceAll('\r\n', '\n'), notes, 'as typed');
    },
  },
  {
    id: 'manual-user',
    promise: 'Manual.ResponsibleUser.Username of a manual intervention names the approver.',
    look: 'The output variable, read by the next script.',
    expected: 'a name',
    see: async (scene) => ({ answer: (await deployTrial(scene)).read['user'] ? 'a name' : 'empty' }),
  },
  {
    id: 'run-conditions',
    promise: 'A run condition can test the output variable of an earlier step.',
    look: 'Two steps with conditions like those of the canary process, one true and one false.',
    expected: 'True',
    see: async (scene) => {
      const { ran } = await deployTrial(scene);
      return { answer: ran.filter((name) => ['True', 'False'].includes(name)).join(', ') || 'neither' };
    },
  },
  {
    id: 'artifact',
    promise: 'A file that a script attaches is an artifact of the deployment.',
    look: 'The artifacts of the deployment.',
    expected: 'proof.txt',
    see: async (scene) => ({ answer: (await deployTrial(scene)).artifacts.join(', ') || 'none' }),
  },
];

function compare(seen = '', expected: string, good: string) {
  return seen === expected ? { answer: good } : { answer: 'otherwise', detail: JSON.stringify(seen) };
}
