import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OperatorError } from '../../src/canary/operator-error.ts';
import { cleanText } from '../../src/octopus/log/task-log.ts';
import {
  type Parameter,
  ParameterProblem,
  type ParameterSet,
  parseParameters,
} from '../../src/parameters/parameters.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { steps } from '../../src/steps/index.ts';
import type { Step } from '../../src/steps/step.ts';
import { hostileText, spoilt } from '../support/hostile-text.ts';
import { soundTemplate, soundValues } from '../support/sound-values.ts';

type AnyStep = Step<ParameterSet, unknown>;
type Typed = Readonly<Record<string, string>>;

/** What may hold any character: it reaches AWS in JSON or on its own, and no hint repeats it in a command. */
const freeText =
  /\.(Evidence|Template|TemplateFile|TemplateParameters|Environment|Secrets|Tags|ApprovalStep|TestHeader|TestQueryString|PathPatterns|HealthCheckPath)$/;

const own = (step: AnyStep): readonly Parameter[] =>
  Object.values(step.parameters).filter((parameter) => parameter.actionProperty === undefined);

/** A value each, hostile or sound but spoilt, for some of a step's parameters. */
function typedFor(step: AnyStep, sound: Typed): fc.Arbitrary<Typed> {
  const value = (name: string) => fc.oneof(hostileText, spoilt(sound[name] ?? ''));
  return fc
    .subarray(
      own(step).map(({ name }) => name),
      { minLength: 1 },
    )
    .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, value(name)]))))
    .map((typed) => ({ ...sound, ...typed }));
}

/** The refusal, if there is one; whatever else is thrown fails the test. */
function refusalOf(step: AnyStep, typed: Typed): OperatorError | undefined {
  try {
    parseParameters(step.parameters, (name) => typed[name], step.checks);
    return undefined;
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return error;
  }
}

function isBad(parameter: Parameter, raw: string): boolean {
  try {
    parameter.parse(raw);
    return false;
  } catch (error) {
    if (!(error instanceof ParameterProblem)) throw error;
    return true;
  }
}

/** Values that go well alone and not together, and what is said of them. */
const contradictions: readonly (readonly [typed: Typed, said: string])[] = [
  [{ 'EcsCanary.Cpu': '256', 'EcsCanary.Memory': '4096' }, 'EcsCanary.Cpu and EcsCanary.Memory: '],
  [{ 'EcsCanary.ExecutionRoleArn': '' }, 'EcsCanary.ExecutionRoleArn: ECS needs an execution role'],
  [{ 'EcsCanary.Environment': 'PASSWORD=x' }, 'EcsCanary.Secrets: PASSWORD is also given'],
  [
    { 'EcsCanary.LogGroup': 'None', 'EcsCanary.CreateLogGroup': '30' },
    'EcsCanary.LogGroup and EcsCanary.CreateLogGroup: ',
  ],
  [{ 'EcsCanary.CapacityProviders': 'FARGATE=1\nmine=1' }, 'EcsCanary.CapacityProviders: ECS cannot mix'],
  [{ 'EcsCanary.SecurityGroups': 'sg-1,sg-2,sg-3,sg-4,sg-5,sg-6' }, 'EcsCanary.SecurityGroups: ECS accepts at most 5'],
  [{ 'EcsCanary.LoadBalancerArn': '' }, 'EcsCanary.LoadBalancerArn: give the load balancer'],
  [{ 'EcsCanary.HostHeaders': '*.a.b,*.c.d,*.e.f,*.g.h' }, 'EcsCanary.PathPatterns and EcsCanary.HostHeaders: '],
  [{ 'EcsCanary.HealthCheckTimeoutSeconds': '10' }, 'EcsCanary.HealthCheckTimeoutSeconds: 10 s must be less'],
  [{ 'EcsCanary.Tags': 'StableStack=Green' }, 'EcsCanary.Tags: StableStack is the tag'],
];

describe('contradictions', () => {
  it('are all named, together with every parameter that cannot be read', () => {
    const bad = [
      'EcsCanary.TimeoutMinutes',
      'EcsCanary.ContainerName',
      'EcsCanary.RulePriority',
      'EcsCanary.TaskFamily',
    ];
    fc.assert(
      fc.property(
        fc.subarray([...contradictions], { minLength: 1 }),
        fc.subarray(bad),
        hostileText,
        (chosen, names, text) => {
          const spoiltOnes = Object.fromEntries(names.map((name) => [name, `!${text}`]));
          const typed: Typed = Object.assign({}, soundValues, ...chosen.map(([values]) => values), spoiltOnes);
          const message = refusalOf(deployStack as unknown as AnyStep, typed)?.message ?? '';
          for (const [, said] of chosen) expect(message).toContain(`- ${said}`);
          for (const name of names) expect(message).toContain(`- ${name} (`);
        },
      ),
      { seed: 4_070_004, numRuns: 40 },
    );
  });
});

describe.each([
  ...steps.map(
    (step) =>
      [
        step.name,
        step as unknown as AnyStep,
        step.id === 'deploy-own-template' ? { ...soundValues, ...soundTemplate } : soundValues,
      ] as const,
  ),
])('%s', (_name, step, sound) => {
  it('takes sound values', () => {
    expect(refusalOf(step, sound)?.message).toBeUndefined();
  });

  it('answers hostile values with one refusal that names every bad parameter, and repeats little of them', () => {
    fc.assert(
      fc.property(typedFor(step, sound), (typed) => {
        const bad = own(step).filter(({ name, defaultValue, parse }) =>
          isBad({ parse } as Parameter, typed[name] ?? defaultValue),
        );
        const refusal = refusalOf(step, typed);
        const message = refusal?.message ?? '';
        for (const { name, label } of bad) expect(message).toContain(`- ${name} (${label}): `);
        expect(message.length).toBeLessThan(400 * own(step).length);
        expect(cleanText(message).toLowerCase()).not.toContain('##octopus');
        if (refusal) expect(['invalid-parameters', 'invalid-template', 'template-too-large']).toContain(refusal.code);
      }),
      { seed: 4_070_001, numRuns: 40 },
    );
  });

  it('lets through no value that a shell, Octopus or a terminal could read otherwise, but in free text', () => {
    for (const parameter of own(step).filter(({ name }) => !freeText.test(name))) {
      fc.assert(
        fc.property(fc.oneof(hostileText, spoilt(sound[parameter.name] ?? '')), (raw) => {
          if (isBad(parameter, raw)) return;
          const text = JSON.stringify(parameter.parse(raw) ?? '');
          expect(text).toMatch(/^[\w {}"[\]:,./@=+*?-]*$/);
          expect(text.length).toBeLessThan(5000);
        }),
        { seed: 4_070_002, numRuns: 40 },
      );
    }
  });

  it('lets through no control character and no half of a character in free text', () => {
    for (const parameter of own(step).filter(
      ({ name }) => freeText.test(name) && !/(Evidence|Template(File)?)$/.test(name),
    )) {
      fc.assert(
        fc.property(fc.oneof(hostileText, spoilt(sound[parameter.name] ?? '')), (raw) => {
          if (isBad(parameter, raw)) return;
          const text = JSON.stringify(parameter.parse(raw) ?? '').replaceAll(/\\\\/g, '');
          expect(text).not.toMatch(/\\u(00[01]|d[89a-f])|[\u0080-\u009f]/);
        }),
        { seed: 4_070_003, numRuns: 40 },
      );
    }
  });

  it('takes no value in place of text', () => {
    for (const parameter of own(step)) {
      for (const raw of ['null', '[]', '{}', '[[]]', 'true', '-0', '0x1F', '1_000', '\u00a0', '1.5.1', '+'])
        expect(() => isBad(parameter, raw)).not.toThrow();
    }
  });
});
