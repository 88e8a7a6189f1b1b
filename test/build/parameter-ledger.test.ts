import { expect, it } from 'vitest';
import { extendLedger, findBreaks, type Ledger } from '../../build/parameter-ledger.ts';
import type { Parameter } from '../../src/parameters/parameters.ts';
import { required, text } from '../../src/parameters/parsers.ts';
import { fixtureStep } from '../octopus/template/fixture-step.ts';

const added: Parameter<string> = {
  name: 'EcsCanary.Added',
  label: 'Added',
  help: 'Came later.',
  control: 'SingleLineText',
  defaultValue: '',
  parse: required(text),
};
const extended = { ...fixtureStep, parameters: { ...fixtureStep.parameters, added } };
const published = extendLedger(undefined, [fixtureStep], '1.0.0');

function read(ledger: string): Ledger {
  return JSON.parse(ledger);
}

it('a first release records every parameter, and breaks nothing', () => {
  expect(read(published)['shift-traffic']?.['EcsCanary.StackName']).toEqual({
    control: 'SingleLineText',
    since: '1.0.0',
  });
  expect(findBreaks(read(published), [fixtureStep])).toEqual([]);
});

it('a parameter added later must work without a value', () => {
  const ledger = read(extendLedger(published, [extended], '1.10.0'));
  expect(findBreaks(ledger, [extended])).toEqual([
    'shift-traffic: EcsCanary.Added was added in 1.10.0, after the step itself, but its default is not a valid value.',
  ]);
  const usable = { ...extended, parameters: { ...extended.parameters, added: { ...added, defaultValue: 'x' } } };
  expect(findBreaks(ledger, [usable])).toEqual([]);
});

it('a published parameter must stay', () => {
  const ledger = extendLedger(published, [extended], '1.0.1');
  expect(extendLedger(ledger, [fixtureStep], '1.0.2')).toBe(ledger);
  expect(findBreaks(read(ledger), [fixtureStep])).toEqual([
    'shift-traffic: EcsCanary.Added was published in 1.0.1 but no longer exists.',
  ]);
});

it('a published parameter must keep its control', () => {
  const note = { ...fixtureStep.parameters.note, control: 'SingleLineText' as const };
  const changed = { ...fixtureStep, parameters: { ...fixtureStep.parameters, note } };
  expect(findBreaks(read(extendLedger(published, [changed], '2.0.0')), [changed])).toEqual([
    'shift-traffic: the control of EcsCanary.Note changed from MultiLineText to SingleLineText.',
  ]);
});

it('a published step must stay', () => {
  expect(findBreaks(read(published), [])).toEqual(['The step shift-traffic was published but no longer exists.']);
});
