import type { Parameter } from '../../../src/parameters/parameters.ts';
import { sharedParameters } from '../../../src/parameters/shared-parameters.ts';
import type { StepDeclaration } from '../../../src/steps/step.ts';

const note: Parameter<string> = {
  name: 'EcsCanary.Note',
  label: 'Note',
  help: 'Any text | with a bar.',
  control: 'MultiLineText',
  defaultValue: 'one\ntwo\n',
  parse: (raw) => raw,
};

/** A step for tests of what is derived from declarations; it is none of the product's. */
export const fixtureStep = {
  id: 'shift-traffic',
  name: 'Fixture',
  summary: 'Does nothing, for tests.',
  parameters: { ...sharedParameters, note },
  outputs: { Summary: 'A sentence | with a bar.' },
  actions: ['ecs:DescribeServices'],
} as const satisfies StepDeclaration;
