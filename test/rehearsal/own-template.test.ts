import { describe, expect, it } from 'vitest';
import { clustersNamedIn, fitArns, fitTemplate } from '../../src/rehearsal/own-template.ts';
import type { Scene } from '../../src/rehearsal/scene.ts';

const balancer = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/rehearsal/1234';
const scene: Scene = {
  region: 'us-east-1',
  cluster: 'prod',
  clusterArn: 'arn:aws:ecs:us-east-1:123456789012:cluster/prod',
  loadBalancerArn: balancer,
  vpcId: 'vpc-1',
  subnets: [],
  securityGroup: 'sg-1',
  stackTraffic: async () => ({ listeners: [], groups: { blue: undefined, green: undefined } }),
  close: () => {},
};

describe('clustersNamedIn', () => {
  it.each([
    ['{"Cluster": "prod", "Service": {}}', ['prod']],
    ['      Cluster: arn:aws:ecs:eu-west-1:111122223333:cluster/shop-1\n', ['shop-1']],
    ['Cluster=prod\nVpc=vpc-1', ['prod']],
    ['      Cluster: !Ref Cluster\n', []],
    ['Parameters:\n  Cluster:\n    Type: String\n', []],
    ['{"Cluster": {"Ref": "MyCluster"}}', []],
  ])('in %j finds %j', (text, expected) => {
    expect(clustersNamedIn(text)).toEqual(expected);
  });
});

describe('adapting', () => {
  it('replaces load balancer and account, and says so', () => {
    const mine = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/50dc6c495c0c9188';
    const { text, changes } = fitArns(`"${mine}" arn:aws:ecs:eu-west-1:111122223333:cluster/shop`, scene);
    expect(text).toBe(`"${balancer}" arn:aws:ecs:us-east-1:123456789012:cluster/shop`);
    expect(changes).toHaveLength(2);
    expect(changes[0]).toBe(`${mine} -> ${balancer}`);
  });

  it.each([
    ['{"Image": "octopussamples/hello", "Name": "x"}', '{"Image": "#{Canary.Image}", "Name": "x"}'],
    [
      '        - Image: repo/app:1.2@sha256:ab\n          Name: x\n',
      '        - Image: #{Canary.Image}\n          Name: x\n',
    ],
    ['Image: app:#{Octopus.Release.Number}', 'Image: app:#{Octopus.Release.Number}'],
    ['Image: !Ref Image', 'Image: !Ref Image'],
  ])('makes the image of %j follow the release', (template, expected) => {
    expect(fitTemplate(template, scene).text).toBe(expected);
  });

  // With a template that had only these expressions, a rehearsal once passed without deploying anything.
  it.each([
    'Host: "#{host}", Path: "/#{path}", Query: "#{query}", Port: "#{port}", Protocol: "#{protocol}"',
    'Command: "##{Octopus.Release.Number}"',
  ])("takes neither a redirect's keywords nor an escaped expression for a proof that releases differ: %s", (text) => {
    expect(fitTemplate(`${text}\nImage: nginx:1.25`, scene).text).toBe(`${text}\nImage: #{Canary.Image}`);
    const varied = `${text}\nImage: nginx:1.25\nDescription: "###{Octopus.Release.Number}"`;
    expect(fitTemplate(varied, scene).text).toBe(varied);
  });
});
