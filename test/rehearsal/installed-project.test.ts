import { expect, it } from 'vitest';
import { installAndReadBack } from '../../src/rehearsal/installed-project.ts';
import { rehearsedProcess } from '../../src/rehearsal/rehearsal.ts';
import { loadTemplateLibrary } from '../../src/rehearsal/template-library.ts';

it('what comes back from an Octopus Server is what was installed', async () => {
  const process = rehearsedProcess({ weights: [10, 50], watch: true, template: undefined });
  const progress: string[] = [];
  const installed = await installAndReadBack('step-templates', process, (line) => progress.push(line));
  expect(installed.process).toEqual(process);
  const committed = await loadTemplateLibrary('step-templates');
  // Octopus counts versions on its own, beginning with 0.
  const asImported = [...committed].map(([id, template]) => [id, { ...template, version: 0 }]);
  expect(Object.fromEntries(installed.library)).toEqual(Object.fromEntries(asImported));
  expect(progress.at(-1)).toContain('runbook');
});
