import { expect, it } from 'vitest';
import { templateBucket } from '../../src/parameters/template-bucket.ts';

it.each([
  ['', undefined],
  [' shop-templates ', { name: 'shop-templates', prefix: '' }],
  ['shop.example.com', { name: 'shop.example.com', prefix: '' }],
  ['shop-templates/canary', { name: 'shop-templates', prefix: 'canary/' }],
  ['s3://shop-templates/team_a/v1.2/', { name: 'shop-templates', prefix: 'team_a/v1.2/' }],
])('reads %o', (typed, expected) => {
  expect(templateBucket.parse(typed)).toEqual(expected);
});

it.each([
  'ab',
  'Shop-Templates',
  'shop_templates',
  '-shop',
  'x'.repeat(64),
  'arn:aws:s3:::shop-templates',
  'https://shop-templates.s3.amazonaws.com/canary',
  'shop-templates/../other',
  'shop-templates/.',
  'shop-templates//canary',
  'shop-templates/a b',
  'shop-templates/größe',
  `shop-templates/${'x'.repeat(700)}`,
])('refuses %s, with an example', (typed) => {
  expect(() => templateBucket.parse(typed)).toThrow(
    /is not a bucket name with an optional prefix, such as shop-templates\/canary/,
  );
});
