import { describe, expect, it } from 'vitest';
import { findClusters } from '../../src/rehearsal/template-clusters.ts';

const template = (cluster: string, parameters = '{}') => `
Parameters: ${parameters}
Resources:
  Shared: {Type: "AWS::ECS::Cluster"}
  Service: {Type: "AWS::ECS::Service", Properties: {Cluster: ${cluster}}}
  Blue: {Type: "AWS::ECS::TaskSet", Properties: {Cluster: ${cluster}}}
`;
const named = '{ClusterName: {Type: String, Default: production}}';
const blank = '{ClusterName: {Type: String}}';
const given = (values: string) => ({ 'EcsCanary.TemplateParameters': values });

describe('the cluster of a template', () => {
  it.each<[string, string, Readonly<Record<string, string>>, readonly string[]]>([
    ['as a literal name', template('live'), {}, ['live']],
    ['an ARN', template('"arn:aws:ecs:eu-west-1:111122223333:cluster/shop-1"'), {}, ['shop-1']],
    ['by a parameter with a default', template('!Ref ClusterName', named), {}, ['production']],
    ['by a parameter with a value', template('!Ref ClusterName', blank), given('ClusterName=test'), ['test']],
    ['by substitution', template('!Sub "${ClusterName}-eu"', named), given('{"ClusterName": "test"}'), ['test-eu']],
    ['of the template', template('!Ref Shared'), {}, []],
    ['of the template by its ARN', template('!GetAtt Shared.Arn'), {}, []],
    ['known to Octopus', template('"#{Canary.Cluster}"'), {}, []],
    // An expression in another parameter once hid the default, so that the cluster was missing.
    [
      'a default beside an expression',
      template('!Ref ClusterName', named),
      given('Image=#{Canary.Image}'),
      ['production'],
    ],
    ['in a parameter without a value', template('!Ref ClusterName', blank), {}, []],
    ['given by an expression', template('!Ref ClusterName', blank), given('ClusterName=#{Canary.Cluster}'), []],
    ['in an invalid template', 'Resources: [', {}, []],
  ])('is known where it is %s', (_, text, parameters, names) => {
    expect(findClusters(text, parameters)).toEqual({ names, problems: [] });
  });

  it.each(['!ImportValue Cluster', "!Select [0, !Split ['/', !ImportValue Cluster]]", "'{{resolve:ssm:/cluster}}'"])(
    'may come from outside as %s, because the emulator then provides it',
    (cluster) => {
      expect(findClusters(template(cluster), {})).toEqual({ names: [], problems: [] });
    },
  );

  it('must be given where only AWS knows it', () => {
    expect(findClusters(template("!Select [0, !GetAZs '']"), {}).problems[0]).toContain(
      'Only AWS knows the cluster ({"Fn::Select":["0",{"Fn::GetAZs":""}]}). Take it from a parameter',
    );
  });
});
