import { expect, it } from 'vitest';
import { askForDecision } from '../../src/cli/approval-prompt.ts';

async function answer(...answers: string[]) {
  const asked: string[] = [];
  const decision = await askForDecision(async (question) => {
    asked.push(question);
    return answers.shift() ?? '';
  });
  return { asked, decision };
}

it('an answer that is neither Proceed nor Abort is told what the two do', async () => {
  const { asked, decision } = await answer('/weight 25', 'p', ' /weight 25 ');
  expect(asked[0]).toBe('Proceed or Abort? [p/a] ');
  expect(asked[1]).toContain('p proceeds, a aborts');
  expect(asked[1]).toContain('Notes are asked for after');
  expect(asked[1]).toMatch(/\nProceed or Abort\? \[p\/a\] $/);
  expect(decision).toEqual({ proceed: true, notes: '/weight 25' });
});

it.each([
  ['PROCEED', true],
  ['p', true],
  ['a', false],
  ['Abort', false],
])('%s is understood', async (typed, proceed) => {
  expect((await answer(typed)).decision).toEqual({ proceed, notes: '' });
});
