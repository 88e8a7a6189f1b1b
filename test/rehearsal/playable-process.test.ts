import { describe, expect, it } from 'vitest';
import type { ProcessDefinition } from '../../src/octopus/process/definition.ts';
import { playableProcess, settlingNotes } from '../../src/rehearsal/playable-process.ts';
import { rehearsedProcess } from '../../src/rehearsal/rehearsal.ts';
import type { TemplateLibrary } from '../../src/rehearsal/template-library.ts';
import { fakeLibrary } from './fake-cloud.ts';

const settle = 'EcsCanary.SettleSeconds';
const rules = 'EcsCanary.RulesOnBlue';

/** The library, with these parameters added to every template but Add Test Rule. */
function libraryWith(...names: readonly string[]): TemplateLibrary {
  const added = Object.fromEntries(names.map((name) => [name, '120']));
  return new Map(
    [...fakeLibrary()].map(([id, template]) => [
      id,
      id === 'add-test-rule' ? template : { ...template, parameters: { ...template.parameters, ...added } },
    ]),
  );
}

function play(library: TemplateLibrary, timeScale: number, parameters: Readonly<Record<string, string>> = {}) {
  const process = rehearsedProcess({ weights: [10], watch: true, template: undefined });
  return { process, played: playableProcess(process, library, { timeScale, parameters }) };
}

const valuesOf = ({ steps }: ProcessDefinition, name: string): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(
    steps.flatMap((step) => (step.kind === 'template' ? [[step.stepId, step.properties[name]] as const] : [])),
  );

describe('playableProcess', () => {
  it('lets every step that can settle do so in emulated time', () => {
    expect(valuesOf(play(libraryWith(settle), 50).played, settle)).toEqual({
      'prepare-blue': '3',
      'deploy-stack': '3',
      'add-test-rule': undefined,
      'shift-traffic': '3',
      watch: '3',
      promote: '3',
      rollback: '3',
    });
    expect(valuesOf(play(libraryWith(settle), 1).played, settle)).toMatchObject({ promote: '120' });
  });

  it('leaves a process unchanged whose templates lack the parameter', () => {
    const { process, played } = play(fakeLibrary(), 50);
    expect(played).toEqual(process);
  });

  it("passes the operator's parameters to every step that knows them, instead of the rehearsal's and the process's", () => {
    const timeout = 'EcsCanary.TimeoutMinutes';
    const parameters = { [settle]: '7', [rules]: 'All', [timeout]: '5' };
    const { played } = play(libraryWith(settle, rules, timeout), 1, parameters);
    expect(valuesOf(played, settle)).toMatchObject({ 'deploy-stack': '7', promote: '7', rollback: '7' });
    expect(valuesOf(played, rules)).toMatchObject({ promote: 'All', 'add-test-rule': undefined });
    expect(valuesOf(played, timeout)).toMatchObject({ 'prepare-blue': '5', 'shift-traffic': '5' });
  });

  it('gives the built-in template stickiness for sticky clients, unless the operator says otherwise', () => {
    const sticky = 'EcsCanary.StickinessSeconds';
    const process = rehearsedProcess({ weights: [10], watch: false, template: undefined });
    const played = (behaviours: readonly string[], parameters: Readonly<Record<string, string>> = {}) =>
      valuesOf(playableProcess(process, libraryWith(sticky), { timeScale: 1, parameters, behaviours }), sticky);
    expect(played([])['deploy-stack']).toBeUndefined();
    expect(played(['sticky-clients'])['deploy-stack']).toBe('20');
    expect(played(['sticky-clients'], { [sticky]: '60' })['deploy-stack']).toBe('60');
  });

  it('reaches a step with a parameter that Deploy Stack does not have', () => {
    const priority = 'EcsCanary.TestRulePriority';
    const library = new Map([...fakeLibrary()]);
    const addTestRule = library.get('add-test-rule');
    if (addTestRule)
      library.set('add-test-rule', { ...addTestRule, parameters: { ...addTestRule.parameters, [priority]: '5' } });
    const { played } = play(library, 1, { [priority]: '9' });
    expect(valuesOf(played, priority)).toMatchObject({ 'add-test-rule': '9', 'deploy-stack': undefined });
  });

  it.each([
    ['30', '1', 'EcsCanary.SettleSeconds is 30 seconds of emulated time; the steps receive and show 1,'],
    [' 240 ', '5', 'is 240 seconds of emulated time; the steps receive and show 5,'],
    ['0', '0', 'is 0 seconds'],
    ['soon', 'soon', undefined],
    ['9999', '9999', undefined],
  ])(
    'a given settling time also counts in emulated seconds, unless the steps would refuse it: %j',
    (typed, got, note) => {
      const parameters = { [settle]: typed };
      expect(valuesOf(play(libraryWith(settle), 50, parameters).played, settle)).toMatchObject({ promote: got });
      const notes = settlingNotes({ timeScale: 50, parameters });
      expect(notes).toEqual(note === undefined ? [] : [expect.stringContaining(note)]);
    },
  );

  it('keeps what the process itself says', () => {
    const { process } = play(fakeLibrary(), 50);
    const steps = process.steps.map((step) =>
      step.kind === 'template' ? { ...step, properties: { ...step.properties, [settle]: '#{Canary.Settle}' } } : step,
    );
    const played = playableProcess({ ...process, steps }, libraryWith(settle), { timeScale: 50, parameters: {} });
    expect(valuesOf(played, settle)).toMatchObject({ promote: '#{Canary.Settle}' });
  });
});
