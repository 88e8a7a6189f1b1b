import { expect, test } from 'vitest';
import { uuidOf, uuidV5 } from '../../../src/octopus/template/uuid.ts';

test('version 5 of RFC 9562, appendix A.4', () => {
  expect(uuidV5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')).toBe(
    '2ed6657d-e927-568b-95e1-2665a8aea6a2',
  );
});

test('the namespace of the published ids never changes', () => {
  expect(uuidOf('step-template/shift-traffic')).toBe('9f2452fb-da8d-53e9-b4f5-32a992e6dd8e');
});
