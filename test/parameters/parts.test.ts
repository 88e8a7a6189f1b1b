import { describe, expect, it } from 'vitest';
import { noHints } from '../../src/canary/location-hints.ts';
import { ParameterProblem } from '../../src/parameters/parameters.ts';
import { parts } from '../../src/parameters/parts.ts';

const rule =
  'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/1';
const listener =
  'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2';

function problemsOf(...lines: readonly string[]): string {
  try {
    parts.parse(lines.join('\n'));
  } catch (error) {
    expect(error).toBeInstanceOf(ParameterProblem);
    return (error as ParameterProblem).message;
  }
  throw new Error('nothing was refused');
}

describe('the parts of the stack', () => {
  it('are found by the steps where the field is blank, or has comments only', () => {
    for (const blank of ['', ' \n\t\n', '# Service=Old\n\n  # nothing']) expect(parts.parse(blank)).toEqual(noHints);
  });

  it('are read line by line, in any order, with blanks and any kind of line end', () => {
    const typed = [
      ' Service = MyService ',
      '# the colours',
      'BlueTaskSet=B1',
      'greentaskset=G1',
      '',
      'BlueTargetGroup=B2',
      'GreenTargetGroup=G2',
    ];
    for (const end of ['\n', '\r\n', '\r'])
      expect(parts.parse(typed.join(end))).toEqual({
        ...noHints,
        blueTaskSetLogicalId: 'B1',
        greenTaskSetLogicalId: 'G1',
        blueTargetGroupLogicalId: 'B2',
        greenTargetGroupLogicalId: 'G2',
        serviceLogicalId: 'MyService',
      });
  });

  it('may name several rules and test listeners, by logical id or by ARN', () => {
    const typed = [
      'ListenerRule=Web',
      `ListenerRule=${rule}`,
      'ListenerRule=Internal',
      `ListenerRule=${listener}`,
      'TestListener=Testers',
      `TestListener=${listener}`,
    ];
    expect(parts.parse(typed.join('\n'))).toEqual({
      ...noHints,
      listenerRuleLogicalId: ['Web', 'Internal'],
      listenerRuleArn: [rule, listener],
      testListener: ['Testers', listener],
    });
  });
});

describe('problems of the parts', () => {
  it('are told all at once, each with its line and with what to type', () => {
    const problems = problemsOf(
      'BlueTaskSet=Blue-1',
      'Blue',
      '',
      'Colour=green',
      'Service=',
      'Service=A',
      'Service=B',
      `TestListener=${rule}`,
      'ListenerRule=#{Canary.Rule}',
    ).split('\n    ');
    expect(problems).toEqual([
      'line 1 (BlueTaskSet): "Blue-1" is not a logical id, which has only letters and digits; type, for example, BlueTaskSet=MyBlueTaskSet.',
      'line 2 is not of the form Key=value; type, for example, ListenerRule=MyRule.',
      'line 4: "Colour" is not a part of a canary; type one of BlueTaskSet, GreenTaskSet, BlueTargetGroup, GreenTargetGroup, Service, ListenerRule, TestListener.',
      'line 5 (Service): there is nothing after the =; type, for example, Service=MyService.',
      'line 7: Service is given twice, first on line 6; keep one of the two.',
      expect.stringMatching(
        /^line 8 \(TestListener\): .* is not the ARN of a listener of an Application Load Balancer/,
      ),
      'line 9 (ListenerRule): it still contains #{Canary.Rule}: Octopus found no variable of that name in this environment; add it under Variables in the project, with a scope that includes this environment.',
    ]);
  });

  it.each([
    ['ListenerRule=A, B', 'type a line ListenerRule=… for each value'],
    ['Service=A B', 'type one logical id'],
    [`Service=${listener}`, 'is not a logical id'],
    ['ListenerRule=My-Rule', 'is not the logical id (letters and digits) or the ARN of a rule or listener'],
    [`ListenerRule=${rule.replace('/app/', '/net/')}`, 'of an Application Load Balancer'],
    ['ListenerRule=arn:aws:ecs:us-east-1:123456789012:service/shop', 'is not the ARN of a rule'],
    ['=MyService', 'is not of the form Key=value'],
    ['#{Canary.Parts}', 'Octopus found no variable of that name'],
  ])('%s is refused', (line, said) => {
    const problem = problemsOf('Service=Sound', line).replace('line 2: Service is given twice', '');
    expect(problem).toMatch(/^line 2/);
    expect(problem).toContain(said);
  });

  it('name the same rule or test listener twice', () => {
    expect(problemsOf('ListenerRule=A', 'ListenerRule=B', 'ListenerRule=A')).toBe(
      'line 3: ListenerRule=A is given twice, first on line 1; keep one of the two.',
    );
    expect(problemsOf('TestListener=A', 'TestListener=A')).toContain('line 2: TestListener=A is given twice');
    expect(parts.parse('ListenerRule=A\nTestListener=A').testListener).toEqual(['A']);
  });

  it('are as many as a person reads, and repeat little of what may be a secret', () => {
    const pasted = Array.from({ length: 1000 }, (_, index) => `Passw0rd${index}-hunter2hunter2hunter2hunter2=x`);
    const problems = problemsOf(...pasted).split('\n    ');
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)).toBe('and 980 more.');
    expect(problemsOf('c2VjcmV0cGFzc3dvcmQ=')).not.toContain('c2VjcmV0cGFzc3dvcmQ');
  });
});
