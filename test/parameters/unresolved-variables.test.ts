import { describe, expect, it } from 'vitest';
import { isRead, type Parameter, parseParameters } from '../../src/parameters/parameters.ts';
import { deployOwnTemplate } from '../../src/steps/deploy-stack/deploy-own-template.ts';
import { steps } from '../../src/steps/index.ts';

const problem =
  'it still contains #{Canary.X}: Octopus found no variable of that name in this environment; add it under Variables in the project, with a scope that includes this environment.';

/** The ledger's evidence must stop no step, and a template may hold such an expression on purpose. */
const tolerant = ['EcsCanary.Evidence', 'EcsCanary.Template'];

const read = steps.flatMap(({ name, parameters }) =>
  Object.values<Parameter>(parameters)
    .filter(isRead)
    .map((parameter) => [name, parameter.name, parameter] as const),
);

describe('a project variable that Octopus did not find', () => {
  it.each(read.filter(([, name]) => !tolerant.includes(name)))(
    'is named for %s, %s, whatever is around it',
    (_step, _name, { parse }) => {
      for (const raw of ['#{Canary.X}', ' #{Canary.X}\n', '#{Canary.X}\nA=b', 'of #{Canary.X}'])
        expect(() => parse(raw)).toThrow(problem);
    },
  );

  it('is named where it is the whole template', () => {
    expect(() => deployOwnTemplate.parameters.template.parse(' #{Canary.X}\n')).toThrow(problem);
    const text = 'Resources: {Script: "#{name}"}';
    expect(deployOwnTemplate.parameters.template.parse(text)).toBe(text);
  });

  it('is named in an image of an own template', () => {
    const template = `Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions: [{Name: web, Image: "registry/shop:#{Canary.X}"}]`;
    const given: Record<string, string> = { 'EcsCanary.StackName': 'shop', 'EcsCanary.Template': template };
    const parse = (): unknown =>
      parseParameters(deployOwnTemplate.parameters, (name) => given[name], deployOwnTemplate.checks);
    expect(parse).toThrow(`EcsCanary.Template: the image "registry/shop:#{Canary.X}" cannot be used; ${problem}`);
  });

  it('is found in every parameter that Octopus reads itself and would silently do without', () => {
    for (const { parameters } of steps) {
      const silent = Object.values<Parameter>(parameters).filter((each) => each.actionProperty && isRead(each));
      expect(silent.map(({ name }) => name)).toEqual([
        'EcsCanary.AWS.Account',
        'EcsCanary.AWS.UseInstanceRole',
        'EcsCanary.AWS.AssumeRole',
      ]);
    }
  });
});
