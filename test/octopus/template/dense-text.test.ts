import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromDenseText, toDenseText } from '../../../src/octopus/template/dense-text.ts';

test('any bytes come back, whatever lines their text is broken into', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 40 }), (bytes, width) => {
      const text = toDenseText(bytes).replace(new RegExp(`.{${width}}`, 'g'), '$&\n');
      expect([...fromDenseText(text)]).toEqual([...bytes]);
    }),
  );
});

test.each([0, 255])('%d repeated comes back at every length', (byte) => {
  for (let length = 0; length < 60; length += 1) {
    expect(fromDenseText(toDenseText(Buffer.alloc(length, byte))).equals(Buffer.alloc(length, byte))).toBe(true);
  }
});

test('13 bytes take 16 characters, none of which JSON, Octopus or Terraform reads anything into', () => {
  const bytes = Buffer.from(Array.from({ length: 13 * 4096 }, (_, index) => (index * 7919) >> 3));
  const text = toDenseText(bytes);
  expect(text).toHaveLength((bytes.length / 13) * 16);
  expect(text).toMatch(/^[\x21-\x7e]+$/);
  expect(text).not.toMatch(/["\\{]/);
  expect(JSON.stringify(text)).toBe(`"${text}"`);
});
