import { expect, it } from 'vitest';
import { parseTemplate } from '../../src/stack-template/parsed-template.ts';
import { describeShape } from '../../src/stack-template/shape.ts';
import { articleTemplate } from '../support/sound-values.ts';

const article = articleTemplate('first-deployment.yaml');

it.each(['Green', 'blue', 'Purple', "''", '!Ref AWS::StackName'])(
  'a template that gives the service the tag StableStack=%s is refused, because nobody could tell what is stable',
  (value) => {
    const text = article.replace(/(Key: StableStack\s+Value: )\S+/, (_, key: string) => `${key}${value}`);
    expect(text).not.toBe(article);
    expect(() => describeShape(parseTemplate(text), {}, { 'AWS::StackName': 'shop' })).toThrow(
      expect.objectContaining({
        code: 'invalid-template',
        message: expect.stringContaining('MyService must be tagged StableStack=Blue, or not at all'),
      }),
    );
  },
);
