import { describe, expect, it } from 'vitest';
import type { TemplateStep } from '../../src/octopus/process/definition.ts';
import { buildCanaryProcess } from '../../src/octopus/process/process.ts';
import { ruleOnNote } from '../../src/rehearsal/approval-ruling.ts';

const steps = buildCanaryProcess().steps.filter((step): step is TemplateStep => step.kind === 'template');
const named = (name: string): TemplateStep | undefined => steps.find((step) => step.name === name);

describe('ruleOnNote', () => {
  it.each<[string, number, boolean]>([
    ['', 50, false],
    ['looks good', 50, false],
    ['/weight 25', 25, false],
    ['fine\n/Weight 2.5 %', 2.5, false],
    ['/weight 80!', 80, false],
    ['/weight 101', 10, false],
    ['/weight 2,5', 10, false],
    ['/hold', 10, false],
    ['/what', 10, false],
    ['/weight 25\n/hold', 10, false],
    ['/override down /weight 5', 10, false],
    ['/override down,/weight 5', 10, false],
    ['/override see https://wiki.example/hold', 50, false],
    ['/rollback', 10, true],
    ['/rollback too slow', 10, true],
  ])('before a shift from 10 to 50, %j approves %d; ends the deployment: %s', (notes, share, ends) => {
    expect(ruleOnNote(notes, named('Shift to 50%'), 10)).toEqual({ share, ends });
  });

  it.each<[string, number, boolean]>([
    ['', 10, false],
    ['/weight 25', 10, false],
    ['/weight 5', 5, false],
    ['/weight 25!', 25, false],
  ])('after a Guard took traffic, %j approves %d; ends the deployment: %s', (notes, share, ends) => {
    expect(ruleOnNote(notes, named('Shift to 50%'), 10, true)).toEqual({ share, ends });
    const [promoted, sure] = [
      ruleOnNote('', named('Promote'), 10, true),
      ruleOnNote('/weight 100!', named('Promote'), 10, true),
    ];
    expect([promoted.ends, sure]).toEqual([true, { share: 100, ends: false }]);
  });

  it.each<[string, number, boolean]>([
    ['', 100, false],
    ['/weight 100', 100, false],
    ['/weight 50', 50, true],
    ['/hold', 50, true],
    ['/what', 50, true],
    ['/rollback x', 50, true],
  ])('before the promotion at 50, %j approves %d; ends the deployment: %s', (notes, share, ends) => {
    expect(ruleOnNote(notes, named('Promote'), 50)).toEqual({ share, ends });
  });

  it('applies the largest increase', () => {
    const shift = named('Shift to 50%');
    const limited = shift && { ...shift, properties: { ...shift.properties, 'EcsCanary.MaxIncrease': '25' } };
    expect(ruleOnNote('', limited, 10)).toEqual({ share: 10, ends: false });
    expect(ruleOnNote('/weight 35', limited, 10)).toEqual({ share: 35, ends: false });
    expect(ruleOnNote('/weight 50!', limited, 10)).toEqual({ share: 50, ends: false });
  });

  it('approves nothing new before a step that moves nothing', () => {
    expect(ruleOnNote('', named('Deploy Stack'), 10)).toEqual({ share: 10, ends: false });
  });
});
