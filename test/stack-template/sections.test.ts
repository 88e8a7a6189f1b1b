import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../../src/stack-template/parsed-template.ts';
import { describeShape, locateShape } from '../../src/stack-template/shape.ts';

const template = (name: string) => readFileSync(new URL(`../fixtures/cases/${name}.yaml`, import.meta.url), 'utf8');

const hooked = template('codedeploy-hook');
const ids = {
  ...{ blueTaskSet: 'BlueSet', greenTaskSet: 'GreenSet', blueTargetGroup: 'BlueGroup', greenTargetGroup: 'GreenGroup' },
};
const withoutHooks = hooked.replace(/Hooks:\n[\s\S]*?Parameters:\n/, 'Parameters:\n');
const withoutTransform = hooked.replace('Transform: [AWS::CodeDeployBlueGreen]\n', '');

/** Without the warning that this template keeps no log. */
function warningsOf(text: string): readonly string[] {
  return describeShape(parseTemplate(text), ids).warnings.filter((each) => !each.includes('has no LogConfiguration'));
}

describe('a template whose CodeDeploy hook shifts traffic by itself is refused by name', () => {
  it.each([
    ['both', hooked, 'the hook Shift (AWS::CodeDeploy::BlueGreen) in Hooks and the transform AWS::CodeDeployBlueGreen'],
    ['the hook', withoutTransform, 'It has the hook Shift (AWS::CodeDeploy::BlueGreen) in Hooks: an update'],
    ['the transform', withoutHooks, 'It has the transform AWS::CodeDeployBlueGreen: an update'],
    [
      'the transform as text',
      withoutHooks.replace(/\[(AWS::Code\w+)\]/, '$1'),
      'the transform AWS::CodeDeployBlueGreen',
    ],
    [
      'the transform by name',
      withoutHooks.replace(/\[(AWS::Code\w+)\]/, '[{Name: $1}]'),
      'the transform AWS::CodeDeployBlueGreen',
    ],
  ])('with %s', (_, text, told) => {
    for (const read of [describeShape, locateShape])
      expect(() => read(parseTemplate(text), ids)).toThrow(
        expect.objectContaining({ code: 'invalid-template', message: expect.stringContaining(told) }),
      );
  });

  it('and is accepted without both', () => {
    const text = withoutHooks.replace('Transform: [AWS::CodeDeployBlueGreen]\n', '');
    expect(warningsOf(text)).toEqual([]);
  });
});

describe('macros', () => {
  const plain = withoutHooks.replace('Transform: [AWS::CodeDeployBlueGreen]\n', '');

  it.each([
    ['Transform: AWS::Serverless-2016-10-31\n', 'AWS::Serverless-2016-10-31'],
    ['Transform: [Ours, {Name: AWS::Include, Parameters: {Location: s3://a/b}}]\n', 'Ours, AWS::Include'],
  ])('that the template declares are said to hide what they make: %s', (section, names) => {
    expect(warningsOf(section + plain)).toEqual([expect.stringContaining(`Only AWS knows what ${names} will make`)]);
  });

  it('inside the template are named too, once each', () => {
    const includes = plain.replaceAll(
      'UpdateReplacePolicy: Retain\n',
      'UpdateReplacePolicy: Retain\n    Metadata: {A: !Transform {Name: Ours}, B: [{Fn::Transform: [{Name: Ours}, {Name: Theirs}]}]}\n',
    );
    expect(warningsOf(includes)).toEqual([expect.stringContaining('what Ours, Theirs will make')]);
  });

  it('that only add functions hide nothing, unless a loop makes resources', () => {
    const extended = `Transform: AWS::LanguageExtensions\n${plain}`;
    expect(warningsOf(extended)).toEqual([]);
    const loop = "  Fn::ForEach::Logs: [Name, [A, B], {'Logs${Name}': {Type: AWS::Logs::LogGroup}}]\n";
    expect(warningsOf(extended.replace('Resources:\n', `Resources:\n${loop}`))).toEqual([
      expect.stringContaining('what AWS::LanguageExtensions will make'),
    ]);
  });

  it('and the other sections are not a reason to refuse', () => {
    const sections =
      'Rules: {R: {Assertions: [{Assert: !Equals [a, a]}]}}\nMetadata: {A: B}\nMappings: {M: {a: {b: c}}}\n';
    expect(warningsOf(sections + plain)).toEqual([]);
  });
});
