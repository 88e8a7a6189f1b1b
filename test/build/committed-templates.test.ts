import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findBreaks, ledgerPath } from '../../build/parameter-ledger.ts';
import { projectDirectory } from '../../build/project-directory.ts';
import { setUpPath } from '../../build/set-up.ts';
import { budget, setUpBudget } from '../../build/sizes.ts';
import { readProjectFile } from '../../build/staleness.ts';
import { templateFileName } from '../../src/octopus/template/step-template.ts';
import { setUpProject } from '../../src/set-up/set-up-project.ts';
import { steps } from '../../src/steps/index.ts';
import { libraryRules, reviewRules } from '../octopus/template/library-rules.ts';
import { ownRules } from '../octopus/template/own-rules.ts';
import { readFolder } from '../octopus/template/template-folder.ts';

const published = [...steps, setUpProject];
const files = readFolder(join(projectDirectory, 'step-templates'));

it('there is one template for each step, one that sets up a project, and nothing else', () => {
  expect(files.map(({ name }) => name).sort()).toEqual(published.map(templateFileName).sort());
});

it.each([...libraryRules, ...reviewRules, ...ownRules])(
  'the committed templates keep the rule: $name',
  ({ faults }) => {
    expect(faults(files)).toEqual([]);
  },
);

it.each(files)('$name is within its budget', ({ name, text }) => {
  const { template } = setUpPath.endsWith(name) ? setUpBudget : budget;
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(template);
});

it('operators can upgrade from every published version', () => {
  expect(findBreaks(JSON.parse(readProjectFile(projectDirectory, ledgerPath) ?? '{}'), published)).toEqual([]);
});

it('every parameter of the steps is in the ledger', () => {
  const ledger = JSON.parse(readProjectFile(projectDirectory, ledgerPath) ?? '{}');
  const declared = published.flatMap(({ id, parameters }) =>
    Object.values(parameters).map(({ name }) => [id, name] as const),
  );
  expect(declared.filter(([id, name]) => ledger[id]?.[name] === undefined)).toEqual([]);
});
