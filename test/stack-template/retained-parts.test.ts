import { describe, expect, it } from 'vitest';
import { refuseDisruption } from '../../src/stack-template/disruption.ts';
import { parseTemplate } from '../../src/stack-template/parsed-template.ts';
import { articleTemplate } from '../support/sound-values.ts';

const article = articleTemplate('first-deployment.yaml')
  .replace('Resources:\n', "Resources:\n  Logs: {Type: 'AWS::Logs::LogGroup', Properties: {LogGroupName: shop}}\n")
  .replace('      Family: mytask\n', '      Family: !Ref Logs\n');

/** The article's template in which a resource outlives what CloudFormation does to it. */
function retaining(id: string): string {
  const policies = 'DeletionPolicy: Retain\n    UpdateReplacePolicy: Retain\n';
  const text = article
    .replace(`\n  ${id}:\n`, `\n  ${id}:\n    ${policies}`)
    .replace(`\n  ${id}: {`, `\n  ${id}: {DeletionPolicy: Retain, UpdateReplacePolicy: Retain, `);
  expect(text).not.toBe(article);
  return text;
}

const told = (before: string, after: string): string => {
  const valued = (text: string) => ({ body: parseTemplate(text).body, parameters: {} });
  try {
    refuseDisruption(valued(before), valued(after), {});
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('a resource that CloudFormation would keep', () => {
  it.each(['BlueTaskSet', 'MyService', 'BlueTargetGroup', 'MyListener', 'MyListenerRule'])(
    'may not leave the stack all the same where the traffic runs through it, as %s',
    (id) => {
      const before = retaining(id);
      expect(told(before, before.replaceAll(RegExp(`\\b${id}\\b`, 'g'), 'Other'))).toContain(`${id} (AWS::`);
    },
  );

  it.each([
    ['BlueTargetGroup', 'Name: OctopusBlueTargetGroup', 'Name: Other'],
    ['MyService', 'ServiceName: myservice', 'ServiceName: other'],
  ])('may not be replaced all the same where the traffic runs through it, as %s', (id, from, to) => {
    const before = retaining(id);
    expect(told(before, before.replace(from, to))).toContain(`${id}.`);
  });

  it('may leave and be replaced where nothing runs through it, as a log group', () => {
    const renamed = (text: string) => text.replaceAll(/\bLogs\b/g, 'Other').replaceAll('AWS::Other', 'AWS::Logs');
    const changed = (text: string) => text.replace('LogGroupName: shop', 'LogGroupName: other');
    const kept = retaining('Logs');
    expect([told(kept, renamed(kept)), told(kept, changed(kept))]).toEqual(['', '']);
    expect(told(article, renamed(article))).toContain('Logs (AWS::Logs::LogGroup) would be removed.');
    expect(told(article, changed(article))).toContain('Logs.LogGroupName: shop becomes other.');
  });
});
