import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../../src/stack-template/parsed-template.ts';
import { shorten } from '../../src/stack-template/shortened.ts';
import { bytesOf, longestArn, placeTemplate } from '../../src/stack-template/template-size.ts';

const bucket = { name: 'templates', prefix: '' };
const place = (text: string, mostBytes: number, given?: typeof bucket) =>
  placeTemplate({ text, givenBytes: text.length, mostBytes }, given, (excess) => `less by ${excess}`);
const long = (length: number) => 'x'.repeat(length);

describe('placeTemplate', () => {
  it.each([
    [51_200, 51_200, undefined, false],
    [51_200, 51_201, bucket, false],
    [51_201, 51_300, bucket, true],
    [999_900, 1_000_000, bucket, true],
  ])('places %i bytes, %i at most, with %o', (bytes, most, given, stored) => {
    expect(place(long(bytes), most, given)).toEqual({
      templateBody: long(bytes),
      ...(stored && { templateBucket: bucket }),
    });
  });

  it('refuses at once what a later step would make too large, and says how many bytes are whose', () => {
    expect(() => place(long(51_190), 51_322)).toThrow(
      expect.objectContaining({
        code: 'template-too-large',
        message:
          'The template has 51,190 bytes, and the steps write up to 132 more into it, such as the ARN of the stable version. CloudFormation accepts at most 51,200 in a request.',
        hint: 'less by 122',
      }),
    );
    expect(() => place(long(999_999), 1_000_001, bucket)).toThrow(/at most 1,000,000 from S3/);
  });
});

it.each([
  ['web', 'arn:aws-cn:ecs:cn-north-1:123456789012:task-definition/shop:9', 'web'],
  [undefined, 'arn:aws:ecs:us-east-1:123456789012:task-definition/shop:1234', 'shop'],
])('the longest ARN of the family %s after %s', (family, known, expected) => {
  expect(longestArn(family, known)).toBe(known.replace(/\/.*/, `/${expected}:2147483647`));
});

it('the longest ARN assumed for an unknown family is longer than any real one', () => {
  const real = `arn:aws-us-gov:ecs:ap-northeast-1:123456789012:task-definition/${long(255)}:2147483647`;
  expect(longestArn(undefined).length).toBeGreaterThanOrEqual(real.length);
  expect(longestArn('web').length).toBe(longestArn(undefined).length - 252);
});

describe('shorten', () => {
  const yaml = (text: string) => shorten(parseTemplate(text));

  it('leaves out comments on lines of their own and spaces at the ends of lines', () => {
    expect(yaml('# one\nResources:  \n  # two\n  A: 1 # three\t\n\n#')).toBe('Resources:\n  A: 1 # three\n\n');
    expect(yaml('# one\r\nResources:\r\n  A: 1\r\n')).toBe('Resources:\r\n  A: 1\r\n');
  });

  it('keeps them where they are text', () => {
    const script = 'Resources:  \n  A: |\n    #!/bin/sh\n    # not a comment\n';
    expect(yaml(script)).toBe(script.replace(':  \n', ':\n'));
    const spaces = 'Resources:\n  A: |\n    two spaces  \n    # x\n';
    expect(yaml(spaces)).toBe(spaces);
  });

  it('leaves out the white space of JSON', () => {
    const json = JSON.stringify({ Resources: { A: { Ref: 'é  é' } } }, null, 4);
    expect(yaml(json)).toBe('{"Resources":{"A":{"Ref":"é  é"}}}');
    expect(bytesOf(yaml(json))).toBe(36);
  });

  it('keeps every number and string of JSON as it is written', () => {
    const values = String.raw`"N":12345678901234567890,"V":1.10,"E":1e3,"U":"\u00e9 \" :  \\","T":"a  b"`;
    const json = String.raw`{ "Resources" : {"A": {` + values.replaceAll(',', ' ,\r\n\t') + '}\n} }\n';
    expect(yaml(json)).toBe(`{"Resources":{"A":{${values}}}}`);
    expect(yaml(`\uFEFF${json}`)).toBe(yaml(json));
  });

  it('keeps a very long string of JSON', () => {
    const text = `{"Resources":{"A":"${'x \\" '.repeat(150_000)}"}}`;
    expect(yaml(text)).toBe(text);
  });
});
