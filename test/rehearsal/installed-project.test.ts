import { expect, it } from 'vitest';
import { installAndReadBack, setUpAndReadBack } from '../../src/rehearsal/installed-project.ts';
import { rehearsedProcess } from '../../src/rehearsal/rehearsal.ts';
import { loadTemplateLibrary } from '../../src/rehearsal/template-library.ts';

const shape = { weights: [5, 20, 50], watch: true, template: undefined };
const process = rehearsedProcess(shape);

it.each([
  ['the command', (write: (line: string) => void) => installAndReadBack('step-templates', process, write)],
  ['the step', (write: (line: string) => void) => setUpAndReadBack('step-templates', shape, write)],
])('what comes back from an Octopus Server is what %s installed', async (_, install) => {
  const progress: string[] = [];
  const installed = await install((line) => progress.push(line));
  expect(installed.process).toEqual(process);
  const committed = await loadTemplateLibrary('step-templates');
  // Octopus counts versions on its own, beginning with 0.
  const asImported = [...committed].map(([id, template]) => [id, { ...template, version: 0 }]);
  expect(Object.fromEntries(installed.library)).toEqual(Object.fromEntries(asImported));
  expect(progress.join('\n')).toContain('runbook');
});
